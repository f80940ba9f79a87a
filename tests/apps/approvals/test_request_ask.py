"""approvals:request:ask"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.approvals import asking, services
from fengni.apps.vault import services as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.approvals.lists import KINDS, LIST, ask, export, many, refused, row
from tests.apps.vault.files import entries
from tests.cast import assemble, found, now


def test_the_refusal_says_what_to_ask_for_and_the_request_shows_it() -> None:
    cast = assemble()
    many(cast.owner)
    denied = refused(cast.lead)
    assert denied.code == "access.second-person-required"
    assert denied.params == {
        "persons": 21, "act": "vault:list:export", "resource": LIST.hex, "fields": "id_number mobile name"
    }  # fmt: skip
    request = ask(cast.lead)
    seen = row(cast.dpo, request)
    assert (seen.state, seen.persons, seen.fields, seen.reason) == ("open", 21, KINDS, "年度盘点")
    assert seen.can == ("give", "refuse")
    assert row(cast.lead, request).can == ("withdraw",)
    assert row(cast.auditor, request).reason == ""
    last = entries(cast.tenant_id)[-1]
    assert (last["act"], last["facts"]) == (
        "approvals:request:ask", {"wants": "vault:list:export", "persons": 21, "alone": 0}
    )  # fmt: skip
    assert last["reason"] is not None
    assert "年度盘点" not in str(last)


def test_asking_again_replaces_the_former_question() -> None:
    cast = assemble()
    first, second = ask(cast.lead), ask(cast.lead)
    assert [row(cast.lead, one).state for one in (first, second)] == ["withdrawn", "open"]


def test_where_nobody_else_may_answer_it_comes_into_force_after_three_days_and_is_recorded() -> None:
    owner = found()
    many(owner)
    request = ask(owner)
    assert row(owner, request).state == "waiting"
    assert entries(owner.tenant_id)[-1]["facts"]["alone"] == 1
    assert refused(owner).code == "access.second-person-required"
    before, after = now() + asking.NOTICE - timedelta(minutes=1), now() + asking.NOTICE + timedelta(minutes=1)
    with pytest.raises(Denied, match="second-person-required"):
        vault.export_list(actor=owner, at=before, what="persons", form="csv")
    assert vault.export_list(actor=owner, at=after, what="persons", form="csv").value.rows == 21


def test_a_notice_may_be_stopped_by_anybody_in_the_house() -> None:
    owner = found()
    many(owner)
    request = ask(owner)
    services.refuse_approval(actor=owner, at=now(), request_id=request, reason="")
    after = now() + asking.NOTICE + timedelta(minutes=1)
    with pytest.raises(Denied, match="second-person-required"):
        vault.export_list(actor=owner, at=after, what="persons", form="csv")


@pytest.mark.parametrize("reason", ["", " ", "是"])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(BadInput, match=r"approvals\.reason-missing"):
        ask(found(), reason=reason)


@pytest.mark.parametrize("act", ["vault:client:create", "no:such:act", "disposals:disposal:run"])
def test_only_what_needs_a_second_person_is_asked_for(act: str) -> None:
    with pytest.raises(BadInput, match=r"approvals\.not-askable"):
        ask(found(), act=act)


def test_who_could_not_do_it_cannot_ask_for_it() -> None:
    cast = assemble()
    for who in (cast.auditor, cast.admin, cast.security, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            ask(who)


def test_up_to_twenty_persons_one_person_decides() -> None:
    owner = found()
    many(owner, 20)
    assert export(owner) == 20
