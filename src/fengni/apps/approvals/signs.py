"""What is known of somebody who wants what needs a second person: for the one who decides, and nobody else.

Rules: counted from rows, never guessed; a sign is a fact to weigh and accuses nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from fengni.apps.acts.models import Grant
from fengni.apps.approvals.models import Request
from fengni.apps.common.language import said

_DAY: Final = range(7, 20)  # hours; what happens at other hours is said


class Known:
    """Signs of the people who ask, from the requests of the last thirty days and the client files they hold."""

    def __init__(self, asked: Collection[Request], at: datetime) -> None:
        self._asked = Counter((one.asked_by, one.act) for one in asked)
        self._at = at
        self._held: dict[UUID, int] | None = None

    def of(self, member_id: UUID, act: str, when: datetime, *, asked: bool) -> tuple[str, ...]:
        """The signs of one attempt, or of one request (`asked`), which does not count as an earlier one."""
        found = [said("approvals.sign.holds", n=self._clients().get(member_id, 0))]
        earlier = self._asked[member_id, act] - asked
        found.append(said("approvals.sign.earlier", n=earlier) if earlier else said("approvals.sign.first"))
        local = timezone.localtime(when)
        if local.hour not in _DAY or local.isoweekday() > 5:
            found.append(said("approvals.sign.late", time=local.strftime("%H:%M")))
        return tuple(found)

    def _clients(self) -> dict[UUID, int]:
        """How many client files each member holds now."""
        if self._held is None:
            living = Q(until=None) | Q(until__gt=self._at)
            rows = Grant.objects.filter(living, person_id=None).exclude(client_id=None)
            counted = rows.values("member_id").annotate(clients=Count("client_id", distinct=True))
            self._held = dict(counted.values_list("member_id", "clients"))
        return self._held
