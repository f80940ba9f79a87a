"""Where the originals of a matter are: for who works on it, and for the people of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.common.queries import query
from fengni.apps.guests.models import Guest
from fengni.apps.matters import checklist
from fengni.apps.matters.custody import OriginalRow, originals_of
from fengni.apps.matters.models import Participant
from fengni.apps.matters.queries.lists import row_of
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied


@query
def originals(*, actor: Actor, at: datetime, matter_id: UUID) -> list[OriginalRow]:
    """The originals of a matter. Raises Denied outside the reader's scope or when there is none."""
    row = row_of(matter_id, at)
    if row is None:
        raise Denied("matters.no-such-matter")
    refuse_outside(scope(actor, at), row.client_id)
    return originals_of(matter_id)


@query
def own_originals(*, guest: Guest) -> list[tuple[OriginalRow, bool]]:
    """Originals that passed through the guest's own hands, and whether the guest has something to confirm; for who
    speaks for the enterprise all of the matter."""
    if guest.matter_id is None:
        return []
    own, rows = guest.subject_id, originals_of(guest.matter_id)
    if not rows:
        return []
    taking = Participant.objects.filter(matter_id=guest.matter_id, person_id=own).values_list("parts", flat=True)
    speaks = any(checklist.CONTACT in parts for parts in taking)
    return [(one, one.waits_for(own)) for one in rows if speaks or own in (one.taken_from, one.given_to)]
