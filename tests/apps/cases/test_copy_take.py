"""cases:copy:take, and that access, copy and correction each end in something real."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.db import transaction

from fengni.apps.cases import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import browser, seal, stored, watched
from tests.apps.disposals.closing import rows
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, entries, seen_of
from tests.cast import now
from tests.core.pictures.samples import jpeg

ANSWER = "已按您的请求办理"


def test_a_copy_is_a_file_to_take_that_people_and_programs_read() -> None:
    seen = watched()
    cast = seen.cast
    vault.upload_material(
        actor=cast.owner, at=now(), client_id=seen.client_id, subject_id=seen.person_id, kind="id_front", content=jpeg()
    )
    case_id = services.raise_right(actor=seen.guest, at=now(), right="copy").value
    with pytest.raises(BadInput, match=r"cases\.copy-not-ready"):
        services.take_copy(actor=seen.guest, at=now(), case_id=case_id)
    services.answer_right(actor=cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    with pytest.raises(BadInput, match=r"cases\.copy-confirm-first"):  # nobody typed a code of their own yet
        services.take_copy(actor=seen.guest, at=now(), case_id=case_id)
    inside = browser(seen)
    assert "下载副本" in inside.get("/cases/my/rights/").content.decode()
    seal()
    answer = inside.post(f"/cases/my/rights/copy/{case_id}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        told = json.loads(zipped.read("copy.json"))
        page = zipped.read("copy.html").decode()
        pictures = [name for name in zipped.namelist() if name.startswith("files/")]
        assert zipped.read(pictures[0])[:2] == b"\xff\xd8"
    values = {one["kind"]: one["values"] for one in told["fields"]}
    assert (values["id_number"], values["mobile"]) == ([CANARY_ID], [CANARY_MOBILE])
    assert told["format"] == "fengni-copy/1"
    assert told["files"][0]["pages"] == pictures
    assert all(words in page for words in (CANARY_ID, CANARY_MOBILE, "我的资料副本", pictures[0]))
    last = entries(cast.tenant_id)[-1]
    assert (last["act"], last["count"]) == ("cases:copy:take", 1)
    [about] = seen_of(cast.tenant_id).values()
    assert "material_id_front" in str(about)
    assert CANARY_ID not in str(last)

    rows(cast, "UPDATE vault_unit SET sealed_until = '2036-01-01' WHERE retention_class = 'practice_record'")
    again = inside.post(f"/cases/my/rights/copy/{case_id}/")
    with zipfile.ZipFile(io.BytesIO(again.content)) as zipped:
        told = json.loads(zipped.read("copy.json"))
    assert "id_number" in {one["kind"] for one in told["sealed"]}
    assert "id_number" not in {one["kind"] for one in told["fields"]}
    rows(cast, "UPDATE cases_case SET answered_at = answered_at - interval '31 days' WHERE id = %s", case_id)
    with pytest.raises(BadInput, match=r"cases\.copy-over"):
        services.take_copy(actor=seen.guest, at=now(), case_id=case_id)
    for who in (cast.owner, cast.colleague, cast.stranger, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access\.(role|other-tenant)|cases\.no-such-case"):
            services.take_copy(actor=who, at=now(), case_id=case_id)


def test_access_shows_what_is_held_masked_to_the_person_alone() -> None:
    seen = watched()
    case_id = services.raise_right(actor=seen.guest, at=now(), right="access").value
    inside = browser(seen)
    assert inside.get(f"/cases/my/rights/held/{case_id}/").status_code == 403
    services.answer_right(actor=seen.cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    page = inside.get(f"/cases/my/rights/held/{case_id}/").content.decode()
    assert all(words in page for words in ("身份证号", "手机", "合同", "事项办结前使用"))
    assert CANARY_ID not in page
    other = watched()
    assert browser(other).get(f"/cases/my/rights/held/{case_id}/").status_code == 403


def test_a_correction_is_granted_once_staff_replaced_the_field() -> None:
    seen = watched()
    cast = seen.cast
    case_id = services.raise_right(
        actor=seen.guest, at=now(), right="correct", field="mobile", reason="换了号码，新号码当面告诉"
    ).value
    with tenant(cast.tenant_id), transaction.atomic():
        from fengni.apps.vault.queries.lists import displays

        place = (seen.client_id, seen.person_id, "contact")
        revision = displays([place])[place].revision
    vault.replace_field(
        actor=cast.owner, at=now(), client_id=seen.client_id, subject_id=seen.other_id, kind="mobile",
        value="15400000055", revision=1,
    )  # fmt: skip  # somebody else's does not count
    with pytest.raises(BadInput, match=r"cases\.correct-first"):
        services.answer_right(actor=cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    entry = vault.replace_field(
        actor=cast.agent, at=now(), client_id=seen.client_id, subject_id=seen.person_id, kind="mobile",
        value="15400000056", revision=revision,
    ).entry_id  # fmt: skip
    with tenant(cast.tenant_id), transaction.atomic():
        assert queries.replacement(row=queries.case(actor=cast.dpo, at=now(), case_id=case_id)) == entry
    services.answer_right(actor=cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    row = stored(cast, case_id)
    assert (row.state, row.deed_id) == ("done", entry)
    assert entries(cast.tenant_id)[-1]["facts"]["entry"] == entry.hex
