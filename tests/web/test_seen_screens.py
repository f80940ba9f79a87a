"""The client's pages and the house's list in Chromium; the verifier offline against `core/ledger/verifier.py`."""

from __future__ import annotations

import base64
import json
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from fengni.apps.cases import services
from fengni.core.ledger import verifier
from tests.apps.cases.asking import Watched, seal, watched
from tests.apps.cases.asking import look as look_at
from tests.apps.guests.inviting import come_in
from tests.cast import now
from tests.core.ledger import test_verifier as files
from tests.core.ledger.example import Ledger
from tests.vectors import certificate as certificates
from tests.web.browsing import Open, Screen, look, picture, ways

pytestmark = pytest.mark.browser
BOTH = (375, 1440)
Case = tuple[bytes, str | None, bytes | None]


def _inside(shown: Screen, seen: Watched) -> None:
    key = come_in(seen.one).cookies["fengni_guest"].value
    shown.context.add_cookies([{"name": "fengni_guest", "value": key, "url": shown.address}])


@pytest.mark.parametrize(("width", "lang"), ways((375, "zh-hans"), (1440, "en")))
def test_a_client_looks_and_asks(screen: Open, width: int, lang: str) -> None:
    seen = watched()
    look_at(seen.cast.lead, seen.client_id, seen.person_id, "mobile")
    shown = screen(width=width, lang=lang)
    _inside(shown, seen)
    seal()
    page = shown.open("/cases/my/seen/")
    look(shown, "seen/seen", widths=BOTH)
    page.locator(".ev-ask").first.click()
    page.locator("textarea").wait_for()
    look(shown, "seen/ask", widths=BOTH)
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/cases/my/seen/")
    assert page.locator(".ev-q").count() >= 1
    look(shown, "seen/asked", widths=BOTH)
    for path, name in (
        ("where/", "where"), ("receipt/", "receipt"), ("rights/", "rights"), ("rights/correct/", "correct"),
        ("rights/withdraw/", "withdraw"), ("verify/", "verify"),
    ):  # fmt: skip
        shown.open(f"/cases/my/{path}")
        look(shown, f"seen/{name}", widths=BOTH)


@pytest.mark.parametrize(("width", "lang"), ways((1440, "en"), (375, "zh-hans")))
def test_the_house_answers(screen: Open, width: int, lang: str) -> None:
    seen = watched()
    case_id = services.raise_question(actor=seen.guest, at=now(), entry_id=seen.entry_id, reason="为什么").value
    services.raise_right(actor=seen.guest, at=now(), right="correct", field="mobile", reason="号码换了")
    shown = screen(seen.cast.dpo, width=width, lang=lang)
    shown.open("/cases/")
    look(shown, "seen/list", widths=BOTH)
    shown.open(f"/cases/{case_id}/")
    look(shown, "seen/case", widths=BOTH)


def _corpus() -> list[Case]:
    """True files, and spoilt ones: values replaced, bits flipped, other keys, other heads."""
    chance, found = random.Random(20260117), []
    key = files.KEY
    for file in files.FILES.values():
        found += [(file, key, None), (file, None, None), (b"\xef\xbb\xbf" + file, key, None), (file + b" x", key, None)]
        places = list(files._places(json.loads(file)))
        for path in chance.sample(places, min(40, len(places))):
            for new in chance.sample([None, True, 0, 2, -1, 2**63, 1.0, "", "a", "00" * 32, [], {}], 2):
                content = files._put(json.loads(file), path, new)
                found.append((json.dumps(content, ensure_ascii=False).encode(), key, None))
        for _ in range(60):
            at = chance.randrange(len(file))
            found.append((file[:at] + bytes([file[at] ^ 1 << chance.randrange(8)]) + file[at + 1 :], key, None))
    fork = Ledger()
    for _ in range(3):
        fork.add(files.BEN)
    receipt, made = files.RECEIPT, files.MADE
    heads = (made.checkpoint_file(3), made.note(7).encode(), made.checkpoint_file(2), fork.checkpoint_file(3))
    found += [(receipt, key, held) for held in (*heads, receipt, b"", b"{}")]
    found += _certificates(chance)
    found += [(receipt, fork.fingerprint, None), (receipt, Ledger(key=files._other_key()).fingerprint, None)]
    found += [(data, key, data) for data in (b"", b"{", b"[]", b"\xff", b"[" * 9999, b'{"format": NaN}', b'{"a":01}')]
    return found


def _certificates(chance: random.Random) -> list[Case]:
    """The certificate of the vectors, true and with one value changed."""
    true, key = certificates.made()
    found: list[Case] = [(true, key, None), (true, None, None), (true, files.KEY, None)]
    for path in files._places(json.loads(true)):
        new = chance.choice([None, 1, "", "a", "00" * 32, [], {}])
        found.append((json.dumps(files._put(json.loads(true), path, new)).encode(), key, None))
    return found


def test_the_browser_gives_the_same_verdicts_offline(chromium: Browser, screen: Open, tmp_path: Path) -> None:
    shown = screen(width=375)
    _inside(shown, watched())
    saved = tmp_path / "fengni-verify.html"
    saved.write_bytes(shown.context.request.get(f"{shown.address}/cases/my/verify/verify.html").body())
    context = chromium.new_context(offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(saved.as_uri())
    corpus = _corpus()
    given = [
        [base64.b64encode(file).decode(), key, None if held is None else base64.b64encode(held).decode()]
        for file, key, held in corpus
    ]
    found = page.evaluate(
        """(corpus) => { const bytes = (t) => t === null ? null : Uint8Array.from(atob(t), (c) => c.charCodeAt(0));
        return corpus.map(([file, key, held]) => { const r = fengniVerify.check(bytes(file), {key, held: bytes(held)});
        return [r.status, r.reason, r.where, r.steps]; }); }""",
        given,
    )
    wanted = []
    for file, key, held in corpus:
        report = verifier.check(file, key=key, held=held)
        wanted.append([report.status, report.reason, report.where, report.steps])
    assert [(a, b) for a, b in zip(found, wanted, strict=True) if a != b] == []
    assert {one[0] for one in found} == {"verified", "failed", "insufficient"}
    assert complaints == []
    context.close()


def test_by_hand_in_the_saved_file(chromium: Browser, screen: Open, tmp_path: Path) -> None:
    shown = screen(width=375)
    _inside(shown, watched())
    saved, receipt = tmp_path / "fengni-verify.html", tmp_path / "receipt.json"
    saved.write_bytes(shown.context.request.get(f"{shown.address}/cases/my/verify/verify.html").body())
    receipt.write_bytes(files.RECEIPT)
    context = chromium.new_context(offline=True, viewport={"width": 375, "height": 812})
    page = context.new_page()
    page.goto(saved.as_uri())
    for key, kind in (("", "insufficient"), (files.KEY, "verified"), (Ledger(origin="x").fingerprint, "failed")):
        page.locator("#v-file").set_input_files(receipt)
        page.locator("#v-key").fill(key)
        page.locator("button").click()
        page.locator(f".verdict-{kind}").wait_for()
    page.locator("#v-key").fill("not a fingerprint")
    page.locator("button").click()
    page.locator("#verdict p", has_text="52").wait_for()
    page.locator("#v-key").fill(files.KEY)
    page.locator("button").click()
    page.locator(".verdict-verified").wait_for()
    shown_words = page.locator("#verdict").inner_text()
    assert re.search(r"vault:|cases:|entries ok|field\.", shown_words) is None
    assert all(any("\u4e00" <= c <= "\u9fff" for c in item) for item in page.locator("#verdict li").all_inner_texts())
    picture(page, "seen/verify-file-375")
    context.close()
