"""How tests read what the product left behind: rows and entries as somebody with a copy of the database reads them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from fengni.core.measuring import Ended, Mark

_ENTRIES: Final = 50_000  # newest ones looked at
NOT_CLEAR: Final = b'"clear":0,'
MARKS: Final = 5


def rows(statement: str, *params: Any) -> list[Any]:  # Any: rows of a raw cursor
    """Rows of a statement, in the tenant of the running query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def as_json(value: Any) -> Any:  # Any: a raw cursor gives jsonb as text
    """A column of JSON as values."""
    return json.loads(value) if isinstance(value, str) else value


def bodies(without: bytes | None, *, act: str | None = None) -> list[bytes]:
    """Bodies of entries, waiting ones first, then the newest sealed ones."""
    clause, params = "true", []
    if without is not None:
        clause, params = "position(%s::bytea IN body) = 0", [without]
    waiting = rows(f"SELECT body FROM ledger_inbox WHERE {clause} ORDER BY id DESC", *params)  # noqa: S608
    narrowed = [] if act is None else [act]
    sealed = rows(
        "SELECT body FROM (SELECT body, act, sequence FROM ledger_entry ORDER BY sequence DESC LIMIT %s) newest"  # noqa: S608
        f" WHERE {clause}{' AND act = %s' if narrowed else ''} ORDER BY sequence DESC",
        _ENTRIES,
        *params,
        *narrowed,
    )
    bodies = [bytes(row[0]) for row in (*waiting, *sealed)]
    return bodies if act is None else [body for body in bodies if f'"act":"{act}"'.encode() in body]


def entries(act: str) -> Iterator[tuple[datetime, Mapping[str, Any]] | None]:
    """(when, facts) of an act that was done, newest first; None for an entry that cannot be read: it excuses nobody."""
    for body in bodies(None, act=act):
        try:
            told = json.loads(body)
            done, facts, when = told["outcome"] == "done", dict(told["facts"]), datetime.fromisoformat(told["at"])
        except (ValueError, TypeError, KeyError):
            yield None
            continue
        if done:
            yield when, facts


def recorded(entry_ids: Collection[UUID], *acts: str, containing: bytes = b"") -> set[UUID]:
    """Which of these entries stand in the ledger, sealed or waiting, as one of these acts that was done, with these
    bytes in it."""
    if not entry_ids:
        return set()
    found = rows(
        "SELECT id, body FROM ledger_entry WHERE id = ANY(%s) UNION ALL"
        " SELECT entry_id, body FROM ledger_inbox WHERE entry_id = ANY(%s)",
        list(entry_ids),
        list(entry_ids),
    )
    wanted = [f'"act":"{act}"'.encode() for act in acts]
    needed = (b'"outcome":"done"', containing)
    bodies = [(one, bytes(body)) for one, body in found]
    return {one for one, body in bodies if all(part in body for part in needed) and any(act in body for act in wanted)}


def decided(
    name: str, holds: bool, at: datetime, params: Mapping[str, int | str], marks: Collection[Mark] = ()
) -> Ended:
    """Passed or failed. `marks` are shown where it failed."""
    return Ended(name, "passed" if holds else "failed", at, params, marks=() if holds else tuple(marks)[:MARKS])
