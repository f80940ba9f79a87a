"""Many rows at once: COPY in PostgreSQL's binary form into a temporary table, then one statement into the real one.

Rules: COPY FROM is refused on tables under row-level security, so every row passes through a temporary table and the
policy checks it on INSERT. The temporary table lives as long as the connection and is empty outside `staged`.
A row is bytes: its values, each `packed` after its length, in the order of the columns; parts that many rows share are
packed once. Values are in binary form: `bytes` for uuid, bytea and text alike, `number2` and `number4` for integers,
`instant` for times, `jsonb` for JSON. A wrong length is refused by the server, never guessed.

>>> packed(number2(4), b"person")
b'\\x00\\x00\\x00\\x02\\x00\\x04\\x00\\x00\\x00\\x06person'
>>> jsonb(["handler"])
b'\\x01["handler"]'
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db import DatabaseError, connection

Row = bytes

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_INTEGER = 23  # the number of PostgreSQL's type
_FOUR = (4).to_bytes(4, "big")
_END = b"\xff\xff"
_LENGTHS = [number.to_bytes(4, "big") for number in range(2048)]
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AT_A_TIME = 2_000
_USUAL_TURN = sys.getswitchinterval()
_SHORT_TURN = 0.0005


def packed(*values: bytes) -> bytes:
    """Values of a row, or of a part of it, one after the other."""
    parts = []
    for value in values:
        size = len(value)
        parts.append(_LENGTHS[size] if size < 2048 else size.to_bytes(4, "big"))
        parts.append(value)
    return b"".join(parts)


def number2(value: int) -> bytes:
    """A smallint."""
    return value.to_bytes(2, "big", signed=True)


def number4(value: int) -> bytes:
    """An integer."""
    return value.to_bytes(4, "big", signed=True)


def numbers4(values: Sequence[int]) -> bytes:
    """An integer[] of one dimension, without nulls."""
    head = b"".join([number4(one) for one in (1, 0, _INTEGER, len(values), 1)])
    return head + b"".join([_FOUR + number4(value) for value in values])


def instant(value: datetime) -> bytes:
    """A timestamptz."""
    return ((value - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)


def jsonb(value: object) -> bytes:
    """A jsonb value."""
    return b"\x01" + json.dumps(value, ensure_ascii=False).encode()


def staged(table: str, columns: str, rows: Sequence[Row]) -> str:
    """Copy rows into the temporary twin of `table` and return its name. The statement that reads it comes next."""
    with connection.cursor() as cursor:
        return _stage(cursor, table, columns, rows)


def insert(table: str, columns: str, rows: Sequence[Row]) -> None:
    """Insert rows; a row that exists already raises."""
    if rows:
        with connection.cursor() as cursor:
            _insert(cursor, table, columns, rows)


class Lane:
    """Inserts in the background, in order, inside the caller's transaction, while the next rows are being made.

    Between `insert` and `wait` the caller leaves the connection alone. Leaving the block waits. Meanwhile Python's
    threads take shorter turns, so that what the server and the key process answer does not lie for milliseconds.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk")
        self._running: list[Future[None]] = []

    def __enter__(self) -> Self:
        sys.setswitchinterval(_SHORT_TURN)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.wait()
        except DatabaseError:
            if kind is None:
                raise
        finally:
            sys.setswitchinterval(_USUAL_TURN)
            self._pool.shutdown()

    def insert(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        """Insert rows soon."""
        if rows:
            self._running.append(self._pool.submit(_insert_apart, connection.connection, table, columns, rows))

    def wait(self) -> None:
        """Return when everything is inserted. Raises what the first failing insert raised."""
        running, self._running = self._running, []
        with connection.wrap_database_errors:
            for one in running:
                one.result()


def _insert_apart(raw: Any, table: str, columns: str, rows: Sequence[Row]) -> None:  # Any: the driver's connection
    with raw.cursor() as cursor:
        _insert(cursor, table, columns, rows)


def _insert(cursor: Any, table: str, columns: str, rows: Sequence[Row]) -> None:  # Any: Django's cursor or the driver's
    twin = _stage(cursor, table, columns, rows)
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {twin}")  # noqa: S608


def _stage(cursor: Any, table: str, columns: str, rows: Sequence[Row]) -> str:  # Any: as above
    twin = f"new_{table}"
    width = number2(columns.count(",") + 1)
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {twin} (LIKE {table}) ON COMMIT DELETE ROWS; TRUNCATE {twin}")
    with cursor.copy(f"COPY {twin} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_SIGNATURE)
        for start in range(0, len(rows), _AT_A_TIME):
            copy.write(width + width.join(rows[start : start + _AT_A_TIME]))
        copy.write(_END)
    return twin
