"""reach:emergency:review: somebody else says whether it was justified; the persons of the file read the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from fengni.apps.cases.wording import Viewer, tell
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.reach import queries, services
from fengni.apps.reach.models import Emergency
from fengni.core.access.actor import Actor
from tests.apps.reach.scene import DAY, INCIDENT, code, emergency_row, glass, reveal, scene
from tests.apps.vault.files import entries, seen_of
from tests.cast import now

VERDICT = "核实过来电记录，确有必要"


def _review(
    who: Actor, emergency: UUID, verdict: str = "justified", reason: str = VERDICT, at: datetime | None = None
) -> None:
    services.review_emergency(actor=who, at=at or now(), emergency_id=emergency, verdict=verdict, reason=reason)


def test_a_review_ends_the_hour_and_is_told() -> None:
    one = scene()
    cast = one.cast
    emergency = glass(one)
    reveal(one, cast.agent, purpose=INCIDENT)
    with tenant(cast.tenant_id), transaction.atomic():
        row = queries.emergency(actor=cast.dpo, at=now(), emergency_id=emergency)
        assert [(e.act, e.clear) for e in queries.done_under(row=row)] == [("vault:field:reveal", 1)]
    _review(cast.dpo, emergency, "not_justified")
    told = entries(cast.tenant_id)[-1]
    assert told["facts"] == {
        "verdict": "not_justified", "late": 0, "ended": 1, "member": cast.agent.id.hex, "under": emergency.hex
    }  # fmt: skip
    assert set(seen_of(cast.tenant_id)) == {one.person_id}
    assert VERDICT not in str(told)
    assert code(reveal, one, cast.agent, purpose=INCIDENT) == "access.scope"
    row = emergency_row(cast.agent, emergency)
    assert (row.state, row.review, row.reviewed_by, row.can) == ("not_justified", VERDICT, cast.dpo.id, ())
    with tenant(cast.tenant_id), transaction.atomic():
        words = tell(ledger.person_history(one.person_id)[0], Viewer("staff", "苏**"), opening=0, ground="")
        assert words.what == "复核了那次紧急查看，结论是没有必要"
        assert queries.to_review(actor=cast.owner, at=now()) == ()
    late = glass(one, by=cast.colleague, at=now() - 2 * DAY)
    _review(cast.owner, late)
    assert entries(cast.tenant_id)[-1]["facts"]["late"] == 1


def test_who_reviews_and_once() -> None:
    one = scene()
    cast = one.cast
    emergency = glass(one)
    for who in (cast.agent, cast.lead, cast.security, cast.auditor, cast.admin, cast.intruder):
        assert code(_review, who, emergency) == "access.role"
    assert code(_review, cast.stranger, emergency) == "reach.no-such-emergency"
    promoted = replace(cast.agent, roles=frozenset({"agent", "dpo"}))
    assert code(_review, promoted, emergency) == "reach.own-emergency"
    assert code(_review, cast.dpo, emergency, "perhaps") == "reach.verdict-unknown"
    assert code(_review, cast.dpo, emergency, reason=" ") == "reach.reason-missing"
    with pytest.raises(IntegrityError), tenant(cast.tenant_id), transaction.atomic():  # the database says no as well
        Emergency.objects.filter(id=emergency).update(verdict="justified", reviewed_by=cast.agent.id)
    _review(cast.owner, emergency)
    assert code(_review, cast.dpo, emergency) == "reach.reviewed"
    for who, reads in ((cast.lead, True), (cast.auditor, True), (cast.agent, True), (cast.colleague, False)):
        if reads:
            assert emergency_row(who, emergency).state == "justified"
        else:
            assert code(emergency_row, who, emergency) == "access.role"
