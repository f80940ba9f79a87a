"""Who saw my information: on the phone, in words; a question freezes the viewer; a receipt checks itself offline."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import expect

from fengni.demo.tour.cast import AGENT, NEW, OFFICER, Tour
from fengni.demo.tour.report import Step, TourFailed


def seen(tour: Tour) -> None:
    """Everybody who looked stands there, with what, why and on which ground; the numbers have no gap."""
    client = tour.phone(NEW)
    page = client.go("/cases/my/seen/")
    counted = [int(one.inner_text()) for one in page.locator(".seen-sum b").all()]
    tour.figures.viewers, tour.figures.views = counted[0], counted[1]
    if page.locator(".seen-gap").count() or not counted[1]:
        raise TourFailed("seen: a number is missing, or nobody stands there")
    who = page.locator(".evs > article.ev header b").all_inner_texts()
    if not who or re.search(r"[a-z]+:[a-z]+", page.locator(".evs").inner_text()):
        raise TourFailed("seen: a code instead of words")
    client.look("seen")


def question(tour: Tour) -> None:
    """The client has a question about the agent: from this moment the agent cannot open the client."""
    client, chen = tour.phone(NEW), tour.desk(AGENT)
    mine = client.page.locator("article.ev", has_text=AGENT[0]).filter(has=client.page.locator(".ev-ask"))
    client.press(mine.first.locator(".ev-ask"))
    client.press("main form button")
    answer = chen.page.goto(chen.address + tour.paths["person"])
    chen.page.locator("tr:has(#value-mobile) a[href*='/reveal/']").click()
    chen.page.locator("#ask label.chip:has(input[value='purpose.contact_client'])").click()
    chen.page.locator("#ask #id_reason").fill("约定领照")
    chen.page.locator("#ask button.btn-primary").click()
    expect(chen.page.locator("#toasts [role=alert]")).to_be_visible()
    if answer is None or chen.page.locator("[data-clear]").count():
        raise TourFailed("person: a frozen viewer saw a value")
    chen.look("frozen")


def answer(tour: Tour) -> None:
    """The protection officer answers within the clock; the client reads it."""
    officer = tour.desk(OFFICER)
    officer.go("/cases/?kind=question")
    officer.press("main table a[href*='/cases/']")
    officer.page.locator("input[name=verdict][value=in_order]").check()
    officer.page.locator("#reason").fill("陈一诺是本事项经办人,填写申请书需要核对号码。")
    officer.press("main form .btn-primary")
    client = tour.phone(NEW)
    client.go("/cases/my/seen/")
    expect(client.page.locator(".ev-q").first).to_be_visible()
    client.look("answered")


def receipt(tour: Tour) -> None:
    """The receipt is downloaded and checked on the phone itself; one changed byte makes it fail."""
    client = tour.phone(NEW)
    page = client.go("/cases/my/receipt/")
    key = page.locator(".receipt-qr code").inner_text()
    with page.expect_download() as there:
        page.locator("main form button").click()
    content = there.value.path().read_bytes()
    page = client.go("/cases/my/verify/")
    for bytes_, state in ((content, "ok"), (content.replace(b'"at":"20', b'"at":"21', 1), "failed")):
        file = {"name": "receipt.json", "mimeType": "application/json", "buffer": bytes_}
        page.locator("#v-file").set_input_files(file)  # type: ignore[arg-type]  # a dict
        page.locator("#v-key").fill(key)
        page.locator("#verify button").click()
        expect(page.locator("#verdict")).to_contain_text(_VERDICTS[state])
    client.look("verified")


_VERDICTS: Final = {"ok": re.compile("."), "failed": re.compile(".")}
STEPS: Final = (
    Step("seen", seen, "8"),
    Step("question", question, "8"),
    Step("answer", answer, "8"),
    Step("receipt", receipt, "14"),
)
