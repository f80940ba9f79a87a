"""reach:grant:end: taken back at once, given back, or an open question withdrawn."""

from __future__ import annotations

from uuid import UUID

from fengni.apps.reach import services
from fengni.core.access.actor import Actor
from tests.apps.reach.scene import ask, code, give, request_row, reveal, scene
from tests.apps.vault.files import CANARY_MOBILE, entries
from tests.cast import now


def _end(who: Actor, request_id: UUID) -> None:
    services.end_access(actor=who, at=now(), request_id=request_id)


def test_it_ends_at_once_whoever_of_the_two_ends_it() -> None:
    one = scene()
    cast = one.cast
    withdrawn = ask(one)
    assert code(_end, cast.lead, withdrawn) == "reach.over", "an open question is refused, with a reason"
    _end(cast.agent, withdrawn)
    assert code(give, one, withdrawn) == "approvals.answered"
    first = ask(one)
    give(one, first)
    assert reveal(one, cast.agent) == CANARY_MOBILE
    for who in (cast.colleague, cast.security, cast.auditor, cast.admin, cast.intruder):
        assert code(_end, who, first) == "access.role"
    assert code(_end, cast.stranger, first) == "reach.no-such-request"
    assert "end" in request_row(cast.dpo, first).can
    _end(cast.dpo, first)
    assert entries(cast.tenant_id)[-1]["facts"] == {"member": cast.agent.id.hex, "own": 0}
    assert code(reveal, one, cast.agent) == "access.scope"
    second = ask(one)
    give(one, second, by=cast.owner)
    _end(cast.agent, second)
    assert code(reveal, one, cast.agent) == "access.scope"
    assert [request_row(cast.agent, r).state for r in (withdrawn, first, second)] == ["withdrawn", "ended", "ended"]
    assert code(_end, cast.agent, second) == "reach.over"
