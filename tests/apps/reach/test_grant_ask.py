"""reach:grant:ask: a file outside one's scope, for some hours; the question stands among those to a second person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.approvals import queries as approvals
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.reach import queries, services
from fengni.core.errors import Denied
from tests.apps.reach.scene import CONTACT, ask, code, request_row, reveal, scene
from tests.apps.vault.files import company, entries, seen_of
from tests.cast import now


def test_a_question_waits_for_those_who_decide_and_opens_nothing() -> None:
    one = scene()
    cast = one.cast
    request = ask(one)
    assert code(reveal, one, cast.agent) == "access.scope"
    told = next(e for e in entries(cast.tenant_id) if e["act"] == "reach:grant:ask")
    assert (told["purpose"], told["facts"], told["count"]) == (CONTACT, {"hours": 4}, 0)
    assert told["reason"]
    assert "通话" not in str(told)
    for who, can in ((cast.lead, ("give", "refuse")), (cast.dpo, ("give", "refuse")), (cast.agent, ("withdraw",))):
        row = request_row(who, request)
        assert (row.state, row.can, row.reason) == ("open", can, "客户只肯和我通话")
    assert request_row(cast.auditor, request).can == ()
    assert request_row(cast.lead, request).client_name == company(1)
    assert request_row(cast.agent, request).client_name == ""
    for who in (cast.colleague, cast.security):
        assert code(request_row, who, request) == "access.role"
    with tenant(cast.tenant_id), transaction.atomic():
        waits = approvals.requests_page(actor=cast.owner, at=now()).waiting
        assert [(row.act, row.resource_id, row.page, row.persons) for row in waits] == [
            ("reach:grant:give", request, "reach:request", 1)
        ]
        assert queries.waiting(actor=cast.dpo, at=now()).asked == 1
        assert queries.waiting(actor=cast.agent, at=now()).asked == 0
    assert code(ask, one) == "reach.asked-already"
    ask(one, person=True)
    assert set(seen_of(cast.tenant_id)) == {one.person_id}  # a question about one person stands in the own history
    later = now() + timedelta(days=7, minutes=1)
    assert request_row(cast.lead, request, later).state == "lapsed"
    ask(one, at=later)  # the old one was never answered


def test_who_may_ask_for_what() -> None:
    one = scene()
    cast = one.cast
    for who in (cast.owner, cast.lead, cast.dpo, cast.auditor, cast.admin, cast.intruder):
        assert code(ask, one, by=who) == "access.role"
    agent_elsewhere = replace(cast.agent, tenant_id=cast.stranger_tenant_id)
    with pytest.raises(Denied, match=r"parties\.no-such-client"):
        ask(one, by=agent_elsewhere)
    for hours in (0, 73, -1):
        assert code(ask, one, hours=hours) == "reach.hours-wrong"
    asked = {"actor": cast.agent, "at": now(), "client_id": one.client_id, "person_id": None, "hours": 4}
    with pytest.raises(Denied, match=r"access\.purpose-unknown"):
        services.ask_access(**asked, purpose="purpose.internal_audit", reason="看看")  # type: ignore[arg-type]
    assert code(services.ask_access, **asked, purpose=CONTACT, reason=" ") == "reach.reason-missing"
    ask(one, by=cast.security)
    parties.assign_client(actor=cast.owner, at=now(), client_id=one.client_id, member_id=cast.agent.id)
    assert code(ask, one) == "reach.already-inside"
