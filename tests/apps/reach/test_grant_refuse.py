"""reach:grant:refuse: no, with a reason that the asker reads."""

from __future__ import annotations

from django.db import transaction

from fengni.apps.approvals import queries as approvals
from fengni.apps.common.tenancy import tenant
from fengni.apps.reach import services
from fengni.core.access.actor import Actor
from tests.apps.reach.scene import ask, code, give, request_row, reveal, scene
from tests.cast import now


def test_a_no_is_told_to_the_asker_and_ends_the_question() -> None:
    one = scene()
    cast = one.cast
    request = ask(one)

    def refuse(who: Actor, reason: str = "请让经办人来办") -> None:
        services.refuse_access(actor=who, at=now(), request_id=request, reason=reason)

    for who in (cast.agent, cast.colleague, cast.security, cast.auditor, cast.admin, cast.intruder):
        assert code(refuse, who) == "access.role"
    assert code(refuse, cast.stranger) == "reach.no-such-request"
    assert code(refuse, cast.dpo, " ") == "reach.reason-missing"
    refuse(cast.dpo)
    row = request_row(cast.agent, request)
    assert (row.state, row.answer, row.answered_by, row.can) == ("refused", "请让经办人来办", cast.dpo.id, ())
    assert code(give, one, request) == code(refuse, cast.lead) == "approvals.answered"
    assert code(reveal, one, cast.agent) == "access.scope"
    with tenant(cast.tenant_id), transaction.atomic():
        page = approvals.requests_page(actor=cast.lead, at=now())
        assert [one.state for one in page.others] == ["refused"]
    ask(one)  # and may be asked again
