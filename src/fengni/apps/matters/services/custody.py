"""Acts on originals: taken in, handed over, confirmed by the person on the other side.

Rules: only people of the matter hand over or receive; the registry is nobody of it. What a person confirms is said by
the person alone; a signed slip is noted by a colleague and stands as the colleague's word.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.common.identifiers import uuid7
from fengni.apps.guests.models import Guest
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters import custody
from fengni.apps.matters.models import Original, Participant
from fengni.apps.matters.resources import of_matter, step, working
from fengni.apps.matters.services.running import HANDLERS
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied


def _of_original(actor: Actor, original_id: UUID) -> Resource:
    """An original, locked after its matter. Raises Denied when there is none of this id."""
    place = Original.objects.filter(id=original_id).values_list("matter_id", flat=True).first()
    if place is None:
        raise Denied("matters.no-such-original")
    clients = of_matter(actor, place).clients
    one = Original.objects.select_for_update().get(id=original_id)
    persons = tuple({person for person in (one.taken_from, one.given_to) if person is not None})
    return Resource("matters:original", original_id, actor.tenant_id, clients, persons=persons)


def _own(actor: Actor, original_id: UUID) -> Resource:
    """An original of the guest's own matter that passed through the own hands."""
    guest = Guest.objects.filter(id=actor.id, kind=Guest.Kind.CLIENT).first()
    one = Original.objects.filter(id=original_id).first()
    if guest is None or one is None or one.matter_id != guest.matter_id:
        raise Denied("matters.no-such-original")
    if guest.subject_id not in (one.taken_from, one.given_to):
        raise Denied("matters.no-such-original")
    return _of_original(actor, original_id)


@act("matters:original:take", roles=HANDLERS, resource=of_matter, scoped=True)
def take_original(
    *, actor: Actor, at: datetime, matter_id: UUID, code: str, count: int = 1, person_id: UUID | None = None,
    on_paper: bool = False,
) -> Outcome[UUID]:  # fmt: skip
    """Take originals of one kind in: from a person of the matter, who confirms it, or from the registry.

    `on_paper`: the person signed a slip. Raises BadInput for an unknown kind, a count that is none, somebody who takes
    no part, or a closed matter.
    """
    matter = working(matter_id)
    if code not in custody.CODES:
        raise BadInput("matters.original-unknown")
    if count not in range(1, custody.MOST + 1):
        raise BadInput("matters.original-count", most=custody.MOST)
    _refuse_outsider(matter_id, person_id)
    made = Original(
        tenant_id=matter.tenant_id, id=uuid7(), matter_id=matter_id, code=code, count=count, taken_at=at,
        taken_by=actor.id, taken_from=person_id, taken_proof=custody.PAPER if person_id and on_paper else "",
    )  # fmt: skip
    made.save(force_insert=True)
    step(matter_id, at, code)
    return Outcome(made.id, seen=_seen(person_id), facts=_facts(made, matter_id))


@act("matters:original:give", roles=HANDLERS, resource=_of_original, scoped=True)
def give_original(
    *, actor: Actor, at: datetime, original_id: UUID, person_id: UUID | None = None, on_paper: bool = False
) -> Outcome[None]:
    """Hand originals over: to a person of the matter, who confirms it, or to the registry.

    `on_paper`: the person signed a slip. Raises BadInput when they are not here any more, for somebody who takes no
    part, or for a closed matter.
    """
    one = Original.objects.get(id=original_id)
    working(one.matter_id)
    if one.given_at is not None:
        raise BadInput("matters.original-given")
    _refuse_outsider(one.matter_id, person_id)
    one.given_at, one.given_by, one.given_to = at, actor.id, person_id
    one.given_proof = custody.PAPER if person_id and on_paper else ""
    one.save()
    step(one.matter_id, at, one.code)
    return Outcome(None, seen=_seen(person_id), facts=_facts(one, one.matter_id))


@act("matters:original:confirm", roles=("client",), resource=_own, scoped=True)
def confirm_original(*, actor: Actor, at: datetime, original_id: UUID) -> Outcome[None]:
    """Say that one received these originals, or else that one handed them over. Raises BadInput when nothing waits."""
    one = Original.objects.get(id=original_id)
    person_id = Guest.objects.get(id=actor.id).subject_id
    row = next(row for row in custody.originals_of(one.matter_id) if row.id == original_id)
    if not row.waits_for(person_id):
        raise BadInput("matters.original-confirmed")
    received = one.given_at is not None
    if received:
        one.given_proof = custody.OWN
    else:
        one.taken_proof = custody.OWN
    one.save()
    step(one.matter_id, at, one.code)
    return Outcome(None, seen=_seen(person_id), facts=_facts(one, one.matter_id) | {"received": int(received)})


def _refuse_outsider(matter_id: UUID, person_id: UUID | None) -> None:
    if person_id is None:
        return
    if not Participant.objects.filter(matter_id=matter_id, person_id=person_id).exists():
        raise BadInput("matters.no-such-participant")


def _seen(person_id: UUID | None) -> tuple[Seen, ...]:
    return (Seen(person_id),) if person_id is not None else ()


def _facts(one: Original, matter_id: UUID) -> dict[str, int | str]:
    return {"matter": matter_id.hex, "original": one.code, "count": one.count}
