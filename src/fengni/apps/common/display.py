"""The display key of a house: what lists show and what people type lies under it, whoever's table it is in.

    opening    the key for reading: it opens what lies under any version from the oldest living one on
    sealing    the key for writing: the newest version, held until COMMIT so that a change of keys waits for the writer
    Lies       where a table keeps what lies under it, declared by the area that owns the table

Which versions live stands in `vault_keying`, once a house has changed them (docs/adr/0025); before that version 1 of
the house's suite is all there is. By SQL, since that area lies above this one.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common.custodian import custodian
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.suites import Suite

KIND: Final = "coalesce(k.display_suite, t.suite), coalesce(k.display_version, 1), coalesce(k.display_oldest, 1)"
FROM: Final = "FROM accounts_tenant t LEFT JOIN vault_keying k ON k.tenant_id = t.id WHERE t.id = %s"


class Lies(NamedTuple):
    """A column under the display key. `place` and `revision` are SQL of what binds a row to its place (`t` is the row),
    `joined` what they need beside it, `there` which rows hold anything."""

    table: str
    column: str
    place: str = "t.id"
    revision: str = "0"
    joined: str = ""
    there: str = "true"


class DisplayKind(NamedTuple):
    """Suite and version of what is sealed now, and the oldest version that may still lie somewhere."""

    suite: Suite
    version: int
    oldest: int

    def key(self, tenant_id: UUID) -> DisplayKey:
        """The key that seals under it."""
        return custodian().display_key(tenant_id, self.suite, self.version, self.oldest)


def display_kind(tenant_id: UUID) -> DisplayKind:
    """What the house's display key is now."""
    return _read(f"SELECT {KIND} {FROM}", [tenant_id])


def opening(tenant_id: UUID) -> DisplayKey:
    """The key to read with."""
    return display_kind(tenant_id).key(tenant_id)


def sealing(tenant_id: UUID) -> DisplayKey:
    """The key to write with. No change of this house's display key ends before COMMIT."""
    hold = "pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
    return _read(f"SELECT {KIND}, {hold} {FROM}", [lock(tenant_id), tenant_id]).key(tenant_id)


def lock(tenant_id: UUID) -> str:
    """The name of what writers under the display key hold."""
    return f"display:{tenant_id}"


def _read(statement: str, parameters: list[str | UUID]) -> DisplayKind:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        suite, version, oldest, *_ = cursor.fetchone()
    return DisplayKind(Suite(suite), version, oldest)
