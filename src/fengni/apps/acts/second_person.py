"""A second person's yes: kept by the area of approvals, weighed by the decision, used up by the act it was given for.

`allow` and `spend` are parts of a running act.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.acts.models import Approval


def allow(
    *,
    act: str,
    resource_id: UUID,
    requested_by: UUID,
    approved_by: UUID,
    persons: int | None,
    fields: Iterable[str],
    at: datetime,
    until: datetime,
    since: datetime | None = None,
) -> UUID:
    """Write a yes. Returns its id."""
    made = Approval.objects.create(
        tenant_id=acting().actor.tenant_id, act=act, resource_id=resource_id, requested_by=requested_by,
        approved_by=approved_by, persons=persons, fields=sorted(set(fields)), since=since, until=until, created_at=at,
    )  # fmt: skip
    return made.id


def spend(resource_id: UUID, at: datetime) -> bool:
    """Use up the yes that the running act rests on: it holds for one time. False when the act needed none."""
    running = acting()
    if running.permit.basis != "approval":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE acts_approval SET until = %s WHERE act = %s AND resource_id = %s AND requested_by = %s "
            "AND until > %s",
            [at, running.rule.act, resource_id, running.actor.id, at],
        )
    return True
