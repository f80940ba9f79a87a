"""Units sealed until a day: kept because the law wants it, opened by two persons only, changed by nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, stored
from fengni.core.errors import BadInput


def seal(units: Collection[UUID], until: date) -> int:
    """Seal living units until a day, inside a running act. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_unit SET sealed_until = %s WHERE id = ANY(%s) AND state = 'live'", [until, list(units)]
        )
        return int(cursor.rowcount)


def sealed_unit(*, client_id: UUID, subject_id: UUID, record_class: str) -> UUID | None:
    """The sealed unit that a record lies in; None where the record is open or absent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.id FROM vault_record r JOIN vault_unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "
            "WHERE r.client_id = %s AND r.subject_id = %s AND r.record_class = %s AND u.sealed_until IS NOT NULL",
            [client_id, subject_id, record_class],
        )
        row = cursor.fetchone()
        return row[0] if row else None


def open_sealed(*, client_id: UUID, subject_id: UUID, record_class: str, at: datetime) -> dict[str, str]:
    """The fields of a sealed record, for the act that two persons agreed to. Raises BadInput for an absent one."""
    rows = stored([(client_id, subject_id)], record_class, lock="SHARE")
    if not rows:
        raise BadInput("vault.no-value")
    return Writing(house(), at).open(rows)[0]
