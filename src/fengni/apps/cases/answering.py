"""Which act answers a case: screens, REST and the command line give one form for all kinds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import Done
from fengni.apps.cases import queries, services
from fengni.apps.cases.models import Case
from fengni.core.access.actor import Actor


def answer_case(
    *, actor: Actor, at: datetime, case_id: UUID, reason: str, verdict: str = "", granted: bool = True
) -> Done[UUID]:
    """Answer a case of any kind. `verdict` is of questions, `granted` of rights. Raises what the act raises."""
    kind = queries.case(actor=actor, at=at, case_id=case_id).kind
    if kind == Case.Kind.QUESTION:
        return services.answer_question(actor=actor, at=at, case_id=case_id, verdict=verdict, reason=reason)
    if kind == Case.Kind.RIGHT:
        return services.answer_right(actor=actor, at=at, case_id=case_id, granted=granted, reason=reason)
    return services.answer_feedback(actor=actor, at=at, case_id=case_id, reason=reason)
