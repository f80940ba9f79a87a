"""tokens:sheet:export, and the workbook that comes back by an import."""

from __future__ import annotations

import io
from uuid import UUID

import openpyxl
import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries as imports
from fengni.apps.tokens import services
from fengni.apps.tokens.spaces import Field
from fengni.apps.vault import queries as vault
from fengni.apps.vault import services as clear
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.tokens import read_token
from tests.apps.imports.owner import rows_of_the_store
from tests.apps.imports.sheets import checked, look, stored
from tests.apps.tokens.making import destroy, make, partner
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_MOBILE,
    CANARY_NAME,
    company,
    entries,
    make_client,
    make_person,
    refusals,
    store,
)
from tests.apps.vault.files import sheet as plan_of
from tests.cast import assemble, now

Table = list[list[str]]


def exported(actor: Actor, partner_id: UUID | None = None) -> Table:
    content = services.export_sheet(actor=actor, at=now(), partner_id=partner_id).value.content
    book = openpyxl.load_workbook(io.BytesIO(content)).active
    assert book is not None
    return [[str(cell or "") for cell in row] for row in book.iter_rows(values_only=True)]


def written(table: Table) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in table:
        book.active.append([cell or None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def outcomes(actor: Actor, job: UUID) -> dict[str, str]:
    with tenant(actor.tenant_id):
        told = imports.cells(actor=actor, job_id=job)[:-1]
    return {one["cell"]: one["reason"].removeprefix("intake.") for one in told}


def reveal(actor: Actor, client: UUID, person: UUID, kind: str) -> str:
    done = clear.reveal_field(
        actor=actor, at=now(), client_id=client, subject_id=person, kind=kind, purpose="purpose.fill_form",
        reason="核对",
    )  # fmt: skip
    return done.value.value


def test_a_sheet_of_tokens_shows_nothing_and_comes_back() -> None:
    cast = assemble()
    client = make_client(cast.owner, 1, service_until="2026-12-31")
    person = make_person(cast.owner, client)
    other = make_client(cast.owner, 2)
    table = exported(cast.owner)
    text = str(table)
    for value in (CANARY_NAME, CANARY_ID, CANARY_MOBILE, company(1), fictitious.uscc(1)):
        assert value not in text
    assert table[0] == ["企业名称", "统一社会信用代码", "服务到期", "标签", "身份", "姓名", "身份证号码", "手机"]
    row = next(row for row in table[1:] if row[2])
    assert [bool(read_token(cell)) for cell in row] == [True, True, False, False, False, True, True, True]
    assert row[2] == "2026-12-31"
    assert entries(cast.tenant_id)[-1]["facts"] == {
        "list": "sheet", "form": "xlsx", "rows": 2, "tokens": 7, "for_partner": 0,
    }  # fmt: skip
    assert sorted(exported(cast.owner)) == sorted(table)

    # back without a change: nothing is opened, nothing changes
    before = rows_of_the_store(cast.tenant_id)
    job = stored(cast.owner, written(table))
    result = look(cast.owner, job).row.result
    assert (result["created"], result["updated"], result["unchanged"]) == (0, 0, 3)
    assert rows_of_the_store(cast.tenant_id) == before
    assert set(outcomes(cast.owner, job).values()) == {
        "skipped.heading", "imported.stand-in", "skipped.stand-in", "skipped.stand-in-roles",
    }  # fmt: skip

    # a number and a date are changed, an address is not there; names stay tokens
    line = table.index(row) + 1
    row[7], row[2] = fictitious.mobile(77), "2027-06-30"
    job = stored(cast.owner, written(table))
    result = look(cast.owner, job).row.result
    assert (result["created"], result["updated"]) == (0, 2)
    assert result["cells"]["asked"] == 0
    assert outcomes(cast.owner, job)[f"H{line}"].startswith("imported.")
    assert reveal(cast.owner, client, person, "mobile") == fictitious.mobile(77)
    assert reveal(cast.owner, client, person, "id_number") == CANARY_ID
    with tenant(cast.tenant_id):
        page = vault.clients_page(actor=cast.owner, at=now())
        people = vault.persons_page(actor=cast.owner, at=now())
    assert {one.id: one.service_until for one in page.rows} == {client: "2027-06-30", other: ""}
    assert [(one.person_id, one.roles) for one in people.rows] == [(person, ("legal_representative",))]


def test_what_cannot_be_told_is_named_by_its_cell() -> None:
    cast = assemble()
    client, other = make_client(cast.owner, 1), make_client(cast.owner, 2)
    person = make_person(cast.owner, client)
    space = partner(cast.owner, "示例·信达会计")
    of_partner = make(cast.owner, Field(client, person, "mobile"), partner_id=space)[0] or ""
    strange = make_client(cast.stranger, 7)
    foreign = make(cast.stranger, Field(strange, strange, "uscc"))[0] or ""
    table = exported(cast.owner)
    row, without = sorted(table[1:], key=lambda row: not row[5])
    mistyped = row[6][:-1] + ("0" if row[6][-1] != "0" else "1")
    given = [
        table[0],
        [*row[:6], mistyped, of_partner],
        [without[0], foreign, *without[2:]],
        [without[0], "", "", "", "", row[5], "", fictitious.mobile(9)],
    ]
    destroy(cast.owner, client, person, "contact")
    assert outcomes(cast.owner, checked(cast.owner, written(given))) | {"E2": ""} == {
        **{f"{letter}1": "skipped.heading" for letter in "ABCDEFGH"}, "A2": "imported.stand-in",
        "B2": "imported.stand-in", "E2": "", "F2": "imported.stand-in", "G2": "skipped.stand-in-mistyped",
        "H2": "skipped.stand-in-foreign", "A3": "imported.stand-in", "B3": "skipped.stand-in-foreign",
        "A4": "skipped.stand-in-mixed", "F4": "skipped.stand-in-mixed", "H4": "skipped.stand-in-mixed",
    }  # fmt: skip
    found = outcomes(cast.owner, checked(cast.owner, written([table[0], row])))
    assert found["H2"] == "skipped.stand-in-gone"
    # whoever does not hold the client, and another house, learn nothing
    for who in (cast.agent, cast.stranger):
        found = outcomes(who, checked(who, written([table[0], row])))
        assert {found[cell] for cell in ("A2", "B2", "F2", "G2")} == {"skipped.stand-in-foreign"}
    assert other


def test_the_cast_and_partners() -> None:
    cast = assemble()
    make_client(cast.agent, 1)
    make_person(cast.owner, make_client(cast.owner, 2, service_until="2026-12-31"))
    assert [len(exported(who)) for who in (cast.owner, cast.lead, cast.agent, cast.colleague)] == [3, 3, 2, 1]
    spaces = [exported(cast.owner, partner(cast.owner, name)) for name in ("示例·信达会计", "示例·跑行")]
    cells = [
        {cell for row in table[1:] for cell in row if read_token(cell)} for table in (*spaces, exported(cast.owner))
    ]
    assert len(cells[0] | cells[1] | cells[2]) == 3 * len(cells[0]) == 21
    assert {row[2] for row in spaces[0][1:]} == {""}
    for who in (cast.auditor, cast.admin, cast.dpo, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.export_sheet(actor=who, at=now())
    assert refusals(cast.tenant_id, "tokens:sheet:export") == ["access.role"] * 4


def test_rows_of_nobody_are_left_out_when_they_come_back() -> None:
    cast = assemble()
    store(cast.owner, plan_of(20))
    for content in (
        services.export_sheet(actor=cast.owner, at=now()).value.content,
        clear.export_list(actor=cast.owner, at=now(), what="clients", form="xlsx").value.content,
    ):
        job = stored(cast.owner, content)
        result = look(cast.owner, job).row.result
        assert (result["created"], result["updated"]) == (0, 0)
        told = [reason for cell, reason in outcomes(cast.owner, job).items() if cell[0] == "A"]
        assert told.count("skipped.canary") == 2
