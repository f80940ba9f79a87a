"""cases:voucher:issue: what was collected, seen, shared and is kept, on paper, with the receipt that proves it."""

from __future__ import annotations

import hashlib
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from fengni.apps.cases import papers, services, vouchers
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.matters.models import Matter
from fengni.cli.main import run
from fengni.core.errors import BadInput, Denied
from fengni.core.ledger import verifier
from fengni.core.printing import attached, page_texts
from tests.apps.cases.asking import look
from tests.apps.cases.ended import PARTNER, ended
from tests.apps.matters.making import make_matter
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, entries
from tests.apps.vault.test_rest import Caller
from tests.cast import assemble, now
from tests.cli.test_clients import signed
from tests.web.browsing import ARTIFACTS, signed_in


def test_it_says_what_happened_and_nothing_of_anybody() -> None:
    one = ended()
    cast = one.cast
    with tenant(cast.tenant_id), transaction.atomic():
        key = ledger.log_fingerprint()
        stated = vouchers.voucher_of(one.person_id, Matter.objects.get(id=one.matter_id), now())
    assert [(seen.viewer.kind, seen.clear) for seen in stated.watchers if seen.clear] == [("staff", 3), ("partner", 1)]
    assert (stated.spared, stated.approved, stated.refused) == (12, True, 0)
    assert [(share.partner, share.kinds, share.views) for share in stated.shares] == [
        (PARTNER, ("name", "id_number"), 1)
    ]
    fates = {(kept.kinds, kept.state, kept.fate) for kept in stated.kept}
    assert (("name", "id_number"), "running", "seal") in {((k[0], k[1]), s, f) for k, s, f in fates if len(k) > 1}
    closed = stated.closed_at.date()
    assert all(kept.on in (closed + timedelta(days=n) for n in range(29, 32)) for kept in stated.kept)
    ARTIFACTS.mkdir(exist_ok=True)
    words = {"zh": ("客户信息保护凭证", "谁看过", "起封存至"), "en": ("Who saw it", "sealed from")}
    for lang in ("zh", "en"):
        made = services.issue_voucher(
            actor=cast.lead, at=now(), matter_id=one.matter_id, person_id=one.person_id, lang=lang
        ).value  # fmt: skip
        (ARTIFACTS / f"voucher-{lang}.pdf").write_bytes(made)
        said = "\n".join(page_texts(made))
        for word in (*words[lang], stated.number, PARTNER, "陆*衡", key):
            assert word in said
        for clear in (CANARY_NAME, CANARY_ID, CANARY_MOBILE, "陈一诺", "顾南乔", one.shareholder.hex):
            assert clear not in said
        report = verifier.check(attached(made)[papers.ATTACHED], key=key)
        assert (report.status, report.person) == ("verified", one.person_id.hex)
        entry = entries(cast.tenant_id)[-1]
        assert entry["act"] == "cases:voucher:issue"
        assert entry["facts"]["commits"] == hashlib.sha256(made).hexdigest()


def test_only_for_a_matter_that_is_closed_and_sealed() -> None:
    cast = assemble()
    made = make_matter(cast)
    look(cast.agent, made.client_id, made.new)
    ask = {"at": now(), "matter_id": made.matter_id, "person_id": made.new, "lang": "zh"}
    with pytest.raises(BadInput, match=r"cases\.voucher-not-closed"):
        services.issue_voucher(actor=cast.agent, **ask)
    with tenant(cast.tenant_id), transaction.atomic():
        Matter.objects.filter(id=made.matter_id).update(state="closed", closed_at=now())
    with pytest.raises(BadInput, match=r"ledger\.not-sealed-yet"):
        services.issue_voucher(actor=cast.agent, **ask)


def test_who_may(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = ended()
    cast = one.cast
    ask = {"at": now(), "matter_id": one.matter_id, "person_id": one.person_id, "lang": "zh"}
    for who, code in (
        (cast.colleague, "access.scope"),
        (cast.auditor, "access.role"),
        (cast.intruder, "access.role"),
        (one.guest, "access.role"),
        (cast.stranger, "matters.no-such-matter"),
    ):
        with pytest.raises(Denied, match=code):
            services.issue_voucher(actor=who, **ask)
    with pytest.raises(Denied, match=r"matters\.no-such-participant"):
        services.issue_voucher(actor=cast.lead, **ask | {"person_id": one.client_id})
    about = {"matter_id": str(one.matter_id), "person_id": str(one.person_id), "lang": "en"}
    assert list(attached(Caller(cast.lead).post("/cases/vouchers", about))) == [papers.ATTACHED]
    client = signed_in(cast.lead)
    page = client.get(f"/matters/{one.matter_id}/people/").content.decode()
    assert f"/cases/vouchers/{one.matter_id}/{one.person_id}/" in page
    answer = client.post(f"/cases/vouchers/{one.matter_id}/{one.person_id}/", {"lang": "zh"})
    assert answer["Content-Disposition"] == 'attachment; filename="fengni-voucher-zh.pdf"'
    path, token = tmp_path / "voucher.pdf", signed(cast.dpo, tmp_path)
    told = ["--lang", "zh", "case", "voucher", str(one.matter_id), str(one.person_id), "-o", str(path)]
    assert copy_context().run(run, [*told, "--token-file", token]) == 0
    capsys.readouterr()
    assert copy_context().run(run, ["--lang", "zh", "verify", str(path)]) == 6
    assert papers.ATTACHED in capsys.readouterr().err
