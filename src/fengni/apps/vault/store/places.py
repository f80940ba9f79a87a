"""Which destruction unit a record lies in, and which units live: for areas above that name values without opening."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

Place = tuple[UUID, UUID, str]  # client file, subject, record class


def units_at(places: Collection[Place]) -> dict[Place, UUID]:
    """The unit of each of these records that exists."""
    if not places:
        return {}
    clients, subjects, classes = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.client_id, r.subject_id, r.record_class, r.unit_id FROM vault_record r "
            "JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) n (client_id, subject_id, record_class) "
            "USING (client_id, subject_id, record_class)",
            [list(clients), list(subjects), list(classes)],
        )
        return {(client, subject, class_): unit for client, subject, class_, unit in cursor.fetchall()}


def living(units: Collection[UUID]) -> set[UUID]:
    """Those of these units that were not destroyed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM vault_unit WHERE id = ANY(%s) AND state = 'live'", [list(units)])
        return {row[0] for row in cursor.fetchall()}
