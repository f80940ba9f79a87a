"""Acts on one item: handed in by staff, taken to the desk, held against what lies sealed, accepted, returned, waived.

Rules: whoever decides has the item on the desk; a lease lasts 15 minutes and can be taken again. A second colleague is
told, not overwritten.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters import checklist, items
from fengni.apps.matters.difference import Difference, compare
from fengni.apps.matters.models import Item, Participant
from fengni.apps.matters.resources import of_item, step, working
from fengni.apps.matters.services.running import HANDLERS
from fengni.apps.vault import queries as vault
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, stored
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import element

COMPARED: Final = ("id_number", "mobile", "passport", "hk_macau_permit")
_MERGED: Final = (Item.State.ACCEPTED, Item.State.WAIVED)


def _of_item_and_person(actor: Actor, item_id: UUID, person_id: UUID) -> Resource:
    """An item held against one of the persons who take part in its matter."""
    item = of_item(actor, item_id)
    matter = Item.objects.values_list("matter_id", flat=True).get(id=item_id)
    if not Participant.objects.filter(matter_id=matter, person_id=person_id).exists():
        raise Denied("matters.no-such-participant")
    return Resource(item.kind, item_id, actor.tenant_id, item.clients, persons=(person_id,))


def _seen(item: Item, *kinds: str) -> tuple[Seen, ...]:
    return (Seen(item.person_id, tuple(sorted(kinds))),) if item.person_id else ()


@act("matters:item:receive", roles=HANDLERS, resource=of_item, scoped=True)
def receive_item(
    *, actor: Actor, at: datetime, item_id: UUID, material_id: UUID | None = None, on_paper: bool = False
) -> Outcome[None]:
    """Staff hand an item in: fields that lie sealed, a document of the file, or paper that was seen and not copied."""
    item = Item.objects.get(id=item_id)
    if material_id is not None:
        document = vault.material(actor=actor, at=at, material_id=material_id)
        if document.client_id != item.client_id or document.subject_id not in (None, item.person_id):
            raise BadInput("matters.others-document")
        if not document.pages:
            raise BadInput("matters.document-unfinished")
    wanted = set(checklist.asked(item.code).fields)
    if wanted and item.person_id:
        rows = items.sealed_already(item.client_id, {item.person_id})
        if not wanted <= rows[item.person_id]:
            raise BadInput("matters.fields-missing")
    items.receive(item_id, at, material_id, on_paper=on_paper)
    step(item.matter_id, at, item.code)
    return Outcome(None, seen=_seen(item), facts={"item": item.code, "paper": int(on_paper)})


@act("matters:item:claim", roles=HANDLERS, resource=of_item, scoped=True)
def claim_item(*, actor: Actor, at: datetime, item_id: UUID) -> Outcome[datetime]:
    """Take an item to one's desk for 15 minutes; again to go on. Returns until when.

    Raises BadInput when a colleague has it, or when there is nothing to look at.
    """
    item = Item.objects.get(id=item_id)
    working(item.matter_id, *items.WORKED_ON)
    _refuse_held(item, actor, at)
    if item.state not in (Item.State.RECEIVED, Item.State.ACCEPTED):
        raise BadInput("matters.item-not-received")
    until = at + items.LEASE
    Item.objects.filter(id=item_id).update(lease_by=actor.id, lease_until=until)
    kinds = checklist.asked(item.code).fields
    return Outcome(until, seen=_seen(item, *kinds), facts={"item": item.code})


@act("matters:item:release", roles=HANDLERS, resource=of_item, scoped=True)
def release_item(*, actor: Actor, at: datetime, item_id: UUID) -> Outcome[None]:
    """Put an item back. Owner and lead can put back what a colleague holds."""
    item = Item.objects.get(id=item_id)
    if item.lease_by is None:
        raise BadInput("matters.item-free")
    if not actor.roles & {"owner", "lead"}:
        _refuse_held(item, actor, at)
    Item.objects.filter(id=item_id).update(lease_by=None, lease_until=None)
    return Outcome(None, facts={"item": item.code})


@act("matters:item:accept", roles=HANDLERS, resource=of_item, scoped=True)
def accept_item(*, actor: Actor, at: datetime, item_id: UUID) -> Outcome[None]:
    """The item is as it should be. Raises BadInput unless the actor has it on the desk."""
    item = _on_my_desk(item_id, actor, at)
    _decide(item, actor, at, Item.State.ACCEPTED)
    return Outcome(None, seen=_seen(item), facts={"item": item.code})


@act("matters:item:return", roles=HANDLERS, resource=of_item, scoped=True)
def return_item(*, actor: Actor, at: datetime, item_id: UUID, code: str, reason: str = "") -> Outcome[None]:
    """Give an item back to who handed it in, with a code of the closed list and a sealed word: the person reads both.

    Raises BadInput for an unknown code, for `other` without a word, or unless the actor has it on the desk.
    """
    if code not in checklist.RETURN_CODES:
        raise BadInput("matters.item-code-unknown")
    if code == "other" and len(reason.strip()) < 2:
        raise BadInput("matters.item-other-unsaid")
    item = _on_my_desk(item_id, actor, at)
    _decide(item, actor, at, Item.State.RETURNED, code)
    return Outcome(None, seen=_seen(item), facts={"item": item.code, "cause": code})


@act("matters:item:waive", roles=HANDLERS, resource=of_item, scoped=True)
def waive_item(*, actor: Actor, at: datetime, item_id: UUID, reason: str) -> Outcome[None]:
    """Do without an item, for a reason that is sealed. Raises BadInput without one, or when a colleague has it."""
    item = Item.objects.get(id=item_id)
    working(item.matter_id, *items.WORKED_ON)
    if len(reason.strip()) < 2:
        raise BadInput("matters.waive-reason")
    _refuse_held(item, actor, at)
    if item.state in _MERGED:
        raise BadInput("matters.item-decided")
    _decide(item, actor, at, Item.State.WAIVED)
    return Outcome(None, seen=_seen(item), facts={"item": item.code})


@act(
    "matters:item:compare",
    roles=HANDLERS,
    resource=_of_item_and_person,
    purposes=("purpose.verify_identity",),
    scoped=True,
    protected=True,
)
def compare_item(
    *,
    actor: Actor,
    at: datetime,
    item_id: UUID,
    person_id: UUID,
    kind: str,
    purpose: str,
    given: str = "",
    other_client_id: UUID | None = None,
) -> Outcome[Difference]:
    """Hold a person's number against what was read off the item, or against another file of the same person.

    Only positions leave. What was read off is kept nowhere. Raises BadInput unless the actor has the item on the desk,
    or when one of the two is not there.
    """
    item = _on_my_desk(item_id, actor, at)
    if kind not in COMPARED:
        raise BadInput("matters.not-compared")
    if bool(given.strip()) == (other_client_id is not None):
        raise BadInput("matters.compare-with-one")
    files = [item.client_id]
    if other_client_id is not None:
        refuse_outside(scope(actor, at), other_client_id)
        files.append(other_client_id)
    rows = {
        row.client_id: row for row in stored([(f, person_id) for f in files], element(kind).record_class, lock="SHARE")
    }
    if set(rows) != set(files):
        raise BadInput("matters.nothing-to-compare")
    opened = [fields.get(kind, "") for fields in Writing(house(), at).open([rows[f] for f in files])]
    readings = [*opened, given] if other_client_id is None else opened
    if not all(readings):
        raise BadInput("matters.nothing-to-compare")
    found = compare(readings[0].splitlines()[0], readings[1].splitlines()[0], kind)
    facts: dict[str, int | str] = {"item": item.code, "field": kind, "same": int(found.same)}
    return Outcome(found, seen=(Seen(person_id, (kind,)),), facts=facts)


def _refuse_held(item: Item, actor: Actor, at: datetime) -> None:
    """Raise BadInput when a colleague has the item on the desk."""
    if item.lease_until is not None and at < item.lease_until and item.lease_by != actor.id:
        raise BadInput("matters.item-held", minutes=-(-int((item.lease_until - at).total_seconds()) // 60))


def _on_my_desk(item_id: UUID, actor: Actor, at: datetime) -> Item:
    """The item that the actor has on the desk now. Raises BadInput otherwise."""
    item = Item.objects.get(id=item_id)
    working(item.matter_id, *items.WORKED_ON)
    _refuse_held(item, actor, at)
    if item.lease_by != actor.id or item.lease_until is None or at >= item.lease_until:
        raise BadInput("matters.item-not-claimed")
    return item


def _decide(item: Item, actor: Actor, at: datetime, state: str, code: str = "") -> None:
    item.state, item.return_code, item.decided_by, item.decided_at = state, code, actor.id, at
    item.lease_by = item.lease_until = None
    item.entry_id = acting().entry_id
    item.save()
    step(item.matter_id, at, item.code)
