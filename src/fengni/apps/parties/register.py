"""Writing rows of clients, persons and relations: part of acts of the areas above, never an act itself.

Every change keeps the counts that lists show (persons of a client, totals of the tenant) in the same transaction.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common import bulk
from fengni.apps.common.bulk import instant, jsonb, number4, packed


class NewRelation(NamedTuple):
    """A person in a client file."""

    id: UUID
    client: UUID
    person: UUID
    roles: tuple[str, ...]


def register(
    tenant_id: UUID,
    at: datetime,
    *,
    clients: Sequence[UUID] = (),
    persons: Mapping[UUID, bool] | None = None,
    relations: Sequence[NewRelation] = (),
) -> None:
    """Add client files, persons (id → whether fictitious) and relations."""
    when, tenant, people = instant(at), tenant_id.bytes, persons or {}
    per_client = Tally(relation.client for relation in relations)
    bulk.insert(
        "parties_client",
        "tenant_id, id, persons, created_at",
        [packed(tenant, client.bytes, number4(per_client.pop(client, 0)), when) for client in clients],
    )
    bulk.insert(
        "parties_person",
        "tenant_id, id, fictitious, created_at",
        [packed(tenant, person.bytes, bytes((fictitious,)), when) for person, fictitious in people.items()],
    )
    bulk.insert(
        "parties_relation",
        "tenant_id, id, client_id, person_id, roles, created_at",
        [packed(tenant, one.id.bytes, one.client.bytes, one.person.bytes, jsonb(one.roles), when) for one in relations],
    )
    _add_persons(per_client)
    _count(tenant_id, {"clients": len(clients), "persons": len(people), "relations": len(relations)})


def relations_of(clients: Collection[UUID]) -> dict[tuple[UUID, UUID], tuple[UUID, list[str]]]:
    """(client, person) → relation id and roles, locked for the running act."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_id, person_id, id, array(SELECT jsonb_array_elements_text(roles)) FROM parties_relation "
            "WHERE client_id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(clients)],
        )
        return {(client, person): (relation, roles) for client, person, relation, roles in cursor.fetchall()}


def set_roles(roles: Mapping[UUID, Iterable[str]]) -> None:
    """Give relations these roles."""
    if roles:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE parties_relation r SET roles = n.roles::jsonb "
                "FROM unnest(%s::uuid[], %s::text[]) n (id, roles) WHERE r.id = n.id",
                [list(roles), [jsonb(list(given))[1:].decode() for given in roles.values()]],
            )


def remove_relations(tenant_id: UUID, relations: Collection[UUID]) -> None:
    """Take persons out of client files; persons who are in no file any more go as well."""
    if not relations:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM parties_relation WHERE id = ANY(%s) RETURNING client_id, person_id", [list(relations)]
        )
        gone = cursor.fetchall()
        cursor.execute(
            "DELETE FROM parties_person p WHERE id = ANY(%s) AND NOT EXISTS (SELECT FROM parties_relation r "
            "WHERE r.tenant_id = p.tenant_id AND r.person_id = p.id)",
            [list({person for _, person in gone})],
        )
        persons = cursor.rowcount
    _add_persons({client: -number for client, number in Tally(client for client, _ in gone).items()})
    _count(tenant_id, {"persons": -persons, "relations": -len(gone)})


def remove_clients(tenant_id: UUID, clients: Collection[UUID]) -> None:
    """Remove empty client files and who was assigned to them."""
    if not clients:
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM acts_grant WHERE client_id = ANY(%s)", [list(clients)])
        cursor.execute("DELETE FROM parties_client WHERE id = ANY(%s)", [list(clients)])
        _count(tenant_id, {"clients": -cursor.rowcount})


def _add_persons(per_client: Mapping[UUID, int]) -> None:
    if per_client:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE parties_client c SET persons = c.persons + n.number "
                "FROM unnest(%s::uuid[], %s::int[]) n (id, number) WHERE c.id = n.id",
                [list(per_client), list(per_client.values())],
            )


def _count(tenant_id: UUID, changes: Mapping[str, int]) -> None:
    """Change the tenant's totals, in the order of their names so that two acts cannot wait for each other."""
    with connection.cursor() as cursor:
        for kind, number in sorted(changes.items()):
            if number:
                cursor.execute(
                    "INSERT INTO parties_counter (tenant_id, kind, number) VALUES (%s, %s, %s) "
                    "ON CONFLICT (tenant_id, kind) DO UPDATE SET number = parties_counter.number + excluded.number",
                    [tenant_id, kind, number],
                )
