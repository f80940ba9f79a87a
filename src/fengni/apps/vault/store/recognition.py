"""Which client file or person that exists already somebody means, told by index entries alone: nothing is opened.

Rules: a client is recognised by its USCC; without a match by a present, former or short name, unless both have a USCC
and they differ, and only when exactly one client fits. A person is recognised by the ID number in the whole tenant;
without a match by the name inside one client file, unless both have an ID number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.vault.store.finding import Hit, comparable, hits
from fengni.apps.vault.store.house import House
from fengni.apps.vault.store.indexing import NUMBERS


class ClientTraits(NamedTuple):
    """What a client is recognised by."""

    uscc: str = ""
    names: tuple[str, ...] = ()


class PersonTraits(NamedTuple):
    """What a person is recognised by; `clients` are existing files the person is said to belong to."""

    id_number: str = ""
    name: str = ""
    clients: tuple[UUID, ...] = ()


def recognise_clients(house: House, given: Sequence[ClientTraits]) -> list[UUID | None]:
    """The existing client of each, or None."""
    by_uscc = {hit.value: hit.client for hit in reversed(hits(house, {"uscc": _given(one.uscc for one in given)}))}
    known = [by_uscc.get(one.uscc) for one in given]
    open_ = [one for one, client in zip(given, known, strict=True) if not client]
    by_name = _subjects(hits(house, {"company_name": _given(name for one in open_ for name in one.names)}))
    clients = {client for found in by_name.values() for client in found}
    usccs_held = _tags_held("uscc", "enterprise", [(client, client) for client in clients])

    def by_a_name(one: ClientTraits) -> UUID | None:
        has_uscc = comparable("uscc", one.uscc)
        for name in one.names:
            found = by_name.get(name, ())
            fitting = [client for client in found if not has_uscc or client not in usccs_held]
            if len(fitting) == 1:
                return fitting[0]
        return None

    return [client or by_a_name(one) for one, client in zip(given, known, strict=True)]


def recognise_persons(house: House, given: Sequence[PersonTraits]) -> list[UUID | None]:
    """The existing person of each, or None."""
    numbers = _given(one.id_number for one in given)
    by_number = {hit.value: hit.subject for hit in reversed(hits(house, {"id_number": numbers}))}
    known = [by_number.get(one.id_number) for one in given]
    open_ = [one for one, person in zip(given, known, strict=True) if not person and one.name and one.clients]
    clients = {client for one in open_ for client in one.clients}
    found = hits(house, {"name": _given(one.name for one in open_)}, clients=clients) if open_ else []
    by_name: dict[tuple[str, UUID], set[UUID]] = defaultdict(set)
    for hit in found:
        by_name[hit.value, hit.client].add(hit.subject)
    numbered = _tags_held("id_number", "identity", _files({hit.subject for hit in found}))

    def by_name_in_file(one: PersonTraits) -> UUID | None:
        has_number = comparable("id_number", one.id_number)
        for client in one.clients:
            persons = by_name.get((one.name, client), ())
            fitting = [person for person in persons if not (has_number and person in numbered)]
            if len(fitting) == 1:
                return fitting[0]
        return None

    return [person or by_name_in_file(one) for one, person in zip(given, known, strict=True)]


def _given(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _subjects(found: Iterable[Hit]) -> dict[str, set[UUID]]:
    subjects: dict[str, set[UUID]] = defaultdict(set)
    for hit in found:
        subjects[hit.value].add(hit.subject)
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
