"""Which client file or person that exists already somebody means, told by index entries alone: nothing is opened.

Rules: a client is recognised by its USCC; without a match by a present, former or short name, unless both have a USCC
and they differ, and only when exactly one client fits. A person is recognised by the ID number in the whole tenant;
without a match by the name inside one client file, unless both have an ID number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.vault.store.house import House
from fengni.apps.vault.store.indexing import NUMBERS, tags_of


class ClientTraits(NamedTuple):
    """What a client is recognised by."""

    uscc: str = ""
    names: tuple[str, ...] = ()


class PersonTraits(NamedTuple):
    """What a person is recognised by; `clients` are existing files the person is said to belong to."""

    id_number: str = ""
    name: str = ""
    clients: tuple[UUID, ...] = ()


class Hit(NamedTuple):
    """One index entry that answers a search."""

    kind: int
    tag: bytes
    subject_kind: str
    subject: UUID
    client: UUID


def hits(
    wanted: Mapping[str, Collection[bytes]], *, clients: Collection[UUID] | None = None, most: int = 0
) -> list[Hit]:
    """The index entries that equal one of the tags; inside `clients` where given; at most `most` unless 0."""
    pairs = [(NUMBERS[index], tag) for index, tags in wanted.items() for tag in tags]
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.kind, t.tag, t.subject_kind, t.subject_id, t.client_id FROM vault_tag t "
            "JOIN unnest(%s::smallint[], %s::bytea[]) n (kind, tag) ON t.kind = n.kind AND t.tag = n.tag "
            "WHERE %s::uuid[] IS NULL OR t.client_id = ANY(%s::uuid[]) ORDER BY t.record_id LIMIT %s",
            [
                [kind for kind, _ in pairs],
                _array(tag for _, tag in pairs),
                None if clients is None else list(clients),
                None if clients is None else list(clients),
                most or None,
            ],
        )
        return [Hit(kind, bytes(tag), *rest) for kind, tag, *rest in cursor.fetchall()]


def recognise_clients(house: House, given: Sequence[ClientTraits]) -> list[UUID | None]:
    """The existing client of each, or None."""
    usccs = list(dict.fromkeys(one.uscc for one in given if one.uscc))
    tag_of = dict(zip(usccs, tags_of(house, {"uscc": usccs}).get("uscc", ()), strict=True))
    by_uscc = {hit.tag: hit.client for hit in reversed(hits({"uscc": _some(tag_of.values())}))}
    known = [by_uscc.get(tag_of.get(one.uscc) or b"") for one in given]
    open_ = [one for one, client in zip(given, known, strict=True) if not client]
    names = list(dict.fromkeys(name for one in open_ for name in one.names))
    name_tag = dict(zip(names, tags_of(house, {"company_name": names}).get("company_name", ()), strict=True))
    by_name = _subjects(hits({"company_name": _some(name_tag.values())}))
    clients = {client for found in by_name.values() for client in found}
    usccs_held = _tags_held("uscc", "enterprise", [(client, client) for client in clients])

    def by_a_name(one: ClientTraits) -> UUID | None:
        tag = tag_of.get(one.uscc)
        for name in one.names:
            found = by_name.get(name_tag[name] or b"", ())
            fitting = [client for client in found if tag is None or client not in usccs_held]
            if len(fitting) == 1:
                return fitting[0]
        return None

    return [client or by_a_name(one) for one, client in zip(given, known, strict=True)]


def recognise_persons(house: House, given: Sequence[PersonTraits]) -> list[UUID | None]:
    """The existing person of each, or None."""
    numbers = list(dict.fromkeys(one.id_number for one in given if one.id_number))
    tag_of = dict(zip(numbers, tags_of(house, {"id_number": numbers}).get("id_number", ()), strict=True))
    by_number = {hit.tag: hit.subject for hit in reversed(hits({"id_number": _some(tag_of.values())}))}
    known = [by_number.get(tag_of.get(one.id_number) or b"") for one in given]
    open_ = [one for one, person in zip(given, known, strict=True) if not person and one.name and one.clients]
    names = list(dict.fromkeys(one.name for one in open_))
    name_tag = dict(zip(names, tags_of(house, {"name": names}).get("name", ()), strict=True))
    clients = {client for one in open_ for client in one.clients}
    found = hits({"name": _some(name_tag.values())}, clients=clients) if open_ else []
    by_name: dict[tuple[bytes, UUID], set[UUID]] = defaultdict(set)
    for hit in found:
        by_name[hit.tag, hit.client].add(hit.subject)
    numbered = _tags_held("id_number", "identity", _files({hit.subject for hit in found}))

    def by_name_in_file(one: PersonTraits) -> UUID | None:
        has_number = tag_of.get(one.id_number) is not None
        for client in one.clients:
            persons = by_name.get((name_tag.get(one.name) or b"", client), ())
            fitting = [person for person in persons if not (has_number and person in numbered)]
            if len(fitting) == 1:
                return fitting[0]
        return None

    return [person or by_name_in_file(one) for one, person in zip(given, known, strict=True)]


def _array(tags: Iterable[bytes]) -> str:
    """Tags as PostgreSQL reads a bytea[]; the driver would look at each of ten thousand for itself."""
    return "{" + ",".join([f'"\\\\x{tag.hex()}"' for tag in tags]) + "}"


def _some(tags: Iterable[bytes | None]) -> set[bytes]:
    return {tag for tag in tags if tag}


def _subjects(found: Iterable[Hit]) -> dict[bytes, set[UUID]]:
    subjects: dict[bytes, set[UUID]] = defaultdict(set)
    for hit in found:
        subjects[hit.tag].add(hit.subject)
    return subjects


def _files(persons: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """(client, person) of every file these persons are in."""
    if not persons:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_id, person_id FROM parties_relation JOIN unnest(%s::uuid[]) n (person_id) USING (person_id)",
            [list(persons)],
        )
        return list(cursor.fetchall())


def _tags_held(index: str, record_class: str, places: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
    """Which subjects have an entry of an index in one of their records; `places` are (client, subject)."""
    if not places:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.subject_id FROM vault_record r "
            "JOIN unnest(%s::uuid[], %s::uuid[]) n (client_id, subject_id) USING (client_id, subject_id) "
            "JOIN vault_tag t ON t.tenant_id = r.tenant_id AND t.record_id = r.id AND t.kind = %s "
            "WHERE r.record_class = %s",
            [[client for client, _ in places], [subject for _, subject in places], NUMBERS[index], record_class],
        )
        return {row[0] for row in cursor.fetchall()}
