"""cases:right:record: what a person asked at the counter, by telephone or in a letter."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest
from django.db import transaction

from fengni.apps.cases import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries as consents
from fengni.cli.main import run
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import browser, stored, watched
from tests.apps.matters.portal import mine
from tests.apps.vault.files import entries, seen_of
from tests.apps.vault.test_rest import Caller
from tests.cast import now
from tests.cli.test_clients import signed
from tests.web.browsing import signed_in

WORDS = "本人来电，核对了合同编号与回拨号码"


def test_a_withdrawal_by_telephone_holds_at_once_and_the_person_reads_who_noted_it_down() -> None:
    one = mine()
    cast = one.cast
    one.consent()
    page = signed_in(cast.agent)
    there = f"/cases/record/{one.client_id}/{one.person_id}/"
    assert "念给本人听" in page.get(f"{there}?right=withdraw").content.decode()
    given = {"right": "withdraw", "way": "phone", "reason": ""}
    assert "怎样确认是本人" in page.post(there, given).content.decode()
    assert page.post(there, given | {"reason": WORDS}).status_code == 302
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["facts"]["way"], entry["facts"]["consents"]) == ("cases:right:record", "phone", 2)
    assert (set(seen_of(cast.tenant_id)), WORDS in str(entry)) == ({one.person_id}, False)
    with tenant(cast.tenant_id), transaction.atomic():
        scopes = consents.standing(person_id=one.person_id, matter_id=one.matter_id).scopes
        [own] = queries.rights_page(actor=one.guest, at=now()).cases
        row = queries.case(actor=cast.dpo, at=now(), case_id=own.id)
    assert scopes["sensitive"] == "withdrawn"
    assert (own.way, own.asked, own.lists, row.lists) == ("phone", WORDS, row.lists, own.lists)
    assert own.lists is not None
    assert "电话提出" in signed_in(cast.dpo).get(f"/cases/{own.id}/").content.decode()


def test_a_deletion_waits_for_two_persons_all_the_same_and_bad_input_is_said() -> None:
    seen = watched()
    given = {"at": now(), "client_id": seen.client_id, "person_id": seen.person_id, "way": "letter", "reason": WORDS}
    for wrong, code in (
        ({"right": "delete", "way": "smoke"}, "way-unknown"), ({"right": "delete", "reason": " "}, "record-words"),
        ({"right": "forget"}, "right-unknown"), ({"right": "correct"}, "correct-what"),
        ({"right": "withdraw", "matter_id": seen.client_id}, "no-such-matter"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=code):
            services.record_right(actor=seen.cast.agent, **given | wrong)
    case_id = services.record_right(actor=seen.cast.agent, **given, right="delete").value
    with pytest.raises(BadInput, match=r"cases\.already-asked"):
        services.raise_right(actor=seen.guest, at=now(), right="delete")
    with pytest.raises(BadInput, match=r"cases\.delete-"):
        services.answer_right(actor=seen.cast.dpo, at=now(), case_id=case_id, granted=True, reason="已删除")
    assert "来信提出" in browser(seen).get("/cases/my/rights/").content.decode()
    assert stored(seen.cast, case_id).guest_id is None
    cast = seen.cast
    for who, code in ((cast.auditor, "role"), (cast.security, "role"), (cast.admin, "role"), (cast.intruder, "role"),
                      (seen.guest, "role"), (cast.colleague, "scope"), (cast.stranger, "no-such-client")):  # fmt: skip
        with pytest.raises(Denied, match=code):
            services.record_right(actor=who, **given, right="access")


def test_over_rest_and_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = watched()
    caller = Caller(seen.cast.agent)
    where = {"client_id": str(seen.client_id), "person_id": str(seen.person_id)}
    assert "mobile" in caller.get("/cases/foreseen", **where, right="delete")["destroyed"]
    made = caller.post("/cases", where | {"right": "access", "way": "counter", "reason": WORDS}, 201)["id"]
    assert Caller(seen.cast.dpo).get(f"/cases/{made}")["way"] == "counter"
    token = signed(seen.cast.agent, tmp_path)

    def told(*more: str) -> str:
        given = ["record", where["client_id"], where["person_id"], "delete", "--way", "phone", "--reason", WORDS]
        assert copy_context().run(run, ["--lang", "zh", "case", *given, *more, "--token-file", token]) == 0
        return capsys.readouterr().out

    assert "将销毁  手机" in told("--dry-run")
    assert stored(seen.cast, told().strip()).way == "phone"
