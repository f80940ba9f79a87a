"""Moving wrapped keys to the newest epoch, table by table, while everybody works. Parts of running acts.

Rules: a row changes its epoch and its wrapped bytes in one statement, which compares both with what was read, so that a
kill at any point leaves each key under the old epoch or the new one, and both live. Rows that somebody holds are passed
over and met again in the next pass. No key leaves the key process. What does not open there (changed by hand, or
destroyed while its rows still stand) stays as it is and is counted as left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.vault.store.house import House
from fengni.core.vault.suites import OFFERED, Suite

_SCANNED: Final = 5_000
_BEGIN: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wraps:
    """A table with wrapped keys: its columns, which of its rows hold a living key, and what gives their suite."""

    table: str
    epoch: str
    wrapped: str
    commitment: str
    living: str
    suite: str
    version: str = "1"

    @property
    def asked(self) -> str:
        """The columns of a row as `_by_suite` takes them."""
        return f"{self.suite}, id, {self.epoch}, {self.wrapped}, {self.commitment}, {self.version}"


UNITS: Final = Wraps("vault_unit", "epoch", "wrapped", "commitment", "state = 'live'", "suite", "version")
_Row = tuple[int, UUID, int, bytes, bytes, int]


class Moved(NamedTuple):
    """What one batch did: keys moved, keys that could not be, and the last id it met (None at the end of a pass).
    `facts` belong into the entry of its act."""

    moved: int
    refused: int
    last: UUID | None
    facts: Mapping[str, int | str] = MappingProxyType({})


def living(where: Wraps) -> int:
    """How many living keys a table holds."""
    return _count(f"SELECT count(*) FROM {where.table} WHERE {where.living}")  # noqa: S608


def left(where: Wraps, newest: int) -> int:
    """How many living keys are not under the newest epoch."""
    return _count(f"SELECT count(*) FROM {where.table} WHERE {where.living} AND {where.epoch} <> {int(newest)}")  # noqa: S608


def move(home: House, where: Wraps, *, after: UUID | None, most: int, newest: int) -> Moved:
    """Move at most `most` keys that come after an id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {where.asked} FROM {where.table} "  # noqa: S608
            f"WHERE {where.living} AND {where.epoch} <> %s AND id > %s ORDER BY id LIMIT %s "
            "FOR NO KEY UPDATE SKIP LOCKED",
            [newest, after or _BEGIN, most],
        )
        rows = cursor.fetchall()
    moved: list[tuple[UUID, int, bytes, bytes]] = []
    for suite, keys in _by_suite(rows):
        _, wrapped = custodian().rewrap(home.tenant_id, suite, keys)
        moved += [(k.unit, k.epoch, k.wrapped, new) for k, new in zip(keys, wrapped, strict=True) if new is not None]
    if moved:
        ids, epochs, olds, news = (list(column) for column in zip(*moved, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {where.table} t SET {where.epoch} = %s, {where.wrapped} = n.new "  # noqa: S608
                "FROM unnest(%s::uuid[], %s::int[], %s::bytea[], %s::bytea[]) n (id, epoch, old, new) "
                f"WHERE t.id = n.id AND t.{where.epoch} = n.epoch AND t.{where.wrapped} = n.old AND {where.living}",
                [newest, ids, epochs, olds, news],
            )
            changed = int(cursor.rowcount)
    else:
        changed = 0
    return Moved(changed, len(rows) - changed, rows[-1][1] if len(rows) == most else None)


def wrong(home: House, where: Wraps) -> int:
    """How many living keys do not open under the newest epoch: every one of them is asked for, none leaves."""
    found = 0
    for rows in _all(where):
        right = 0
        for suite, keys in _by_suite(rows):
            right += sum(custodian().check(home.tenant_id, suite, keys))
        found += len(rows) - right
    return found


def _all(where: Wraps) -> Iterator[list[_Row]]:
    last = _BEGIN
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {where.asked} FROM {where.table} "  # noqa: S608
                f"WHERE {where.living} AND id > %s ORDER BY id LIMIT %s",
                [last, _SCANNED],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][1]


def _by_suite(rows: list[_Row]) -> Iterator[tuple[Suite, list[WrappedKey]]]:
    """What the key process is asked with; a row of a suite that nobody may have is nobody's."""
    known = sorted((row for row in rows if row[0] in OFFERED), key=itemgetter(0, 2, 1))
    for suite, group in groupby(known, key=itemgetter(0)):
        keys = [WrappedKey(id_, epoch, bytes(key), bytes(seal), None, n) for _, id_, epoch, key, seal, n in group]
        yield Suite(suite), keys


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
