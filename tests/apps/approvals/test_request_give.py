"""approvals:request:give"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.apps.approvals import services
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Approval, Facts, Resource, Rule, decide
from fengni.core.errors import BadInput, Denied
from tests.apps.approvals.lists import LIST, ask, export, many, refused, row
from tests.apps.vault.files import entries, make_client, make_person
from tests.cast import assemble, now


def test_five_hundred_clients_leave_once_and_only_after_a_colleague_said_yes() -> None:
    cast = assemble()
    many(cast.owner, 500)
    refused(cast.lead)
    request = ask(cast.lead, persons=500, reason="搬家前盘点")
    services.give_approval(actor=cast.dpo, at=now(), request_id=request)
    assert row(cast.lead, request).can == ("withdraw", "use")
    assert export(cast.lead) == 500
    assert row(cast.lead, request).state == "used"
    assert refused(cast.lead).code == "access.second-person-required"
    told = [(e["act"], e["outcome"]) for e in entries(cast.tenant_id)][-5:]
    assert told == [
        ("vault:list:export", "refused:access.second-person-required"),
        ("approvals:request:ask", "done"),
        ("approvals:request:give", "done"),
        ("vault:list:export", "done"),
        ("vault:list:export", "refused:access.second-person-required"),
    ]


def test_the_asker_cannot_say_yes() -> None:
    cast = assemble()
    many(cast.owner)
    request = ask(cast.lead)
    with pytest.raises(Denied, match="second-person-is-self"):
        services.give_approval(actor=cast.lead, at=now(), request_id=request)
    assert row(cast.lead, request).state == "open"
    refused(cast.lead)


def test_a_yes_to_one_is_none_to_another() -> None:
    cast = assemble()
    many(cast.owner)
    services.give_approval(actor=cast.dpo, at=now(), request_id=ask(cast.lead))
    assert refused(cast.owner).code == "access.second-person-required"
    assert export(cast.lead) == 21


def test_a_yes_to_fewer_persons_or_another_list_is_none() -> None:
    cast = assemble()
    many(cast.owner)
    services.give_approval(actor=cast.dpo, at=now(), request_id=ask(cast.lead, persons=20))
    refused(cast.lead)
    services.give_approval(actor=cast.dpo, at=now(), request_id=ask(cast.lead, persons=21))
    with pytest.raises(Denied, match="second-person-required"):
        vault.export_list(actor=cast.lead, at=now(), what="clients", form="csv")
    make_person(cast.owner, make_client(cast.owner, 8_000))
    refused(cast.lead)


def test_a_yes_ends_after_a_day() -> None:
    cast = assemble()
    many(cast.owner)
    services.give_approval(actor=cast.dpo, at=now(), request_id=ask(cast.lead))
    with pytest.raises(Denied, match="second-person-required"):
        vault.export_list(actor=cast.lead, at=now() + timedelta(hours=24, minutes=1), what="persons", form="csv")


def test_who_may_answer() -> None:
    cast = assemble()
    request = ask(cast.lead)
    for who in (cast.agent, cast.auditor, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.give_approval(actor=who, at=now(), request_id=request)
    with pytest.raises(BadInput, match=r"approvals\.no-such-request"):
        services.give_approval(actor=cast.stranger, at=now(), request_id=request)
    services.give_approval(actor=cast.security, at=now(), request_id=request)
    with pytest.raises(BadInput, match=r"approvals\.answered"):
        services.give_approval(actor=cast.dpo, at=now(), request_id=request)


def test_an_old_question_is_not_answered_any_more() -> None:
    cast = assemble()
    request = ask(cast.lead)
    with pytest.raises(BadInput, match=r"approvals\.lapsed"):
        services.give_approval(actor=cast.dpo, at=now() + timedelta(days=7, minutes=1), request_id=request)


_ME = Actor(id=UUID(int=1), tenant_id=UUID(int=2), roles=frozenset({"lead"}))
_AT = now()
_KINDS = st.frozensets(st.sampled_from(["name", "mobile", "id_number"]))


@given(
    persons=st.integers(0, 40), allowed=st.none() | st.integers(0, 40), kinds=_KINDS, fields=_KINDS,
    by=st.integers(1, 2), since=st.integers(-3, 3), until=st.integers(-3, 3),
)  # fmt: skip
def test_the_decision_needs_a_yes_that_covers_all_of_it(
    persons: int, allowed: int | None, kinds: frozenset[str], fields: frozenset[str], by: int, since: int, until: int
) -> None:
    rule = Rule("vault:list:export", frozenset({"lead"}), second_person_above=20)
    about = tuple(UUID(int=100 + n) for n in range(persons))
    resource = Resource("vault:list", LIST, _ME.tenant_id, persons=about, fields=kinds)
    hour = timedelta(hours=1)
    yes = Approval(
        rule.act, LIST, UUID(int=by), _AT + until * hour, since=_AT + since * hour, persons=allowed, fields=fields
    )
    fits = since <= 0 < until and kinds <= fields and (allowed is None or persons <= allowed) and by != _ME.id.int
    if persons <= 20 or fits:
        assert decide(_ME, rule, resource, None, Facts(approvals=(yes,)), _AT).basis in ("role", "approval")
    else:
        with pytest.raises(Denied, match="second-person"):
            decide(_ME, rule, resource, None, Facts(approvals=(yes,)), _AT)
