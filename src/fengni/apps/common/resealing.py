"""What lies under the display key moves to its newest version, table by table, while everybody works.

    begin    from now on everybody seals under the next version; both are read
    left     rows that are of an earlier version
    move     the next rows of one table
    wrong    rows that do not open under the newest version, every one of them opened
    is_still whether nobody writes under any version just now
    end      only the newest version is read

Parts of running acts. Rules: a batch locks its rows, opens and seals them, and writes them in one transaction: a kill
leaves each row under one version or the other, and both are read. Rows that somebody holds are passed over and met in
the next pass. What does not open stays as it is and is counted as left. No unit key is released: what lies here is
masks, and what this process may read anyway; nobody is shown anything.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common.display import DisplayKind, Lies, display_kind, lock
from fengni.core.errors import SealRefused
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.suites import Suite

_BEGIN: Final = UUID(int=0)
_LOOKED_AT: Final = 5_000


class Resealed(NamedTuple):
    """What one batch did: rows moved, rows that do not open, and the last place it met (None at the end of a pass)."""

    moved: int
    refused: int
    last: UUID | None


class _Row(NamedTuple):
    at: str  # where the row lies just now, while it is locked
    place: UUID
    revision: int
    sealed: bytes


def begin(tenant_id: UUID, suite: Suite) -> tuple[DisplayKind, DisplayKind]:
    """Everybody seals under the next version, of `suite`, from now on. Returns what was and what is."""
    old = display_kind(tenant_id)
    _write(tenant_id, new := DisplayKind(suite, old.version + 1, old.oldest), suite)
    return old, new


def end(tenant_id: UUID) -> None:
    """Nothing but the newest version is read from now on."""
    kind = display_kind(tenant_id)
    _write(tenant_id, kind._replace(oldest=kind.version), kind.suite)


def is_still(tenant_id: UUID) -> bool:
    """Whether nobody writes under the display key now; nobody begins to before COMMIT. It tries for two seconds and
    never stands in a line, since who writes may be a long import, and everybody else would wait behind."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [lock(tenant_id)])
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False


def left(tenant_id: UUID, where: Sequence[Lies]) -> int:
    """How many rows are of an earlier version."""
    header = display_kind(tenant_id).key(tenant_id).header
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT count(*) FROM {_rows_of(one)} AND {_older(one)}" for one in where),  # noqa: S608
            [header] * len(where),
        )
        return sum(count for (count,) in cursor)


def move(tenant_id: UUID, where: Lies, *, after: UUID | None, most: int) -> Resealed:
    """Seal at most `most` rows anew whose places come after one."""
    key = display_kind(tenant_id).key(tenant_id)
    rows = _read(where, f"{_older(where)} AND {where.place} > %s ORDER BY {where.place} LIMIT %s "
                 "FOR NO KEY UPDATE OF t SKIP LOCKED", [key.header, after or _BEGIN, most])  # fmt: skip
    opened = [(row, masks) for row in rows if (masks := _opened(key, row)) is not None]
    sealed = key.seal_masks([(row.place, row.revision, masks) for row, masks in opened])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {where.table} t SET {where.column} = n.sealed "  # noqa: S608
            "FROM unnest(%s::text[], %s::bytea[]) n (at, sealed) WHERE t.ctid = n.at::tid",
            [[row.at for row, _ in opened], sealed],
        )
    return Resealed(len(opened), len(rows) - len(opened), rows[-1].place if len(rows) == most else None)


def wrong(tenant_id: UUID, where: Lies) -> int:
    """How many rows do not open under the newest version alone."""
    kind = display_kind(tenant_id)
    key, found, last = kind._replace(oldest=kind.version).key(tenant_id), 0, ""
    while rows := _read(where, "t.ctid > %s::tid ORDER BY t.ctid LIMIT %s", [last or "(0,0)", _LOOKED_AT]):
        found += sum(_opened(key, row) is None for row in rows)
        last = rows[-1].at
    return found


def _opened(key: DisplayKey, row: _Row) -> dict[str, str] | None:
    try:
        return key.open_masks([(row.place, row.revision, row.sealed)])[0]
    except SealRefused:
        return None


def _rows_of(where: Lies) -> str:
    return f"{where.table} t {where.joined} WHERE {where.there}"


def _older(where: Lies) -> str:
    return f"substring(t.{where.column} FROM 1 FOR 4) <> %s"


def _read(where: Lies, condition: str, parameters: Sequence[bytes | str | int | UUID]) -> list[_Row]:
    columns = f"t.ctid::text, {where.place}, {where.revision}, t.{where.column}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {_rows_of(where)} AND {condition}", list(parameters))  # noqa: S608
        return [_Row(at, place, revision, bytes(sealed)) for at, place, revision, sealed in cursor]


def _write(tenant_id: UUID, kind: DisplayKind, suite: Suite) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_keying (tenant_id, suite, version, display_suite, display_version, display_oldest) "
            "SELECT id, suite, 1, %s, %s, %s FROM accounts_tenant WHERE id = %s ON CONFLICT (tenant_id) DO UPDATE SET "
            "display_suite = excluded.display_suite, display_version = excluded.display_version, "
            "display_oldest = excluded.display_oldest",
            [suite, kind.version, kind.oldest, tenant_id],
        )
