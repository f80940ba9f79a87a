"""What a file that is lent rests on: the grant, its end, and who is told. Parts of acts, never acts themselves.

A lent grant has the id of its request or emergency, so that every entry made under it names the row (fact `under`).
Its end is an instant in the grant: nothing has to run for it. What takes it back earlier changes that instant.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fengni.apps.acts.models import Grant
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import queries as parties
from fengni.apps.parties.models import Relation
from fengni.apps.vault.resources import client_file, person_in
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput

GIVEN: Final = "given"
EMERGENCY: Final = "emergency"
HOURS: Final = range(1, 73)
AN_HOUR: Final = timedelta(minutes=60)
REVIEW: Final = timedelta(hours=24)


def about(actor: Actor, client_id: UUID, person_id: UUID | None) -> Resource:
    """The client file, or the person in it. Denied when the tenant has none of this id."""
    return client_file(actor, client_id) if person_id is None else person_in(actor, client_id, person_id)


def refuse_inside(actor: Actor, client_id: UUID, person_id: UUID | None, purpose: str, at: datetime) -> None:
    """Raise BadInput when the actor sees it anyway: nothing is lent, nor broken, for what stands open."""
    if actor.sees_all_clients or client_id in parties.assigned_clients(actor=actor, at=at, lent=False):
        raise BadInput("reach.already-inside")
    held = parties.lent(actor=actor, at=at, client_id=client_id, person_id=person_id)
    if held and purpose in held.purposes:
        raise BadInput("reach.already-inside")


def lend(
    row_id: UUID, *, to: UUID, tenant_id: UUID, client_id: UUID, person_id: UUID | None, purpose: str,
    basis: str, at: datetime, until: datetime,
) -> None:  # fmt: skip
    """Write the grant."""
    Grant.objects.create(
        id=row_id, tenant_id=tenant_id, member_id=to, client_id=client_id,
        person_id=person_id, purposes=[purpose], basis=basis, until=until, created_at=at,
    )  # fmt: skip


def take_back(row_id: UUID, at: datetime) -> bool:
    """End the grant now. Whether it was still in force."""
    return bool(Grant.objects.filter(id=row_id, until__gt=at).update(until=at))


def everybody_in(client_id: UUID) -> tuple[Seen, ...]:
    """The persons of a client file, as an entry tells each of them: nothing of theirs was seen by it."""
    found = Relation.objects.filter(client_id=client_id).order_by("person_id").values_list("person_id", flat=True)
    return tuple(Seen(person) for person in found)
