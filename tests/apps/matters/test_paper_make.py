"""matters:paper:make"""

from __future__ import annotations

import hashlib
import io
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from docx import Document

from fengni.apps.acts.models import Block
from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.matters import papers, queries, services
from fengni.cli.main import run
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.printing import page_texts
from tests.apps.matters.making import SHAREHOLDER_ID, Made, make_matter
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, entries, seen_of
from tests.apps.vault.test_rest import Caller
from tests.cast import Cast, assemble, now
from tests.cli.test_clients import signed
from tests.web.browsing import signed_in

NEW_ADDRESS = "样例区示例路 2 号"


def make(actor: Actor, made: Made, paper: str, part: str = "rest", **more: Any) -> services.Made:
    asked = {"form": "pdf", "purpose": "purpose.fill_form"} | more
    return services.make_paper(actor=actor, at=now(), matter_id=made.matter_id, paper=paper, part=part, **asked).value


def _text(made: services.Made) -> str:
    if made.name.endswith(".pdf"):
        return "\n".join(page_texts(made.content))
    document = Document(io.BytesIO(made.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)


def _scene() -> tuple[Cast, Made]:
    cast = assemble()
    return cast, make_matter(cast)


def test_the_rest_holds_no_number_and_the_page_apart_holds_one_persons() -> None:
    cast, made = _scene()
    sealer.seal_round(at=now())
    before = custodian().releases(cast.tenant_id, [made.new])
    for form in ("docx", "pdf"):
        rest = make(cast.agent, made, "application", form=form, given={"new_address": NEW_ADDRESS})
        text = _text(rest)
        for word in ("公司变更登记申请书", "示例·青禾1号智造有限公司", CANARY_NAME, NEW_ADDRESS, papers.LINE):
            assert word in text
        for clear in (CANARY_ID, CANARY_MOBILE, SHAREHOLDER_ID):
            assert clear not in text
    assert custodian().releases(cast.tenant_id, [made.new]) == before  # nothing sealed was opened
    named = {"clear": 0, "fields": ["name"]}
    assert seen_of(cast.tenant_id) == {made.new: named, made.shareholder: named}  # who represents the company now
    apart = make(cast.agent, made, "application", "sensitive")
    text = _text(apart)
    assert CANARY_ID in text
    assert CANARY_MOBILE in text
    assert SHAREHOLDER_ID not in text
    assert seen_of(cast.tenant_id) == {made.new: {"clear": 2, "fields": ["id_number", "mobile", "name"]}}
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["purpose"]) == ("matters:paper:make", "purpose.fill_form")
    assert entry["facts"]["commits"] == hashlib.sha256(apart.content).hexdigest()
    assert entry["facts"]["part"] == "sensitive"
    assert NEW_ADDRESS not in str(entries(cast.tenant_id))
    assert CANARY_ID not in repr(apart)
    decided = _text(make(cast.agent, made, "resolution", lang="zh", given={"resolved_on": "2026-11-20"}))
    assert "股东决定" in decided
    assert "股东签字或盖章（顾南乔）" in decided
    entrusted = _text(make(cast.agent, made, "authorisation", lang="en"))
    assert "Power of attorney" in entrusted
    assert "陈一诺" in entrusted


def test_what_is_missing_is_named_before_and_masks_are_shown() -> None:
    cast, made = _scene()
    with tenant(cast.tenant_id):
        shown = queries.papers_page(actor=cast.agent, at=now(), matter_id=made.matter_id)
        other = make_matter(cast, 2, types=("CAP_UP",), region="same")
        assert queries.papers_page(actor=cast.agent, at=now(), matter_id=other.matter_id).papers == ()
    assert [(one.code, one.part) for one in shown.papers] == [
        ("application", "rest"), ("application", "sensitive"), ("resolution", "rest"), ("authorisation", "rest"),
    ]  # fmt: skip
    assert [code for code, _ in shown.inputs] == ["new_address", "resolved_on"]
    rest, apart = shown.papers[:2]
    assert rest.kinds == ()
    assert set(apart.kinds) == {"id_number", "mobile"}
    assert (len(apart.lacks), "有效期" in apart.lacks[0]) == (1, True)
    assert rest.lacks == ("企业的住所",)
    drawn = str([(one, getattr(one, "rows", "")) for one in apart.preview.blocks])
    assert CANARY_ID not in drawn
    assert CANARY_ID[:6] in drawn
    with pytest.raises(BadInput, match=r"matters\.paper-not-written-out"):
        make(cast.agent, other, "application")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"paper": "will"}, "matters.paper-unknown"),
        ({"part": "sensitive", "paper": "resolution"}, "matters.paper-part-unknown"),
        ({"form": "exe"}, "printing.form-unknown"),
        ({"given": {"new_name": "x"}}, "matters.paper-input-unknown"),
        ({"given": {"new_address": "x" * 201}}, "matters.paper-input-long"),
    ],
)
def test_bad_input_has_its_sentence(wrong: dict[str, Any], code: str) -> None:
    cast, made = _scene()
    with pytest.raises(BadInput, match=code):
        make(cast.agent, made, **{"paper": "application"} | wrong)
    assert entries(cast.tenant_id)[-1]["act"] != "matters:paper:make"


def test_who_may_and_by_every_door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast, made = _scene()
    sealer.seal_round(at=now())
    for who, code in (
        (cast.colleague, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.intruder, "access.role"),
        (cast.stranger, "matters.no-such-matter"),
    ):
        with pytest.raises(Denied, match=code):
            make(who, made, "application")
    with pytest.raises(Denied, match=r"access\.purpose"):
        make(cast.agent, made, "application", purpose="purpose.marketing")
    address = f"/matters/{made.matter_id}/papers/"
    client = signed_in(cast.agent)
    page = client.get(address).content.decode()
    assert "缺：" in page
    assert CANARY_ID not in page
    wrong = client.post(f"{address}application/", {"as": "rest.odt", "given-new_address": NEW_ADDRESS})
    assert (wrong.status_code, f'value="{NEW_ADDRESS}"' in wrong.content.decode()) == (400, True)
    answer = client.post(f"{address}application/", {"as": "sensitive.pdf", "given-new_address": NEW_ADDRESS})
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert CANARY_ID in page_texts(answer.content)[0]
    assert client.post(f"{address}application/", {"as": "rest.exe"})["Location"] == address
    caller = Caller(cast.agent)
    listed = caller.get(f"/matters/{made.matter_id}/papers")
    assert (listed[1]["part"], set(listed[1]["opens"])) == ("sensitive", {"id_number", "mobile"})
    made_by_rest = caller.post(f"/matters/{made.matter_id}/papers", {"paper": "resolution"})
    assert made_by_rest[:2] == b"PK"
    path, token = tmp_path / "paper.docx", signed(cast.agent, tmp_path)
    told = ["--lang", "zh", "matter", "paper", str(made.matter_id), "application", "-o", str(path)]
    assert copy_context().run(run, [*told, "--given", f"new_address={NEW_ADDRESS}", "--token-file", token]) == 0
    assert NEW_ADDRESS in _text(services.Made(path.read_bytes(), "paper.docx"))
    told = ["--lang", "zh", "matter", "papers", str(made.matter_id), "--token-file", token]
    assert copy_context().run(run, told) == 0
    assert "申请书" in capsys.readouterr().out
    with tenant(cast.tenant_id), transaction.atomic():
        Block.objects.create(
            id=uuid7(), tenant_id=cast.tenant_id, kind="person_view", code="cases.question", created_at=now(),
            subject=f"{cast.agent.id.hex}:{made.new.hex}",
        )  # fmt: skip
    with pytest.raises(Denied, match=r"access\.view-frozen"):
        make(cast.agent, made, "application", "sensitive")
