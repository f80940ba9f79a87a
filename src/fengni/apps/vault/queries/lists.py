"""Reads on sealed records: lists and pages of masks, and search by index entries. Nothing here opens a value.

Rules: a reader sees the clients of the scope and no others (`Denied` otherwise); names are whole for those who must
know whom a row is about and masked for the rest; a list knows its total without counting rows. A full number of a
person is not searched here: that is an act, counted for the person it hits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from fengni.apps.acts.facts import frozen_for
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.parties import queries as parties
from fengni.apps.vault.store.finding import Hit, hits, part_hits
from fengni.apps.vault.store.house import House, house
from fengni.apps.vault.store.shown import listed, name_shown
from fengni.apps.vault.store.throttle import count_search
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.blind_index import normalise
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.grams import brand
from fengni.core.vault.surnames import surname

PAGE_SIZE: Final = 20
MOST_ROWS: Final = 1_000
MOST_FOUND: Final = 50
DESTROYED: Final = "vault.name-destroyed"
_PERSON_CLASSES: Final = ("identity", "contact")
_ID_NUMBER: Final = re.compile("[0-9]{17}[0-9X]")
_MOBILE: Final = re.compile("1[0-9]{10}")
_USCC: Final = re.compile("[0-9A-HJ-NPQRTUWXY]{18}")
_PASSPORT: Final = re.compile("[A-Z]{1,2}[0-9]{7,8}")
_INITIALS: Final = re.compile("[A-Za-z]{2,8}")
_SURNAME_LAST4: Final = re.compile(r"([^\W\d_][^\d]*?)[\s/]*([0-9]{3}[0-9Xx])")
_IN_SCOPE: Final = "(SELECT tenant_id, id FROM parties_relation WHERE client_id = ANY(%s::uuid[]) OFFSET 0) s"

Place = tuple[UUID, UUID, str]  # client file, subject, record class


@dataclass(frozen=True, slots=True)
class Shown:
    """The masks of one record, and which revision they belong to. `sealed_until`: kept by law, out of daily work."""

    masks: Mapping[str, str]
    revision: int
    updated_at: datetime
    sealed_until: date | None = None


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client in a list."""

    id: UUID
    name: str
    uscc: str
    persons: int
    tags: tuple[str, ...]
    service_until: str
    created_at: datetime
    destroyed: bool = False


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a client file, in a list. `state` is damaged, verify or empty, frozen where the person asked about a
    view of the reader's, or destroyed."""

    relation_id: UUID
    person_id: UUID
    client_id: UUID
    client_name: str
    name: str
    id_number: str
    mobile: str
    roles: tuple[str, ...]
    state: str
    fictitious: bool


@dataclass(frozen=True, slots=True)
class ClientsPage:
    """One page of clients."""

    rows: tuple[ClientRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PersonsPage:
    """One page of persons in client files."""

    rows: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Something a search found: a client, or a person in a client file. `by` names the index. `frozen`: the person
    asked about a view of the reader's, so nothing is shown."""

    client_id: UUID
    client_name: str
    person_id: UUID | None
    name: str
    id_number: str
    mobile: str
    by: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `full_number`: what was typed is a person's full number; search by the act instead."""

    rows: tuple[FoundRow, ...] = ()
    full_number: bool = False


@query
def clients_page(*, actor: Actor, at: datetime, page: int = 1, size: int = PAGE_SIZE) -> ClientsPage:
    """Clients of the reader's scope, newest first."""
    clients = scope(actor, at)
    total = parties.totals().get("clients", 0) if clients is None else len(clients)
    page, pages, size = _within(page, total, size)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.persons, c.created_at FROM (SELECT tenant_id, id FROM parties_client "
            "WHERE %s::uuid[] IS NULL OR id = ANY(%s::uuid[]) ORDER BY tenant_id DESC, id DESC LIMIT %s OFFSET %s) k "
            "JOIN parties_client c USING (tenant_id, id) ORDER BY c.id DESC",
            [*_twice(clients), size, (page - 1) * size],
        )
        rows = cursor.fetchall()
    shown = displays([(row[0], row[0], kind) for row in rows for kind in ("enterprise", "service")])
    gone = _destroyed((row[0], row[0]) for row in rows if (row[0], row[0], "enterprise") not in shown)
    listed_ = tuple(replace(_client_row(row, shown), destroyed=(row[0], row[0]) in gone) for row in rows)
    return ClientsPage(listed_, total, page, pages)


@query
def persons_page(
    *, actor: Actor, at: datetime, page: int = 1, size: int = PAGE_SIZE, client_id: UUID | None = None
) -> PersonsPage:
    """Persons in the client files of the reader's scope, newest first; of one file when `client_id` is given."""
    clients = scope(actor, at)
    if client_id is not None:
        refuse_outside(clients, client_id)
        clients = {client_id}
    total = _persons_in(clients)
    page, pages, size = _within(page, total, size)
    # All of the tenant: pages are skipped inside the index. A scope: its files first, however old, then the order.
    scoped, given = ("parties_relation", []) if clients is None else (_IN_SCOPE, [list(clients)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.person_id, r.client_id, array(SELECT jsonb_array_elements_text(r.roles)), p.fictitious "  # noqa: S608
            f"FROM (SELECT tenant_id, id FROM {scoped} ORDER BY tenant_id DESC, id DESC LIMIT %s OFFSET %s) k "
            "JOIN parties_relation r USING (tenant_id, id) "
            "JOIN parties_person p ON p.tenant_id = r.tenant_id AND p.id = r.person_id ORDER BY r.id DESC",
            [*given, size, (page - 1) * size],
        )
        rows = cursor.fetchall()
    frozen = frozen_for(actor, at)
    shown = displays(_places_of((client, person) for _, person, client, *_ in rows if person not in frozen))
    gone = _destroyed((row[2], row[1]) for row in rows if (row[2], row[1], "identity") not in shown) if rows else set()
    made = []
    for row in rows:
        one = _person_row(actor, row, shown)
        if row[1] in frozen:
            one = replace(one, state="frozen")
        elif (row[2], row[1]) in gone:
            one = replace(one, state="destroyed")
        made.append(one)
    return PersonsPage(tuple(made), total, page, pages)


@query
def persons_in_scope(*, actor: Actor, at: datetime) -> tuple[UUID, ...]:
    """Every person in a client file of the reader's scope: whom a list of it is about."""
    clients = scope(actor, at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person_id FROM parties_relation WHERE %s::uuid[] IS NULL OR client_id = ANY(%s::uuid[])",
            _twice(clients),
        )
        return tuple([row[0] for row in cursor.fetchall()])


@query
def search(*, actor: Actor, at: datetime, words: str) -> Found:
    """Clients and persons by a name or company name or a part of one, by initials, USCC, surname with last four.

    Who reads names masked does not search by parts of persons' names: character by character they would tell the name.
    Raises Denied after 300 searches in an hour.
    """
    words = words.strip()
    if not words:
        return Found()
    if set(number_indexes(words)) - {"uscc"}:
        return Found(full_number=True)
    count_search(actor, at, "words")
    home, clients = house(), scope(actor, at)
    found = hits(home, _readings(words), clients=clients, most=MOST_FOUND)
    parts = ("company_part", "name_part") if actor.sees_names else ("company_part",)
    if len(found) < MOST_FOUND and not number_indexes(words):
        found += part_hits(home, words, parts, clients=clients, most=MOST_FOUND)
    return Found(_found(actor, at, home, found)[:MOST_FOUND])


@query
def number_hits(
    *, actor: Actor, at: datetime, number: str, indexes: Sequence[str]
) -> tuple[tuple[FoundRow, ...], set[UUID]]:
    """Rows of a full number inside the scope, and every person hit, inside or outside it: for the act that counts."""
    home = house()
    clients = scope(actor, at)
    found = hits(home, {index: [number] for index in indexes}, most=MOST_ROWS)
    inside = [hit for hit in found if clients is None or hit.client in clients]
    return _found(actor, at, home, inside), {hit.subject for hit in found if hit.subject_kind == "person"}


def number_indexes(words: str) -> tuple[str, ...]:
    """Which full numbers the words may be; empty for anything else.

    >>> number_indexes("990101 19880229 0212"), number_indexes("154-0000-0001"), number_indexes("lzh")
    (('id_number',), ('mobile',), ())
    """
    if not any(character.isdigit() for character in words):
        return ()
    code, mobile = normalise("id_number", words), normalise("mobile", words)
    if _ID_NUMBER.fullmatch(code):
        return ("id_number",)
    if _USCC.fullmatch(code):
        return ("uscc",)
    if _MOBILE.fullmatch(mobile):
        return ("mobile",)
    return ("passport",) if _PASSPORT.fullmatch(code) else ()


def scope(actor: Actor, at: datetime) -> set[UUID] | None:
    """The clients a reader may see; None for all of the tenant."""
    return None if actor.sees_all_clients else parties.assigned_clients(actor=actor, at=at)


def refuse_outside(clients: Collection[UUID] | None, client_id: UUID) -> None:
    """Raise Denied for a client outside a scope, or one the tenant does not have."""
    if clients is not None and client_id not in clients:
        raise Denied("access.scope", client=client_id.hex)
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")


def displays(places: Collection[Place], home: House | None = None) -> dict[Place, Shown]:
    """The masks of the records at these places. Raises SealRefused when one was tampered with."""
    if not places:
        return {}
    clients, subjects, classes = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.client_id, r.subject_id, r.record_class, r.id, r.revision, r.display, r.updated_at, "
            "u.sealed_until FROM vault_record r "
            "JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) n (client_id, subject_id, class) "
            "ON r.client_id = n.client_id AND r.subject_id = n.subject_id AND r.record_class = n.class "
            "JOIN vault_unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id",
            [list(clients), list(subjects), list(classes)],
        )
        rows = cursor.fetchall()
    key = (home or house()).display_key
    masks = key.open_masks((record, revision, display) for _, _, _, record, revision, display, *_ in rows)
    return {
        (client, subject, record_class): Shown(opened, revision, updated_at, until)
        for (client, subject, record_class, _, revision, _, updated_at, until), opened in zip(rows, masks, strict=True)
    }


def destroyed_classes(client_id: UUID, subject_id: UUID) -> frozenset[str]:
    """Retention classes of one subject in one file whose unit was destroyed and that hold nothing now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT retention_class FROM vault_unit WHERE client_id = %s AND subject_id = %s GROUP BY 1 "
            "HAVING bool_and(state = 'destroyed')",
            [client_id, subject_id],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def _destroyed(pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Those of these (client file, subject) whose name was destroyed: nobody ever has to ask what it was."""
    asked = list(pairs)
    if not asked:
        return set()
    clients, subjects = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.client_id, u.subject_id FROM vault_unit u "
            "JOIN unnest(%s::uuid[], %s::uuid[]) n (client, subject) ON u.client_id = n.client "
            "AND u.subject_id = n.subject WHERE u.retention_class = %s "
            "GROUP BY 1, 2 HAVING bool_and(u.state = 'destroyed')",
            [list(clients), list(subjects), ELEMENTS["name"].retention],
        )
        return {(client, subject) for client, subject in cursor.fetchall()}


def company_names(clients: Collection[UUID]) -> dict[UUID, str]:
    """The names of client files, as everybody inside the scope reads them; of a destroyed one the word for that."""
    shown = displays([(client, client, "enterprise") for client in clients])
    names = {client: one.masks.get("company_name", "") for (client, _, _), one in shown.items()}
    gone = _destroyed((client, client) for client in clients if client not in names)
    return {one: names.get(one, "") or (said(DESTROYED) if (one, one) in gone else "") for one in clients}


def _readings(words: str) -> dict[str, list[str]]:
    """Everything the words of a search may mean, by index."""
    if number_indexes(words) == ("uscc",):
        return {"uscc": [words]}
    wanted = {"name": [words], "company_name": list({words, brand(words)})}
    if _INITIALS.fullmatch(words):
        wanted["name_initials"] = [words]
    compound = _SURNAME_LAST4.fullmatch(words)
    if compound:
        family = compound[1].strip()
        wanted["last4_surname"] = [f"{name}/{compound[2]}" for name in {family, surname(family), family[0]}]
    return wanted


def _found(actor: Actor, at: datetime, home: House, found: Iterable[Hit]) -> tuple[FoundRow, ...]:
    by = {(hit.client, hit.subject): hit.by for hit in reversed(list(found))}
    frozen = frozen_for(actor, at) if by else frozenset()
    shown = displays(_places_of(pair for pair in by if pair[1] not in frozen), home)
    rows = []
    for (client, subject), index in reversed(by.items()):
        identity, contact = _masks(shown, client, subject, "identity"), _masks(shown, client, subject, "contact")
        rows.append(
            FoundRow(
                client,
                _masks(shown, client, client, "enterprise").get("company_name", ""),
                None if subject == client else subject,
                name_shown(identity, whole=actor.sees_names),
                listed(identity, "id_number"),
                listed(contact, "mobile"),
                index,
                subject in frozen,
            )
        )
    return tuple(rows)


def _places_of(pairs: Iterable[tuple[UUID, UUID]]) -> list[Place]:
    """The records that a row about a subject in a client file shows: its own, and the client's name."""
    places: dict[Place, None] = {}
    for client, subject in pairs:
        places[client, client, "enterprise"] = None
        if subject != client:
            places |= dict.fromkeys((client, subject, record_class) for record_class in _PERSON_CLASSES)
    return list(places)


def _masks(shown: Mapping[Place, Shown], client: UUID, subject: UUID, record_class: str) -> Mapping[str, str]:
    found = shown.get((client, subject, record_class))
    if found and found.sealed_until and subject != client:  # lists name a sealed person and show nothing else
        return {kind: mask for kind, mask in found.masks.items() if kind.partition("#")[0] == "name"}
    return found.masks if found else {}


def _client_row(row: tuple[UUID, int, datetime], shown: Mapping[Place, Shown]) -> ClientRow:
    client, persons, created_at = row
    enterprise, service = _masks(shown, client, client, "enterprise"), _masks(shown, client, client, "service")
    return ClientRow(
        client,
        enterprise.get("company_name", ""),
        enterprise.get("uscc", ""),
        persons,
        tuple(service.get("tag", "").splitlines()),
        service.get("service_until", ""),
        created_at,
    )


def _person_row(actor: Actor, row: tuple[UUID, UUID, UUID, list[str], bool], shown: Mapping[Place, Shown]) -> PersonRow:
    relation, person, client, roles, fictitious = row
    identity, contact = _masks(shown, client, person, "identity"), _masks(shown, client, person, "contact")
    states = {value for masks in (identity, contact) for key, value in masks.items() if key.endswith("#state")}
    return PersonRow(
        relation,
        person,
        client,
        _masks(shown, client, client, "enterprise").get("company_name", ""),
        name_shown(identity, whole=actor.sees_names),
        listed(identity, "id_number"),
        listed(contact, "mobile"),
        tuple(roles),
        min(states, default=""),  # damaged comes before verify
        fictitious,
    )


def _persons_in(clients: Collection[UUID] | None) -> int:
    if clients is None:
        return parties.totals().get("relations", 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(persons), 0) FROM parties_client WHERE id = ANY(%s)", [list(clients)])
        return int(cursor.fetchone()[0])


def _within(page: int, total: int, size: int) -> tuple[int, int, int]:
    """Page, number of pages and rows per page, brought to what exists."""
    size = min(max(size, 1), MOST_ROWS)
    pages = max(1, -(-total // size))
    return min(max(page, 1), pages), pages, size


def _twice(clients: Collection[UUID] | None) -> list[list[UUID] | None]:
    given = None if clients is None else list(clients)
    return [given, given]
