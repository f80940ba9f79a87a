"""Items of matters, for the acts of other areas: reading them, handing something in, taking a consent back.

Rules: these run inside somebody's act and write no entry of their own; rows are locked before they are changed. Only
what the checklist names can be handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from fengni.apps.common.identifiers import uuid7s
from fengni.apps.matters import checklist
from fengni.apps.matters.models import Item, Matter
from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store.shown import DAMAGED, STATE
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import classes_of

LEASE: Final = timedelta(minutes=15)
UNDECIDED: Final = (Item.State.WANTED, Item.State.RECEIVED, Item.State.RETURNED)
WORKED_ON: Final = (Matter.State.OPEN, Matter.State.RETURNED)  # what the registry holds cannot be changed here
BY_CONSENT: Final = "separate_consent"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it stands."""

    id: UUID
    matter_id: UUID
    client_id: UUID
    code: str
    person_id: UUID | None
    state: str
    material_id: UUID | None
    return_code: str
    lease_by: UUID | None
    lease_until: datetime | None
    received_at: datetime | None
    decided_by: UUID | None
    decided_at: datetime | None
    entry_id: UUID | None

    @property
    def asked(self) -> checklist.Asked:
        """What the checklist says about it."""
        return checklist.asked(self.code)

    def held_by(self, at: datetime) -> UUID | None:
        """Who has it on the desk now."""
        return self.lease_by if self.lease_until is not None and at < self.lease_until else None


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A matter of a client that is not closed."""

    id: UUID
    number: str
    state: str
    deadline: date


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did: items given up, pictures to destroy and of which kinds, items the registry holds."""

    items: tuple[UUID, ...]
    materials: tuple[UUID, ...]
    kinds: tuple[str, ...]
    beyond: tuple[UUID, ...]


_COLUMNS = tuple(ItemRow.__dataclass_fields__)


def _rows(condition: Q) -> list[ItemRow]:
    return [ItemRow(*row) for row in Item.objects.filter(condition).order_by("position", "id").values_list(*_COLUMNS)]


def items_of(matter_id: UUID, person_id: UUID | None = None) -> list[ItemRow]:
    """The checklist of a matter, or one person's part of it."""
    of_person = Q(person_id=person_id) if person_id else Q()
    return _rows(Q(matter_id=matter_id) & of_person)


def open_items(person_id: UUID) -> list[ItemRow]:
    """What a person still has to hand in, in all matters under way."""
    under_way = Matter.objects.exclude(state=Matter.State.CLOSED).values("id")
    states = (Item.State.WANTED, Item.State.RETURNED)
    return _rows(Q(person_id=person_id, state__in=states, matter_id__in=under_way))


def hold_of(client_id: UUID) -> list[OpenMatter]:
    """The open matters of a client: as long as there is one, what it needs is not destroyed."""
    rows = Matter.objects.filter(client_id=client_id).exclude(state=Matter.State.CLOSED).order_by("number")
    return [OpenMatter(*row) for row in rows.values_list("id", "number", "state", "deadline")]


def numbers_of(clients: Collection[UUID]) -> list[str]:
    """The numbers of all matters of these clients, closed ones as well."""
    return list(Matter.objects.filter(client_id__in=list(clients)).order_by("number").values_list("number", flat=True))


def locked(item_id: UUID) -> Item:
    """An item, locked for the running act after its matter. Raises Denied when there is none."""
    matter_id = Item.objects.filter(id=item_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise Denied("matters.no-such-item")
    Matter.objects.select_for_update().get(id=matter_id)
    return Item.objects.select_for_update().get(id=item_id)


def receive(item_id: UUID, at: datetime, material_id: UUID | None = None, *, on_paper: bool = False) -> None:
    """Hand something in: a picture or document, or fields that lie sealed already; `on_paper`: seen, no copy kept.

    Raises BadInput when the item is decided or the matter is not worked on, or when it wants a picture and gets none.
    """
    item = locked(item_id)
    if item.state not in UNDECIDED:
        raise BadInput("matters.item-decided")
    if not Matter.objects.filter(id=item.matter_id, state__in=WORKED_ON).exists():
        raise BadInput("matters.not-worked-on")
    wants_picture = bool(checklist.asked(item.code).material)
    if wants_picture == (material_id is None) and not (wants_picture and on_paper):
        raise BadInput("matters.item-other-kind")
    item.state, item.material_id, item.received_at = Item.State.RECEIVED, material_id, at
    item.return_code, item.lease_by, item.lease_until = "", None, None
    item.save()


def takes(item_id: UUID) -> bool:
    """Whether an item still waits to be handed in, in a matter that is worked on."""
    states = (Item.State.WANTED, Item.State.RETURNED)
    item = Item.objects.filter(id=item_id, state__in=states).first()
    return item is not None and Matter.objects.filter(id=item.matter_id, state__in=WORKED_ON).exists()


def reopen(materials: Collection[UUID]) -> None:
    """What was handed in with these documents is wanted again: they are about to be taken back.

    Raises BadInput ("matters.items-decided") when somebody decided on one of them meanwhile.
    """
    rows = list(Item.objects.select_for_update().filter(material_id__in=list(materials)).order_by("id"))
    decided = sum(row.state not in (Item.State.RECEIVED, Item.State.RETURNED) for row in rows)
    if decided:
        raise BadInput("matters.items-decided", n=decided)
    for row in rows:
        row.state = Item.State.WANTED if row.state == Item.State.RECEIVED else row.state
        row.material_id, row.received_at = None, None
        row.lease_by = row.lease_until = None
        row.save()


def withdraw(person_id: UUID, at: datetime, entry_id: UUID, *, matter_id: UUID | None = None) -> Withdrawn:
    """A person takes the separate consent back: what rests on it is given up, in one matter or in every one under way.

    What was filed stays filed and is named as beyond recall. The caller destroys the pictures.
    """
    within = {"matter_id": matter_id} if matter_id else {}
    rows = list(
        Item.objects.select_for_update()
        .filter(person_id=person_id, code__in=_resting_on(BY_CONSENT), **within)
        .exclude(state=Item.State.WAIVED)
        .order_by("id")
    )
    under_way = Matter.objects.filter(id__in={row.matter_id for row in rows}, state__in=WORKED_ON)
    working = set(under_way.values_list("id", flat=True))
    stopped = [row for row in rows if row.matter_id in working]
    handed_in = [row for row in stopped if row.material_id]
    materials = tuple(row.material_id for row in handed_in if row.material_id)
    kinds = tuple(dict.fromkeys(checklist.asked(row.code).material for row in handed_in))
    for row in stopped:
        row.state, row.return_code, row.material_id = Item.State.WAIVED, "consent_withdrawn", None
        row.lease_by = row.lease_until = None
        row.decided_at, row.entry_id = at, entry_id
        row.save()
    beyond = tuple(row.id for row in rows if row.matter_id not in working)
    return Withdrawn(tuple(row.id for row in stopped), materials, kinds, beyond)


def _resting_on(basis: str) -> list[str]:
    codes = {code for one in checklist.types().values() for code in one.items}
    return sorted(code for code in codes if checklist.asked(code).basis == basis)


def make(matter: Matter, people: Iterable[tuple[UUID, Iterable[str]]], at: datetime) -> int:
    """Make the items of a new matter: one per thing, one per person for what is asked of persons.

    Returns how many things are asked. Raises BadInput when a part that something is asked of has nobody.
    """
    by_part: dict[str, list[UUID]] = {}
    for person, taken in people:
        for part in taken:
            by_part.setdefault(part, []).append(person)
    asked = checklist.minimal(matter.types, matter.region)
    places: list[tuple[checklist.Asked, UUID | None]] = []
    for item in asked:
        if item.subject == checklist.COMPANY:
            places.append((item, None))
        elif item.subject in by_part:
            places += [(item, person) for person in by_part[item.subject]]
        else:
            raise BadInput("matters.part-missing")
    here = sealed_already(matter.client_id, {person for item, person in places if person and item.fields})
    rows = []
    for number, (new, (one, subject)) in enumerate(zip(uuid7s(len(places)), places, strict=True), 1):
        known = bool(one.fields) and subject is not None and set(one.fields) <= here[subject]
        rows.append(
            Item(
                tenant_id=matter.tenant_id,
                id=new,
                matter_id=matter.id,
                client_id=matter.client_id,
                code=one.code,
                position=number,
                person_id=subject,
                state=Item.State.RECEIVED if known else Item.State.WANTED,
                received_at=at if known else None,
            )
        )
    Item.objects.bulk_create(rows)
    return len(asked)


def sealed_already(client_id: UUID, people: Collection[UUID]) -> dict[UUID, set[str]]:
    """The kinds of fields that lie sealed in the client's file, undamaged: nobody is asked for them again."""
    found: dict[UUID, set[str]] = {person: set() for person in people}
    places = [(client_id, person, class_) for person in people for class_ in classes_of("person")]
    for (_, person, _), shown in displays(places).items():
        found[person] |= {kind for kind in shown.masks if shown.masks.get(kind + STATE) != DAMAGED}
    return found
