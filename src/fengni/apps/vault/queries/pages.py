"""The page of one client and of one person: every field with its mask, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import REGISTRY
from fengni.apps.acts.facts import refuse_frozen
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.parties import queries as parties
from fengni.apps.vault.queries.lists import (
    DESTROYED,
    PersonRow,
    Shown,
    company_names,
    destroyed_classes,
    displays,
    persons_page,
    refuse_outside,
    scope,
)
from fengni.apps.vault.store import box
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.shown import DAMAGED, STATE, name_shown
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.catalogue import ELEMENTS, Element, classes_of, element, kinds_of_class


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field on a page. `shown` is its mask; `can` holds reveal and replace where the reader may.

    `state` is damaged, verify or empty; `revision` is the record's, to be given back when replacing. A field that is
    `sealed_until` a day is opened by two persons (disposals).
    """

    kind: str
    shown: str
    masked: bool
    grade: str
    basis: str
    retention: str
    record_class: str
    state: str
    revision: int
    updated_at: datetime
    can: tuple[str, ...]
    sealed_until: date | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A kind without a value, and the revision to give when one is entered."""

    kind: str
    revision: int


@dataclass(frozen=True, slots=True)
class Materials:
    """Sealed pictures and embedded files of a client file: how many, and bytes together."""

    pictures: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class ClientPage:
    """A client: its fields, its persons, who works on it, what lies in its password box and among its materials.
    `gone`: kinds that a destruction took; `name` is then the word for that. `lent`: how the reader comes to see what is
    not the reader's own: to be looked at only."""

    id: UUID
    name: str
    fields: tuple[FieldRow, ...]
    missing: tuple[Missing, ...]
    persons: tuple[PersonRow, ...]
    persons_total: int
    assigned: tuple[parties.Assignment, ...]
    secrets: tuple[FieldRow, ...]
    materials: Materials
    gone: tuple[str, ...] = ()
    lent: parties.Lent | None = None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person in one client file, and the other files of the person inside the reader's scope. `gone` and `lent` as of
    a client."""

    id: UUID
    client_id: UUID
    client_name: str
    name: str
    roles: tuple[str, ...]
    fictitious: bool
    fields: tuple[FieldRow, ...]
    missing: tuple[Missing, ...]
    other_clients: tuple[UUID, ...]
    gone: tuple[str, ...] = ()
    lent: parties.Lent | None = None


@dataclass(frozen=True, slots=True)
class PasswordBox:
    """Whether imports lock login passwords into a box, and how many client files have one."""

    open: bool
    files: int


@query
def password_box() -> PasswordBox:
    """The switch as it stands."""
    return PasswordBox(box.is_open(house()), box.number_of_boxes())


@query
def client_page(*, actor: Actor, at: datetime, client_id: UUID) -> ClientPage:
    """One client. Raises Denied outside the reader's scope."""
    refuse_outside(scope(actor, at), client_id)
    lent = parties.lent(actor=actor, at=at, client_id=client_id)
    shown = displays([(client_id, client_id, record_class) for record_class in classes_of("client")])
    by_class = {place[2]: one for place, one in shown.items()}
    fields, missing = _fields(actor, "client", by_class, lent)
    locked = by_class.get(box.RECORD_CLASS) if lent is None else None
    kinds = kinds_of_class("client", box.RECORD_CLASS) if locked else ()
    secrets = tuple(_field(actor, element(kind), locked) for kind in kinds if locked and kind in locked.masks)
    persons = persons_page(actor=actor, at=at, client_id=client_id, size=50)
    missing, gone = _split(missing, destroyed_classes(client_id, client_id))
    name = next((row.shown for row in fields if row.kind == "company_name"), "")
    name = name or (said(DESTROYED) if "company_name" in gone else "")
    assigned = tuple(parties.assignments(client_id=client_id, at=at))
    return ClientPage(
        client_id, name, fields, missing, persons.rows, persons.total, assigned, secrets, _materials(client_id),
        gone, lent,
    )  # fmt: skip


@query
def person_page(*, actor: Actor, at: datetime, client_id: UUID, person_id: UUID) -> PersonPage:
    """One person in a client file. Raises Denied outside the reader's scope, when the person is not in the file, or
    while the reader's view of this person is frozen by a question."""
    clients = scope(actor, at)
    lent = parties.lent(actor=actor, at=at, client_id=client_id, person_id=person_id)
    if lent is None or lent.person_id is None:
        refuse_outside(clients, client_id)
    refuse_frozen(actor, person_id, at)
    relation = parties.relation_of(client_id=client_id, person_id=person_id)
    if relation is None:
        raise Denied("parties.no-such-person")
    places = [(client_id, person_id, record_class) for record_class in classes_of("person")]
    shown = displays([*places, (client_id, client_id, "enterprise")])
    enterprise = shown.pop((client_id, client_id, "enterprise"), None)
    by_class = {place[2]: one for place, one in shown.items()}
    fields, missing = _fields(actor, "person", by_class, lent)
    missing, gone = _split(missing, destroyed_classes(client_id, person_id))
    name = name_shown(by_class["identity"].masks, whole=actor.sees_names) if "identity" in by_class else ""
    others = [one for one in parties.files_of(person_id=person_id) if one != client_id]
    return PersonPage(
        person_id,
        client_id,
        enterprise.masks.get("company_name", "") if enterprise else company_names([client_id])[client_id],
        name or (said(DESTROYED) if "name" in gone else ""),
        relation.roles,
        relation.fictitious,
        fields,
        missing,
        tuple(one for one in others if clients is None or one in clients),
        gone,
        lent,
    )


def _split(missing: tuple[Missing, ...], destroyed: Collection[str]) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """What was never collected, and the kinds that a destruction took."""
    gone = tuple(one.kind for one in missing if element(one.kind).retention in destroyed)
    return tuple(one for one in missing if one.kind not in gone), gone


def _fields(
    actor: Actor, subject_kind: str, shown: Mapping[str, Shown], lent: parties.Lent | None
) -> tuple[tuple[FieldRow, ...], tuple[Missing, ...]]:
    """The fields of a subject in the catalogue's order, and the kinds without a value."""
    rows, missing = [], []
    for about in ELEMENTS.values():
        if about.subject != subject_kind or about.record_class == box.RECORD_CLASS:
            continue
        record = shown.get(about.record_class)
        if record is None or about.kind not in record.masks:
            missing.append(Missing(about.kind, record.revision if record else 0))
        else:
            rows.append(_field(actor, about, record, lent))
    return tuple(rows), tuple(missing)


def _field(actor: Actor, about: Element, record: Shown, lent: parties.Lent | None = None) -> FieldRow:
    whole = about.mask == "none" or (about.kind == "name" and actor.sees_names)
    state = record.masks.get(about.kind + STATE, "")
    if about.record_class == box.RECORD_CLASS:
        can = ["reveal"] if actor.roles & REGISTRY["vault:secret:reveal"].roles else []
    else:
        can = [] if record.sealed_until else _ways(actor, lent, clear=not whole and state != DAMAGED)
    return FieldRow(
        about.kind,
        name_shown(record.masks, whole=True) if about.kind == "name" and whole else record.masks[about.kind],
        not whole,
        about.grade,
        about.basis,
        about.retention,
        about.record_class,
        state,
        record.revision,
        record.updated_at,
        tuple(can),
        record.sealed_until,
    )


def _ways(actor: Actor, lent: parties.Lent | None, *, clear: bool) -> list[str]:
    """What the reader may do with a field; `clear`: there is something to be seen that the page does not show."""
    rule = REGISTRY["vault:field:reveal"]
    ways = ["reveal"] if clear and actor.roles & (rule.lent if lent else rule.roles) else []
    if lent:
        return ways
    return [*ways, "replace"] if actor.roles & REGISTRY["vault:field:replace"].roles else ways


def _materials(client_id: UUID) -> Materials:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE media_type LIKE 'image/%%'), "
            "count(*) FILTER (WHERE media_type NOT LIKE 'image/%%'), coalesce(sum(size), 0)::bigint "
            "FROM vault_material WHERE client_id = %s",
            [client_id],
        )
        return Materials(*cursor.fetchone())
