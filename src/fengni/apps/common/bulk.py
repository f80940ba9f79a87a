"""Many rows at once: COPY in PostgreSQL's binary form into a temporary table, then one statement into the real one.

Rules: COPY FROM is refused on tables under row-level security, so every row passes through a temporary table and the
policy checks it on INSERT. The temporary table lives as long as the connection and is empty outside `staged`.
Values are given in binary form already: `bytes` for uuid, bytea and text alike, `number2`/`number4` for integers,
`instant` for times, `jsonb` for JSON, None for NULL. A wrong length is refused by the server, never guessed.

>>> number2(4), number4(1)
(b'\\x00\\x04', b'\\x00\\x00\\x00\\x01')
>>> jsonb(["handler"])
b'\\x01["handler"]'
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection

Row = tuple[bytes | None, ...]

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_LENGTHS = [number.to_bytes(4, "big") for number in range(2048)]
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AT_A_TIME = 2_000


def number2(value: int) -> bytes:
    """A smallint."""
    return value.to_bytes(2, "big", signed=True)


def number4(value: int) -> bytes:
    """An integer."""
    return value.to_bytes(4, "big", signed=True)


def instant(value: datetime) -> bytes:
    """A timestamptz."""
    return ((value - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)


def jsonb(value: object) -> bytes:
    """A jsonb value."""
    return b"\x01" + json.dumps(value, ensure_ascii=False).encode()


def staged(table: str, columns: str, rows: Sequence[Row]) -> str:
    """Copy rows into the temporary twin of `table` and return its name. The statement that reads it comes next."""
    twin = f"new_{table}"
    width = number2(columns.count(",") + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {twin} (LIKE {table}) ON COMMIT DELETE ROWS; TRUNCATE {twin}"
        )
        with cursor.copy(f"COPY {twin} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_SIGNATURE)
            for start in range(0, len(rows), _AT_A_TIME):
                copy.write(_packed(rows[start : start + _AT_A_TIME], width))
            copy.write(_END)
    return twin


def insert(table: str, columns: str, rows: Sequence[Row]) -> None:
    """Insert rows; a row that exists already raises."""
    if rows:
        twin = staged(table, columns, rows)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {twin}")  # noqa: S608


def _packed(rows: Iterable[Row], width: bytes) -> bytes:
    lengths, parts = _LENGTHS, []
    for row in rows:
        parts.append(width)
        for value in row:
            if value is None:
                parts.append(_NULL)
            else:
                size = len(value)
                parts.append(lengths[size] if size < 2048 else size.to_bytes(4, "big"))
                parts.append(value)
    return b"".join(parts)
