"""Reads on consents: who was told what, since when, and whether it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.apps.common.queries import query
from fengni.apps.consents import register
from fengni.apps.consents.models import Consent
from fengni.apps.consents.register import Standing
from fengni.apps.guests.models import Guest
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.core.access.actor import Actor


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One scope of one person in a matter. `state`: given, unproved, withdrawn or none; `assurance`: "" for none."""

    person_id: UUID
    scope: str
    state: str
    since: datetime | None
    assurance: str


@query
def standing(*, person_id: UUID, matter_id: UUID) -> Standing:
    """How a person stands in a matter."""
    return register.standing(person_id, matter_id)


@query
def of_matter(*, actor: Actor, at: datetime, matter_id: UUID) -> tuple[ConsentRow, ...]:
    """Every scope of everybody who was invited or ever answered. Raises Denied outside the reader's scope."""
    guests = Guest.objects.filter(matter_id=matter_id, kind=Guest.Kind.CLIENT)
    clients = scope(actor, at)
    for client_id in {one.client_id for one in guests if one.client_id}:
        refuse_outside(clients, client_id)
    persons = {one.subject_id for one in guests}
    asked = set(Consent.objects.filter(matter_id=matter_id).values_list("person_id", flat=True))
    rows = []
    for person_id in sorted(asked | persons):
        stands = register.standing(person_id, matter_id)
        rows += [
            ConsentRow(person_id, one, stands.scopes[one], stands.since.get(one), stands.assurance.get(one, ""))
            for one in register.SCOPES
        ]
    return tuple(rows)
