"""vault:list:export"""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from fengni.apps.vault import services
from fengni.apps.vault.queries.files import escaped
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_MOBILE,
    CANARY_NAME,
    company,
    entries,
    make_client,
    make_person,
    refusals,
    seen_of,
)
from tests.cast import assemble, found, now


def test_persons_as_csv_are_masked_and_recorded() -> None:
    owner = found()
    client_id = make_client(owner, 1)
    person_id = make_person(owner, client_id)
    done = services.export_list(actor=owner, at=now(), what="persons", form="csv")
    text = done.value.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["姓名", "身份证号码", "手机", "身份", "企业名称"]
    assert rows[1][:3] == [CANARY_NAME, "9****************2", "1*********1"]
    assert rows[1][4] == company(1)
    assert CANARY_ID not in text
    assert CANARY_MOBILE not in text
    assert seen_of(owner.tenant_id) == {person_id: {"clear": 0, "fields": ["id_number", "mobile", "name"]}}
    assert entries(owner.tenant_id)[-1]["facts"] == {"form": "csv", "list": "persons", "rows": 1}
    assert CANARY_NAME not in done.value.name


def test_clients_as_xlsx_hold_text_only() -> None:
    owner = found()
    make_client(owner, 1, company_name="=示例+1")
    done = services.export_list(actor=owner, at=now(), what="clients", form="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(done.value.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[1]][:3] == ["'=示例+1", fictitious.uscc(1), "0"]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert {cell.data_type for cell in rows[1] if cell.value} == {"s"}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\u3000-", "\ufeff@", "\u200b\t+"])
def test_formulas_are_escaped(begin: str) -> None:
    assert escaped(f"{begin}1+1") == f"'{begin}1+1"


def test_readers_without_names_export_masked_names() -> None:
    cast = assemble()
    make_person(cast.owner, make_client(cast.owner))
    text = services.export_list(actor=cast.dpo, at=now(), what="persons", form="csv").value.content.decode()
    assert CANARY_NAME not in text
    assert "陆*衡" in text


def test_scope_and_roles() -> None:
    cast = assemble()
    make_client(cast.owner, 1)
    make_client(cast.agent, 2)
    assert services.export_list(actor=cast.agent, at=now(), what="clients", form="csv").value.rows == 1
    assert services.export_list(actor=cast.colleague, at=now(), what="clients", form="csv").value.rows == 0
    assert services.export_list(actor=cast.stranger, at=now(), what="clients", form="csv").value.rows == 0
    for who in (cast.auditor, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.export_list(actor=who, at=now(), what="clients", form="csv")
    assert refusals(cast.tenant_id, "vault:list:export") == ["access.role"] * 3
    with pytest.raises(BadInput, match=r"vault.no-such-list"):
        services.export_list(actor=cast.owner, at=now(), what="secrets", form="csv")
    with pytest.raises(BadInput, match=r"vault.no-such-form"):
        services.export_list(actor=cast.owner, at=now(), what="clients", form="pdf")
