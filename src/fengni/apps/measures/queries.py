"""The measures with their status, computed now from evidence: stored rows, the ledger, members, the catalogue.

`_TESTS` holds the functions, each named like its test in definitions/measures.yml. A test reads what the product itself
left behind and ends passed, failed or missing; it never reads a status anybody typed. A test without a function is
missing, and its sentence says what is not there yet. The tables are read as somebody with a copy of the database would
read them: raw bytes, no keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from fengni.apps.accounts.queries import MemberRow, members
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.common.tenancy import EXEMPT_TABLES
from fengni.apps.disposals.horizon import last_tested
from fengni.apps.parties.queries import totals
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.measuring import Ended, Status, missing, status
from fengni.core.pii.scanner import scan_text
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.suites import Suite
from fengni.definitions import has_text, load

TIER: Final = 100_000  # persons held; above it more duties begin
OFFICERS: Final = ("owner", "dpo", "security")
SEALED_WITHIN: Final = timedelta(seconds=60)
VERIFY: Final = "measures:ledger:verify"
_SAMPLE: Final = 200  # rows of each table
_PAGES: Final = 100  # of a large table
_ENOUGH: Final = 50
_ENTRIES: Final = 50_000  # newest ones looked at
_SEALED: Final = frozenset(
    {
        ("vault_record", "envelope"),
        ("vault_record", "display"),
        ("vault_record_history", "envelope"),
        ("acts_reason", "sealed"),
    }
)
_FORMATS: Final = frozenset({1, 2})
_SUITES: Final = frozenset(int(one) for one in Suite)
_SHORTEST_SEALED: Final = 32
_NUMBERS: Final = frozenset({"CN_ID_CARD", "CN_MOBILE", "BANK_CARD", "CN_USCC"})  # random bytes look like none of them
_NAMES: Final = _NUMBERS | {"CN_LANDLINE", "EMAIL", "PASSPORT", "HK_MACAU_PERMIT"}
_NOT_CLEAR: Final = b'"clear":0,'
_WITHOUT_PERSONS: Final = ("accounts_member", "ledger_tile")  # colleagues by name; nothing but hashes


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One test of a measure: how it ended, when its evidence is from, and that in a sentence."""

    test: str
    title: str
    outcome: str
    at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure. `failing` are those of its tests that failed."""

    id: str
    title: str
    status: Status
    status_text: str
    figure: str
    window_days: int
    evidence: tuple[EvidenceRow, ...]
    failing: tuple[EvidenceRow, ...]


@query
def measures(*, actor: Actor, at: datetime) -> list[MeasureRow]:
    """All measures in the order of their definition. Raises Denied for an actor without a role."""
    if not actor.roles:
        raise Denied("access.role")
    rows = load("measures")
    wanted = {test for row in rows.values() for test in row["tests"]}
    ended = {test: _TESTS[test](at) if test in _TESTS else missing(test) for test in sorted(wanted)}
    return [_measure(name, row, [ended[test] for test in row["tests"]], ended, at) for name, row in rows.items()]


@query
def measure(*, actor: Actor, at: datetime, measure_id: str) -> MeasureRow:
    """One measure. Raises BadInput ("measures.unknown"), Denied."""
    found = next((row for row in measures(actor=actor, at=at) if row.id == measure_id), None)
    if found is None:
        raise BadInput("measures.unknown")
    return found


def _measure(
    name: str, row: Mapping[str, Any], tests: Sequence[Ended], ended: Mapping[str, Ended], at: datetime
) -> MeasureRow:
    shown = tuple([_test_row(test) for test in tests])
    found = status(tests, window_days=row["window_days"], at=at)
    return MeasureRow(
        id=name,
        title=said(f"measure.{name}"),
        status=found,
        status_text=said(f"measure-status.{found}"),
        figure=_figure(row["figure"], ended),
        window_days=row["window_days"],
        evidence=shown,
        failing=tuple([one for one in shown if one.outcome == "failed"]),
    )


def _test_row(test: Ended) -> EvidenceRow:
    sentence = said(f"measure-found.{test.test}.{test.outcome}", **test.params)
    return EvidenceRow(test.test, said(f"measure-test.{test.test}"), test.outcome, test.at, sentence)


def _figure(name: str, ended: Mapping[str, Ended]) -> str:
    params: dict[str, int | str] = {}
    for test in _FIGURES.get(name, ()):
        params |= ended[test].params
    return said(f"measure-figure.{name}", **params)


# ---- M01


def catalogue_covers_fields(at: datetime) -> Ended:
    """What is stored is of classes the catalogue knows, and each of its kinds has grade, basis and retention."""
    name = "catalogue_covers_fields"
    known = {(one.subject, one.record_class) for one in ELEMENTS.values()}
    stored = {tuple(row) for row in _rows("SELECT DISTINCT subject_kind, record_class FROM vault_record")}
    described = [
        one
        for one in ELEMENTS.values()
        if has_text(f"field.{one.kind}") and has_text(f"basis.{one.basis}") and has_text(f"retention.{one.retention}")
    ]
    params = {"covered": len(described), "kinds": len(ELEMENTS)}
    if stored - known or len(described) < len(ELEMENTS):
        return Ended(name, "failed", at, params | {"unknown": len(stored - known)})
    return Ended(name, "passed", at, params) if stored else missing(name, **params)


def officers_in_office(at: datetime) -> Ended:
    """Owner, protection officer and security operator are active members."""
    held = {role for one in members() if one.active for role in one.roles}
    vacant = [role for role in OFFICERS if role not in held]
    if vacant:
        return Ended("officers_in_office", "failed", at, {"roles": ", ".join(said(f"role.{role}") for role in vacant)})
    return Ended("officers_in_office", "passed", at)


def head_count_below_tier(at: datetime) -> Ended:
    """Persons held, against the first threshold."""
    persons = totals().get("persons", 0)
    return _decided(
        "head_count_below_tier", persons < TIER, at, {"persons": persons, "distance": max(0, TIER - persons)}
    )


# ---- M02, A3


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
    [(pages,)] = _rows("SELECT pg_relation_size(to_regclass(%s)) / 8192", quoted)
    shares = [f"TABLESAMPLE SYSTEM ({100 * _PAGES / pages:.6f})"] if pages > _PAGES else []
    rows: list[Any] = []
    for share in (*shares, ""):
        rows = _rows(
            f"SELECT {names} FROM {quoted} WHERE ctid = ANY(ARRAY("  # noqa: S608  # names are the catalogue's
            f"SELECT ctid FROM {quoted} {share} ORDER BY random() LIMIT {_SAMPLE}))"
        )
        if len(rows) >= _ENOUGH:
            break
    return rows


def _begin(column: str, kind: str) -> str:
    """The first 16 KiB of a value; what is longer lists ids and digests of many records."""
    return column if kind == "jsonb" else f"substring({column} FROM 1 FOR 16384)"


def _columns() -> dict[str, list[tuple[str, str]]]:
    """Columns that could hold text, by table of this tenant."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in _rows(
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
    elif not table.startswith("ledger_") and len(data) >= _SHORTEST_SEALED and _readable(data):
        return True
    return _found(data.decode("utf-8", "replace"), _NAMES if _readable(data) else _NUMBERS)


def _readable(data: bytes) -> bool:
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _found(text: str, types: frozenset[str]) -> bool:
    return any(finding.type in types for finding in scan_text(text))


def clear_views_carry_purpose(at: datetime) -> Ended:
    """Every entry of the last 30 days by which clear values left says what for."""
    name, since = "clear_views_carry_purpose", at - timedelta(days=load("measures")["M02"]["window_days"])
    views, without = 0, 0
    for body in _bodies(_NOT_CLEAR):
        try:
            told = json.loads(body)
            seen, purpose = told["clear"] > 0 and told["outcome"] == "done", told["purpose"]
            if datetime.fromisoformat(told["at"]) < since:
                continue
        except (ValueError, TypeError, KeyError):
            seen, purpose = True, None  # an entry that cannot be read excuses nobody
        views, without = views + seen, without + (seen and not purpose)
    params = {"views": views, "without": without}
    if without:
        return Ended(name, "failed", at, params)
    return Ended(name, "passed", at, params) if views else missing(name)


# ---- M04


def restore_tested(at: datetime) -> Ended:
    """A backup of the installation was restored, and everything that was looked at held. The last test counts."""
    last = last_tested(at)
    if last is None:
        return missing("restore_tested")
    if last.code:
        return Ended("restore_tested", "failed", last.at, {"cause": said(last.code, **last.params)})
    return Ended("restore_tested", "passed", last.at)


def ledger_verified(at: datetime) -> Ended:
    """The last full verification found nothing, and no sequence is missing now."""
    name, figures = "ledger_verified", _ledger()
    if figures["gap"]:
        return Ended(name, "failed", at, figures)
    for body in _bodies(None, act=VERIFY):
        try:
            told = json.loads(body)
            done, holds = told["outcome"] == "done", told["facts"].get("finding") == "none"
            when = datetime.fromisoformat(told["at"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return Ended(name, "failed", at, figures)  # somebody wrote into the record of verifications
        if done:
            return _decided(name, holds, when, figures)
    return missing(name, **figures)


def ledger_sealed_in_time(at: datetime) -> Ended:
    """No entry has waited longer than a minute to get its place."""
    [(oldest,)] = _rows("SELECT min(created_at) FROM ledger_inbox")
    figures = _ledger()
    if oldest is not None and oldest < at - SEALED_WITHIN:
        return Ended("ledger_sealed_in_time", "failed", at, figures)
    return (
        Ended("ledger_sealed_in_time", "passed", at, figures)
        if figures["entries"]
        else missing("ledger_sealed_in_time")
    )


def _ledger() -> dict[str, int | str]:
    [(entries, last, head, waiting)] = _rows(
        "SELECT count(*), max(sequence), (SELECT max(size) FROM ledger_checkpoint), (SELECT count(*) FROM ledger_inbox)"
        " FROM ledger_entry"
    )
    gap = entries != (-1 if last is None else last) + 1 or (head or 0) != entries
    return {"entries": entries, "waiting": waiting, "gap": int(gap)}


def _bodies(without: bytes | None, *, act: str | None = None) -> list[bytes]:
    """Bodies of entries, waiting ones first, then the newest sealed ones."""
    clause, params = "true", []
    if without is not None:
        clause, params = "position(%s::bytea IN body) = 0", [without]
    waiting = _rows(f"SELECT body FROM ledger_inbox WHERE {clause} ORDER BY id DESC", *params)  # noqa: S608
    narrowed = [] if act is None else [act]
    sealed = _rows(
        "SELECT body FROM (SELECT body, act, sequence FROM ledger_entry ORDER BY sequence DESC LIMIT %s) newest"  # noqa: S608
        f" WHERE {clause}{' AND act = %s' if narrowed else ''} ORDER BY sequence DESC",
        _ENTRIES,
        *params,
        *narrowed,
    )
    bodies = [bytes(row[0]) for row in (*waiting, *sealed)]
    return bodies if act is None else [body for body in bodies if f'"act":"{act}"'.encode() in body]


# ---- M05


def suites_strong(at: datetime) -> Ended:
    """Every living unit and every envelope is of a suite that is not weak."""
    units = _rows("SELECT suite, count(*) FROM vault_unit WHERE state = 'live' GROUP BY suite")
    envelopes = _rows("SELECT get_byte(envelope, 1), count(*) FROM vault_record WHERE length(envelope) > 1 GROUP BY 1")
    weak = sum(count for suite, count in (*units, *envelopes) if suite not in _SUITES)
    params = {"weak": weak, "units": sum(count for _, count in units)}
    if weak:
        return Ended("suites_strong", "failed", at, params)
    return Ended("suites_strong", "passed", at, params) if units else missing("suites_strong")


def factors_everywhere(at: datetime) -> Ended:
    """Every active member who signs in has TOTP or a passkey."""
    people: list[MemberRow] = [one for one in members() if one.active and one.signs_in]
    with_factor = sum(one.factors > 0 for one in people)
    figures = {"with_factor": with_factor, "members": len(people)}
    return _decided("factors_everywhere", with_factor == len(people), at, figures)


def _decided(name: str, holds: bool, at: datetime, params: Mapping[str, int | str]) -> Ended:
    return Ended(name, "passed" if holds else "failed", at, params)


def _rows(statement: str, *params: str | int | bytes) -> list[Any]:  # Any: rows of a raw cursor
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


_TESTS: Final[Mapping[str, Callable[[datetime], Ended]]] = {
    test.__name__: test
    for test in (
        catalogue_covers_fields,
        officers_in_office,
        head_count_below_tier,
        rows_are_ciphertext,
        clear_views_carry_purpose,
        restore_tested,
        ledger_verified,
        ledger_sealed_in_time,
        suites_strong,
        factors_everywhere,
    )
}
_FIGURES: Final = {
    "catalogue": ("catalogue_covers_fields", "head_count_below_tier"),
    "plaintext_hits": ("rows_are_ciphertext",),
    "ledger": ("ledger_sealed_in_time", "ledger_verified"),
    "factors": ("factors_everywhere",),
}
