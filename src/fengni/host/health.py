"""Whether an installation is well: a list of checks, each with a finding and, where something is wrong, its remedy.

Rules: a check looks and changes nothing, takes a few seconds at most, and never says more than it saw: what could not
be looked at is `unknown`, not `ok`. Findings are codes `doctor.<check>.<status>` of the text catalogue, remedies
`doctor.<check>.fix`.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal
from urllib.request import urlopen
from uuid import UUID

import psycopg

from fengni.core.errors import FengniError, KeysUnavailable
from fengni.core.vault.custody.answers import State
from fengni.host import installation, state, supervisor
from fengni.keys import roots

Status = Literal["ok", "warning", "problem", "unknown"]
_LITTLE_SPACE: Final = 2 * 2**30
_NO_SPACE: Final = 300 * 2**20
_FONT_PATTERNS: Final = ("*CJK*", "*SourceHan*", "wqy*", "*NotoSansSC*")
_BACKUP_AGE: Final = timedelta(days=2)
_TEST_AGE: Final = timedelta(days=30)
_JOURNAL_LATE: Final = timedelta(minutes=10)
_CLOCK_UNSET: Final = 5  # TIME_ERROR of adjtimex(2)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw."""

    check: str
    status: Status
    params: dict[str, str | int] = field(default_factory=dict)
    because: FengniError | None = None  # whose text says more, and what to do


def examine() -> Iterator[Finding]:
    """Every check in turn; one that fails itself is reported as unknown."""
    for check in _CHECKS:
        name = check.__name__.removeprefix("_").replace("_", "-")
        because = None
        try:
            status, params = check()
        except _Because as one:
            status, params, because = one.status, one.params, one.error
        except (FengniError, psycopg.Error, OSError):
            status, params = "unknown", {}
        yield Finding(name, status, params, because)


_Seen = tuple[Status, dict[str, str | int]]


class _Because(Exception):
    """A finding with a reason that has a text of its own."""

    def __init__(self, status: Status, error: FengniError, **params: str | int) -> None:
        super().__init__(error.code)
        self.status, self.error, self.params = status, error, params


def _python() -> _Seen:
    found = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return ("ok" if sys.version_info >= (3, 11) else "problem"), {"found": found}


def _installation() -> _Seen:
    known = state.found()
    folder = state.directory()
    if folder.stat().st_mode & 0o077 or (folder / "instance.json").stat().st_mode & 0o077:
        return "problem", {"path": str(folder)}
    return {"real": ("ok", {}), "demo": ("warning", {}), "new": ("unknown", {})}[known.kind]  # type: ignore[return-value]


def _disk() -> _Seen:
    free = min(shutil.disk_usage(p).free for p in (state.directory(), state.database_home()) if p.exists())
    status: Status = "problem" if free < _NO_SPACE else "warning" if free < _LITTLE_SPACE else "ok"
    return status, {"free": free // 2**20}


def _shared_memory() -> _Seen:
    usable = os.access("/dev/shm", os.W_OK)  # noqa: S108  # the kernel's place, not a file of ours
    return ("ok" if usable else "warning"), {}


def _clock() -> _Seen:
    buffer = ctypes.create_string_buffer(512)  # struct timex, all zero: read only
    answer = ctypes.CDLL(None).adjtimex(buffer)
    return ("ok" if 0 <= answer < _CLOCK_UNSET else "warning"), {}


def _fonts() -> _Seen:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    found = any(next(folder.rglob(pattern), None) for folder in folders for pattern in _FONT_PATTERNS)
    return ("ok" if found else "warning"), {}


def _database() -> _Seen:
    with _connect("app") as connection:
        version = connection.info.server_version // 10_000
    return ("ok" if version >= 15 else "problem"), {"version": version}


def _schema() -> _Seen:
    return ("ok" if state.found().migrated == installation.migration_fingerprint() else "problem"), {}


def _roles() -> _Seen:
    """The application, the sealer and the owner must stand under row-level security."""
    with _connect("app") as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls OR rolcreaterole) "
            "AND rolname IN ('fengni_app', 'fengni_sealer', 'fengni_owner')"
        ).fetchall()
        owns = connection.execute(
            "SELECT count(*) FROM pg_class "
            "WHERE relowner = 'fengni_app'::regrole AND relnamespace = 'public'::regnamespace"
        ).fetchone()
    strong = [str(name) for (name,) in rows] + (["fengni_app"] if owns and owns[0] else [])
    return ("problem" if strong else "ok"), {"roles": ", ".join(strong)}


def _row_security() -> _Seen:
    """Every table but the listed few has row-level security, forced."""
    from fengni.apps.common.tenancy import EXEMPT_TABLES

    with _connect("app") as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
            "AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname"
        ).fetchall()
    bare = [str(name) for (name,) in rows if name not in EXEMPT_TABLES]
    return ("problem" if bare else "ok"), {"tables": ", ".join(bare)}


def _custodian() -> _Seen:
    """Who keeps the key that the root is under, and whether it would answer if the box started now."""
    sealed = roots.read(state.root_file())
    try:
        sealed.probe()
    except FengniError as error:
        raise _Because("problem", error, custodian=sealed.custodian) from None
    return "ok", {"custodian": sealed.custodian}


def _keys() -> _Seen:
    locked = why_locked()
    if locked is not None:
        raise _Because("problem", locked)
    return "ok", {}


def why_locked() -> FengniError | None:
    """Why the key process is locked, or None when it is not. Raises KeysUnavailable when it does not answer."""
    from fengni.apps.common.custodian import Custodian

    asking = Custodian(state.keys_socket())
    try:
        if asking.status().locked:
            asking.last_signed(UUID(int=0))  # any request is refused with the reason
    except KeysUnavailable as error:
        if error.code == "keys.not-answering":
            raise
        return error
    finally:
        asking.forget_connections()
    return None


def _keys_memory() -> _Seen:
    return ("ok" if _state_of_keys().locked_memory else "warning"), {}


def _keys_budget() -> _Seen:
    """Whether the key process held keys back since it started, and how many acts took very many."""
    seen = _state_of_keys()
    return ("warning" if seen.withheld else "ok"), {"withheld": seen.withheld, "mass": seen.mass}


def _state_of_keys() -> State:
    from fengni.apps.common.custodian import Custodian

    asking = Custodian(state.keys_socket())
    try:
        return asking.status()
    finally:
        asking.forget_connections()


def _ledger() -> _Seen:
    """How long the oldest entry has been waiting for the sealer."""
    with _connect("sealer") as connection:
        row = connection.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::int "
            "FROM ledger_inbox"
        ).fetchone()
    waiting, seconds = (int(str(v)) for v in row) if row else (0, 0)
    return ("problem" if seconds >= 60 else "warning" if seconds >= 10 else "ok"), {
        "waiting": waiting,
        "seconds": seconds,
    }


def _worker() -> _Seen:
    with _connect("app") as connection:
        row = connection.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"
        ).fetchone()
    return ("ok" if row and row[0] else "problem"), {}


def _web() -> _Seen:
    address = supervisor.running_address(state.directory())
    if address is None:
        return "problem", {"address": "—"}
    with urlopen(f"{address}static/mark.svg", timeout=3) as answer:  # noqa: S310  # http, our own address
        return ("ok" if answer.status == 200 else "problem"), {"address": address}


def _backups() -> _Seen:
    """Backups are made, increments as often as decided, one was restored to see whether it would do, and they end."""
    with _connect("app") as connection:
        row = connection.execute(
            "SELECT max(coalesce(reaches_at, begun_at)) FILTER (WHERE finished_at IS NOT NULL AND gone_at IS NULL), "
            "max(tested_at), max(failed_at), clock_timestamp(), "
            "max(coalesce(reaches_at, begun_at)) FILTER (WHERE kind = 'base' AND finished_at IS NOT NULL) "
            "FROM disposals_backup_run"
        ).fetchone()
        decided = connection.execute(
            "SELECT keep_days, journal_minutes FROM disposals_backup_policy ORDER BY decided_at DESC, id DESC LIMIT 1"
        ).fetchone()
    last, tested, red, now, reached = row or (None, None, None, None, None)
    fresh = bool(last and tested and now) and now - last < _BACKUP_AGE and now - tested < _TEST_AGE
    minutes = decided[1] if decided else None
    late = minutes is not None and (reached is None or now - reached > _JOURNAL_LATE + timedelta(minutes=2 * minutes))
    broken = red is not None and (tested is None or tested < red)
    return ("problem" if broken else "ok" if fresh and decided and not late else "warning"), {
        "last": f"{last:%Y-%m-%d}" if last else "—",
        "tested": f"{tested:%Y-%m-%d}" if tested else "—",
        "red": f"{red:%Y-%m-%d}" if red else "—",
        "days": decided[0] if decided and decided[0] is not None else "—",
    }


def _connect(role: state.Role) -> psycopg.Connection[tuple[Any, ...]]:  # Any: columns of raw rows
    return psycopg.connect(state.database_url(role), autocommit=True, connect_timeout=3)


_CHECKS: Final[tuple[Callable[[], _Seen], ...]] = (
    _python,
    _installation,
    _disk,
    _shared_memory,
    _clock,
    _fonts,
    _database,
    _schema,
    _roles,
    _row_security,
    _custodian,
    _keys,
    _keys_memory,
    _keys_budget,
    _ledger,
    _worker,
    _web,
    _backups,
)
