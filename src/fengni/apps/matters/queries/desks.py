"""The verification desk: what waits for a verdict, one item beside what lies sealed, and the sheet for the filing.

Rules: fields of an item are shown (masked) to whoever has it on the desk; to others they are grey. Checks are read from
masks and marks: nothing is opened for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from fengni.apps.acts.facts import frozen_for, refuse_frozen
from fengni.apps.common.queries import query
from fengni.apps.matters.items import WORKED_ON, ItemRow, items_of
from fengni.apps.matters.models import Item, Matter, Participant
from fengni.apps.matters.queries.lists import MatterRow, named, row_of
from fengni.apps.matters.queries.pages import ItemShown, item_shown, person_names
from fengni.apps.parties import queries as parties
from fengni.apps.vault.queries.lists import company_names, displays, refuse_outside, scope
from fengni.apps.vault.store.shown import DAMAGED, STATE, name_shown
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.catalogue import element

MOST: Final = 100
# A picture says something about these fields of the person's record: they stand beside it.
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "id_front": ("name", "id_number", "home_address"),
    "id_back": ("id_valid_until",),
}
_COMPANY_BESIDE: Final = ("company_name", "uscc", "registered_address")
_SHEET: Final = ("company_name", "uscc", "registered_address", "registered_capital", "business_scope")


@dataclass(frozen=True, slots=True)
class DeskRow:
    """An item that waits, and the matter it belongs to."""

    item: ItemShown
    number: str
    client_name: str
    deadline: date
    waited: int  # minutes


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for a verdict, oldest first; `mine` is on the reader's desk. Ages in minutes."""

    rows: tuple[DeskRow, ...]
    mine: int
    median_age: int
    ninth_age: int


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field beside the item: its mask, and which subject it is of. `masked`: there is more to see."""

    subject_id: UUID
    kind: str
    shown: str
    masked: bool
    state: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """What is copied of one subject: the company (without a name here) or a person."""

    subject_id: UUID
    name: str
    fields: tuple[FieldShown, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `state` ok, due or failed; `code` is a sentence of matters.check, `kind` the field it is about."""

    state: str
    code: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One item on the desk. `mine`: the reader has it until `until`; otherwise `fields` is empty and grey."""

    item: ItemShown
    matter: MatterRow
    mine: bool
    until: datetime | None
    fields: tuple[FieldShown, ...]
    checks: tuple[Check, ...]
    compared: tuple[str, ...]
    people: tuple[tuple[UUID, str], ...]
    other_files: tuple[tuple[UUID, str], ...]
    next_id: UUID | None
    left: int


@query
def desk(*, actor: Actor, at: datetime) -> Desk:
    """Items that wait for a verdict in the reader's scope."""
    rows = _waiting(actor, at)
    matters = {
        one.id: one
        for one in Matter.objects.filter(id__in={row.matter_id for row in rows}).only("id", "number", "deadline")
    }
    names = person_names(actor, {(row.client_id, row.person_id) for row in rows if row.person_id})
    companies = company_names({row.client_id for row in rows})
    ages = sorted(_age(row, at) for row in rows)
    return Desk(
        tuple(
            DeskRow(
                item_shown(row, names, at),
                matters[row.matter_id].number,
                companies.get(row.client_id, ""),
                matters[row.matter_id].deadline,
                _age(row, at),
            )
            for row in rows
        ),
        sum(row.held_by(at) == actor.id for row in rows),
        ages[len(ages) // 2] if ages else 0,
        ages[min(len(ages) - 1, len(ages) * 9 // 10)] if ages else 0,
    )


@query
def desk_item(*, actor: Actor, at: datetime, item_id: UUID) -> DeskItem:
    """One item beside what lies sealed. Raises Denied outside the reader's scope, when there is none, or while the
    person it is of keeps the reader's view frozen."""
    row = _item(item_id)
    refuse_outside(scope(actor, at), row.client_id)
    if row.person_id is not None:
        refuse_frozen(actor, row.person_id, at)
    matter = row_of(row.matter_id, at)
    assert matter is not None  # noqa: S101  # the foreign key says so
    taking = Participant.objects.filter(matter_id=row.matter_id).order_by("person_id")
    people = list(taking.values_list("person_id", flat=True))
    names = person_names(actor, {(row.client_id, person) for person in people})
    mine = row.held_by(at) == actor.id
    queue = [one.id for one in _waiting(actor, at) if one.held_by(at) in (None, actor.id) and one.id != item_id]
    fields = _fields(actor, row)
    others = _other_files(actor, at, row) if mine else ()
    return DeskItem(
        item=item_shown(row, names, at),
        matter=named([matter])[0],
        mine=mine,
        until=row.lease_until if mine else None,
        fields=tuple(fields) if mine else (),
        checks=_checks(row, fields, matter.deadline),
        compared=_compared(row) if mine else (),
        people=tuple((person, names.get((row.client_id, person), "")) for person in people),
        other_files=others,
        next_id=queue[0] if queue else None,
        left=len(queue),
    )


@query
def filing_sheet(*, actor: Actor, at: datetime, matter_id: UUID) -> tuple[SheetPart, ...]:
    """What is copied into the registry's form, subject by subject: the company, then each person whose view is
    not frozen for the reader. Masks only."""
    matter = row_of(matter_id, at)
    if matter is None:
        raise Denied("matters.no-such-matter")
    refuse_outside(scope(actor, at), matter.client_id)
    client = matter.client_id
    wanted: dict[UUID, dict[str, None]] = {}
    frozen = frozen_for(actor, at)
    for row in items_of(matter_id):
        if row.person_id and row.person_id not in frozen and row.state != Item.State.WAIVED:
            wanted.setdefault(row.person_id, {}).update(dict.fromkeys(row.asked.fields))
    sheet = [SheetPart(client, "", tuple(_shown(actor, client, [(client, kind) for kind in _SHEET])))]
    names = person_names(actor, {(client, person) for person in wanted})
    for person, kinds in wanted.items():
        rows = _shown(actor, client, [(person, kind) for kind in kinds])
        if rows:
            sheet.append(SheetPart(person, names.get((client, person), ""), tuple(rows)))
    return tuple(sheet)


def _item(item_id: UUID) -> ItemRow:
    values = Item.objects.filter(id=item_id).values_list(*ItemRow.__dataclass_fields__).first()
    if values is None:
        raise Denied("matters.no-such-item")
    return ItemRow(*values)


def _waiting(actor: Actor, at: datetime) -> list[ItemRow]:
    """Items that wait for a verdict, and what the reader took to the desk once more."""
    under_way = Matter.objects.filter(state__in=WORKED_ON).values("id")
    wanted = Q(state=Item.State.RECEIVED) | Q(lease_by=actor.id, lease_until__gt=at)
    clients = scope(actor, at)
    of_scope = Q() if clients is None else Q(client_id__in=clients)
    found = Item.objects.filter(wanted, of_scope, matter_id__in=under_way).order_by("received_at", "id")
    return [ItemRow(*row) for row in found.values_list(*ItemRow.__dataclass_fields__)[:MOST]]


def _age(row: ItemRow, at: datetime) -> int:
    return int((at - row.received_at).total_seconds() // 60) if row.received_at else 0


def _fields(actor: Actor, row: ItemRow) -> list[FieldShown]:
    asked = row.asked
    if row.person_id:
        kinds = asked.fields or _BESIDE.get(asked.material, ("name",))
        return _shown(actor, row.client_id, [(row.person_id, kind) for kind in kinds])
    return _shown(actor, row.client_id, [(row.client_id, kind) for kind in _COMPANY_BESIDE])


def _shown(actor: Actor, client: UUID, wanted: list[tuple[UUID, str]]) -> list[FieldShown]:
    """The masks of fields, in the order asked; a field without a value has an empty one."""
    places = {(client, subject, element(kind).record_class) for subject, kind in wanted}
    found = displays(list(places))
    rows: list[FieldShown] = []
    for subject, kind in wanted:
        record = found.get((client, subject, element(kind).record_class))
        masks = record.masks if record else {}
        whole = element(kind).mask == "none" or (kind == "name" and actor.sees_names)
        shown = name_shown(masks, whole=whole) if kind == "name" else masks.get(kind, "")
        rows.append(FieldShown(subject, kind, shown, not whole, masks.get(kind + STATE, "")))
    return rows


def _checks(row: ItemRow, fields: list[FieldShown], deadline: date) -> tuple[Check, ...]:
    """What can be told without opening anything."""
    found = []
    if row.asked.material:
        found.append(Check("ok", "picture" if row.material_id else "paper"))
    for one in fields:
        needed = one.kind in row.asked.fields or (row.person_id is not None and one.kind != "home_address")
        if not one.shown:
            found += [Check("failed", "missing", one.kind)] if needed else []
        elif one.state:
            found.append(Check("failed" if one.state == DAMAGED else "due", one.state, one.kind))
        elif one.kind == "id_number":
            found.append(Check("ok", "check_digit", one.kind))
        elif one.kind == "id_valid_until":
            lasts = one.shown >= deadline.isoformat() or not one.shown[:4].isdigit()
            found.append(Check("ok" if lasts else "failed", "valid" if lasts else "expires", one.kind))
        elif one.kind in row.asked.fields:
            found.append(Check("ok", "filled", one.kind))
    return tuple(found)


def _compared(row: ItemRow) -> tuple[str, ...]:
    """The numbers that can be held against the item."""
    kinds = row.asked.fields or _BESIDE.get(row.asked.material, ()) if row.person_id else ("id_number",)
    return tuple(kind for kind in kinds if kind in ("id_number", "mobile", "passport", "hk_macau_permit"))


def _other_files(actor: Actor, at: datetime, row: ItemRow) -> tuple[tuple[UUID, str], ...]:
    """Other client files of the same person inside the reader's scope."""
    if row.person_id is None:
        return ()
    clients = scope(actor, at)
    files = [f for f in parties.files_of(person_id=row.person_id) if f != row.client_id]
    return tuple(company_names([f for f in files if clients is None or f in clients]).items())
