"""What lies in the tables: ciphertext only, under strong suites."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from fengni.apps.common.tenancy import EXEMPT_TABLES
from fengni.apps.measures.evidence.reading import rows
from fengni.core.measuring import Ended, missing
from fengni.core.pii.scanner import scan_text
from fengni.core.vault.suites import Suite

_SAMPLE: Final = 200  # rows of each table
_PAGES: Final = 100  # of a large table
_ENOUGH: Final = 50
_SEALED: Final = frozenset(
    {
        ("vault_record", "envelope"),
        ("vault_record", "display"),
        ("vault_record_history", "envelope"),
        ("acts_reason", "sealed"),
    }
)
_STATED: Final = frozenset({("disposals_certificate", "statement")})  # leaves the house as it is: codes and counts
_FORMATS: Final = frozenset({1, 2, 3})
_SUITES: Final = frozenset(int(one) for one in Suite)
_SHORTEST_SEALED: Final = 32
_NUMBERS: Final = frozenset({"CN_ID_CARD", "CN_MOBILE", "BANK_CARD", "CN_USCC"})  # random bytes look like none of them
_NAMES: Final = _NUMBERS | {"CN_LANDLINE", "EMAIL", "PASSPORT", "HK_MACAU_PERMIT"}
_WITHOUT_PERSONS: Final = ("accounts_member", "ledger_tile")  # colleagues by name; nothing but hashes


def rows_are_ciphertext(at: datetime) -> Ended:
    """A random sample of every table of the tenant holds no readable sealed column and no number of a person."""
    sampled, hits, sealed, places = 0, 0, 0, set()
    for table, columns in _columns().items():
        for row in _sample(table, columns):
            wrong = {column for (column, _), value in zip(columns, row, strict=True) if _is_plain(table, column, value)}
            sampled, hits = sampled + 1, hits + len(wrong)
            sealed += table == "vault_record"
            places |= {f"{table}.{column}" for column in wrong}
    params: dict[str, int | str] = {"sampled": sampled, "hits": hits}
    if hits:
        return Ended("rows_are_ciphertext", "failed", at, params | {"places": ", ".join(sorted(places))})
    return Ended("rows_are_ciphertext", "passed", at, params) if sealed else missing("rows_are_ciphertext", **params)


def _sample(table: str, columns: Sequence[tuple[str, str]]) -> list[Any]:
    """Random rows of the tenant: out of random pages, or of all its rows where few of those pages are its own."""
    quoted = connection.ops.quote_name(table)
    names = ", ".join(_begin(connection.ops.quote_name(column), kind) for column, kind in columns)
    [(pages,)] = rows("SELECT pg_relation_size(to_regclass(%s)) / 8192", quoted)
    shares = [f"TABLESAMPLE SYSTEM ({100 * _PAGES / pages:.6f})"] if pages > _PAGES else []
    found: list[Any] = []
    for share in (*shares, ""):
        found = rows(
            f"SELECT {names} FROM {quoted} WHERE ctid = ANY(ARRAY("  # noqa: S608  # names are the catalogue's
            f"SELECT ctid FROM {quoted} {share} ORDER BY random() LIMIT {_SAMPLE}))"
        )
        if len(found) >= _ENOUGH:
            break
    return found


def _begin(column: str, kind: str) -> str:
    """The first 16 KiB of a value; what is longer lists ids and digests of many records."""
    return column if kind == "jsonb" else f"substring({column} FROM 1 FOR 16384)"


def _columns() -> dict[str, list[tuple[str, str]]]:
    """Columns that could hold text, by table of this tenant."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows(
        "SELECT table_name, c.column_name, c.data_type"
        " FROM information_schema.columns c JOIN information_schema.columns t USING (table_schema, table_name)"
        " WHERE table_schema = current_schema() AND t.column_name = 'tenant_id'"
        " AND c.data_type IN ('bytea', 'text', 'character varying', 'jsonb')"
        " ORDER BY 1, 2"
    ):
        if table not in EXEMPT_TABLES and table not in _WITHOUT_PERSONS:
            found.setdefault(table, []).append((column, kind))
    return found


def _is_plain(table: str, column: str, value: Any) -> bool:  # Any: a column of any type
    """Whether a stored value can be read by somebody without keys."""
    if value is None or len(value) == 0:
        return False
    if isinstance(value, str | dict | list):
        return _found(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), _NAMES)
    data = bytes(value)
    if (table, column) in _SEALED:
        is_sealed = len(data) >= _SHORTEST_SEALED and data[0] in _FORMATS and data[1] in _SUITES
        if not is_sealed or _readable(data[4:]):
            return True
    elif (
        not table.startswith("ledger_")
        and (table, column) not in _STATED
        and len(data) >= _SHORTEST_SEALED
        and _readable(data)
    ):
        return True
    return _found(data.decode("utf-8", "replace"), _NAMES if _readable(data) else _NUMBERS)


def _readable(data: bytes) -> bool:
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _found(text: str, types: frozenset[str]) -> bool:
    return any(finding.type in types for finding in scan_text(text))


def suites_strong(at: datetime) -> Ended:
    """Every living unit and every envelope is of a suite that is not weak."""
    units = rows("SELECT suite, count(*) FROM vault_unit WHERE state = 'live' GROUP BY suite")
    envelopes = rows("SELECT get_byte(envelope, 1), count(*) FROM vault_record WHERE length(envelope) > 1 GROUP BY 1")
    weak = sum(count for suite, count in (*units, *envelopes) if suite not in _SUITES)
    params = {"weak": weak, "units": sum(count for _, count in units)}
    if weak:
        return Ended("suites_strong", "failed", at, params)
    return Ended("suites_strong", "passed", at, params) if units else missing("suites_strong")
