"""What acts on matters are about: loaded and locked inside the act, so that two of them take turns.

Rules: the matter's row is locked first, then the item's; whoever waits sees what the other one did. Whose a matter or
item of another organisation is, is not told. `step` keeps the act's place in the matter's own history.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import acting
from fengni.apps.matters.models import Item, Matter, Participant, Step
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied


def of_matter(actor: Actor, matter_id: UUID) -> Resource:
    """A matter. Raises Denied when there is none of this id."""
    matter = Matter.objects.select_for_update().filter(id=matter_id).first()
    if matter is None:
        raise Denied("matters.no-such-matter")
    return Resource("matters:matter", matter_id, actor.tenant_id, clients=frozenset({matter.client_id}))


def of_participant(actor: Actor, matter_id: UUID, person_id: UUID) -> Resource:
    """A person who takes part in a matter. Raises Denied for anybody else."""
    matter = of_matter(actor, matter_id)
    if not Participant.objects.select_for_update().filter(matter_id=matter_id, person_id=person_id).exists():
        raise Denied("matters.no-such-participant")
    return Resource("parties:person", person_id, actor.tenant_id, matter.clients, persons=(person_id,))


def of_item(actor: Actor, item_id: UUID) -> Resource:
    """An item of a matter. Raises Denied when there is none of this id."""
    place = Item.objects.filter(id=item_id).values_list("matter_id", flat=True).first()
    if place is None:
        raise Denied("matters.no-such-item")
    of_matter(actor, place)
    item = Item.objects.select_for_update().get(id=item_id)
    persons = (item.person_id,) if item.person_id else ()
    return Resource("matters:item", item_id, actor.tenant_id, frozenset({item.client_id}), persons=persons)


def working(matter_id: UUID, *states: str) -> Matter:
    """The matter, in one of these states. Raises BadInput for one that is closed or elsewhere."""
    matter = Matter.objects.get(id=matter_id)
    if matter.state == Matter.State.CLOSED:
        raise BadInput("matters.closed")
    if states and matter.state not in states:
        raise BadInput(_ELSEWHERE[matter.state])
    return matter


_ELSEWHERE: dict[str, str] = {
    Matter.State.OPEN: "matters.not-submitted",
    Matter.State.SUBMITTED: "matters.with-registry",
    Matter.State.RETURNED: "matters.not-submitted",
    Matter.State.APPROVED: "matters.approved-already",
}


def step(matter_id: UUID, at: datetime, code: str = "") -> UUID:
    """Keep the running act among the matter's steps; returns its entry's id."""
    running = acting()
    Step.objects.create(
        tenant_id=running.actor.tenant_id,
        entry_id=running.entry_id,
        matter_id=matter_id,
        act=running.rule.act,
        actor_id=running.actor.id,
        code=code,
        at=at,
    )
    return running.entry_id
