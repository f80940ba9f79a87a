"""Which client file or person that exists already somebody means, told by index entries alone: nothing is opened.

Rules: a client is recognised by its USCC; without a match by a present, former or short name, unless both have a USCC
and they differ, and only when exactly one client fits. A person is recognised by the ID number in the whole tenant;
without a match by the name inside one client file, unless both have an ID number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
                [tag for _, tag in pairs],
                None if clients is None else list(clients),
                None if clients is None else list(clients),
                most or None,
            ],
        )
        return [Hit(kind, bytes(tag), *rest) for kind, tag, *rest in cursor.fetchall()]


def recognise_clients(house: House, given: Sequence[ClientTraits]) -> list[UUID | None]:
    """The existing client of each, or None."""
    usccs = [one.uscc for one in given if one.uscc]
    names = [name for one in given for name in one.names]
    tags = tags_of(house, {"uscc": usccs, "company_name": names})
    uscc_tag = dict(zip(usccs, tags.get("uscc", ()), strict=True))
    name_tag = dict(zip(names, tags.get("company_name", ()), strict=True))
    found = hits({index: {tag for tag in made if tag} for index, made in tags.items()})
    by_uscc = {hit.tag: hit.client for hit in reversed(found) if hit.kind == NUMBERS["uscc"]}
    by_name: dict[bytes, set[UUID]] = defaultdict(set)
    for hit in found:
        if hit.kind == NUMBERS["company_name"]:
            by_name[hit.tag].add(hit.client)
    holders = _tags_held("uscc", "enterprise", {client for clients in by_name.values() for client in clients})

    def recognise(one: ClientTraits) -> UUID | None:
        tag = uscc_tag.get(one.uscc)
        if tag in by_uscc:
            return by_uscc[tag]
        for name in one.names:
            fitting = [
                client
                for client in by_name.get(name_tag[name] or b"", ())
                if tag is None or holders.get(client, tag) == tag
            ]
            if len(fitting) == 1:
                return fitting[0]
        return None

    return [recognise(one) for one in given]


def recognise_persons(house: House, given: Sequence[PersonTraits]) -> list[UUID | None]:
    """The existing person of each, or None."""
    numbers = [one.id_number for one in given if one.id_number]
    places = [(one.name, client) for one in given if one.name for client in one.clients]
    names = [name for name, _ in places]
    tags = tags_of(house, {"id_number": numbers, "name": names})
    number_tag = dict(zip(numbers, tags.get("id_number", ()), strict=True))
    name_tag = dict(zip(names, tags.get("name", ()), strict=True))
    found = hits({"id_number": {tag for tag in tags.get("id_number", ()) if tag}})
    by_number = {hit.tag: hit.subject for hit in reversed(found)}
    by_name: dict[tuple[bytes, UUID], set[UUID]] = defaultdict(set)
    clients = {client for _, client in places}
    for hit in hits({"name": {tag for tag in tags.get("name", ()) if tag}}, clients=clients) if clients else ():
        by_name[hit.tag, hit.client].add(hit.subject)
    numbered = _tags_held("id_number", "identity", {person for persons in by_name.values() for person in persons})

    def recognise(one: PersonTraits) -> UUID | None:
        tag = number_tag.get(one.id_number)
        if tag in by_number:
            return by_number[tag]
        for client in one.clients:
            persons = by_name.get((name_tag.get(one.name) or b"", client), set())
            fitting = [person for person in persons if tag is None or person not in numbered]
            if len(fitting) == 1:
                return fitting[0]
        return None

    return [recognise(one) for one in given]


def _tags_held(index: str, record_class: str, subjects: Collection[UUID]) -> dict[UUID, bytes]:
    """The entry of one index that each subject's records have."""
    if not subjects:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.subject_id, t.tag FROM vault_record r "
            "JOIN vault_tag t ON t.tenant_id = r.tenant_id AND t.record_id = r.id AND t.kind = %s "
            "WHERE r.client_id IN (SELECT client_id FROM parties_relation WHERE person_id = ANY(%s) "
            "UNION SELECT unnest(%s::uuid[])) AND r.subject_id = ANY(%s) AND r.record_class = %s",
            [NUMBERS[index], list(subjects), list(subjects), list(subjects), record_class],
        )
        return {subject: bytes(tag) for subject, tag in cursor.fetchall()}
