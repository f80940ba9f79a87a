"""Making a base and its increments, while the installation runs.

    base        manifest | instance | keys/… (heads) | cluster | ended | keys/… (counters, tombstones)
    increment   manifest | keys/… (heads) | wal/… | keys/…@n (what was added to counters and tombstones)

Rules: the journal is held back from before the base on, and let go only when the file that carries it has its name. So
a run killed anywhere loses nothing: before the name, the next run makes the file; between the name and what
`journal.json` says, it makes the same number again, with the same beginning and more behind it, in the place of the
first; after that, the slot is late and holds a little longer. Heads are read before the segment ends and key logs after
it, as for a dump. A base takes increments for `horizon.CHAIN`, then a new one begins.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

import psycopg

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.vault import archive
from fengni.host import backup, backup_chain, backup_database, backup_wal, state
from fengni.host.backup import Made, Progress
from fengni.host.backup_wal import Segment
from fengni.keys.roots import sync_folder

_NEEDS_A_BASE: Final = {"backup.no-base", "backup.chain-over", "backup.journal-lost", "backup.increment-gone"}


@dataclass(frozen=True, slots=True)
class Position:
    """What was carried away: the chain, how many increments, the segment that comes next, how much of which log."""

    base: str
    begun_at: str
    path: str
    system: str
    next: str
    previous: str
    number: int = 0
    logs: dict[str, tuple[int, str]] = field(default_factory=dict)


def make_base(folder: Path, *, progress: Progress) -> Made:
    """Begin a chain with a physical copy of the cluster; increments go on from it. Until it is whole, the chain before
    it is the one that goes on.

    Raises HostProblem where the database is not ours, and as `backup.make` does.
    """
    from fengni.apps.common.identifiers import uuid7

    _refuse_foreign()
    folder = backup.prepared(folder)
    with backup.alone(), backup.running():
        backup.remove_old()
        base, at, url = uuid7(), datetime.now(UTC), backup.database_url()
        where, logs = dict[str, Any](), dict[str, tuple[int, str]]()

        def content(writing: archive.Writing, keys: Path) -> None:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                backup_wal.forget_dead_rows(connection)
                backup_wal.end_segment(connection)  # a segment is carried whole: none with those rows in it
                first = backup_wal.hold(connection, base.hex)
                heads = list(backup.key_files(keys, heads=True))
                told = _manifest(connection, "base", base, at, keys.name) | {"next": first.name}
                told |= {"machine": os.uname().machine}
                writing.section("manifest", [json.dumps(told).encode()])
                writing.section("instance", [json.dumps(backup.instance()).encode()])
                for name, blocks in heads:
                    writing.section(name, [blocks])
                writing.section("cluster", backup_wal.copy_cluster(url))
                writing.section("ended", [json.dumps({"at": _now(connection).isoformat()}).encode()])
                where.update(told)
            logs.update(_put_logs(writing, keys, {}))

        made = backup.recorded(folder, "base", base, at, content, progress=progress, status="base")
        before = position()
        if before is not None and Path(before.path).exists():
            with contextlib.suppress(HostProblem):  # up to where the new one begins, so that no instant is in neither
                _carry(before, progress)
        _save(Position(base.hex, at.isoformat(), str(made.path), where["system"], where["next"], str(base), 0, logs))
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            backup_wal.release(connection, but=base.hex)
    return made


def make_increment(*, progress: Progress) -> Made:
    """Carry away what was written since the base or the increment before.

    Raises HostProblem where a base has to be made: there is none to go on from ("backup.no-base"), it took increments
    long enough ("backup.chain-over"), the journal was not kept ("backup.journal-lost"), or an increment was taken away
    ("backup.increment-gone").
    """
    _refuse_foreign()
    with backup.alone(), backup.running():
        here = position()
        if here is None or not Path(here.path).exists():
            raise HostProblem("backup.no-base")
        if is_over(here, datetime.now(UTC)):
            raise HostProblem("backup.chain-over")
        made = _carry(here, progress)
        with psycopg.connect(backup.database_url(), autocommit=True, connect_timeout=5) as connection:
            backup_wal.release(connection, but=here.base)  # of a base that was killed
    return made


def _carry(here: Position, progress: Progress) -> Made:
    """The increment that follows a position, and the position after it."""
    from fengni.apps.common.identifiers import uuid7
    from fengni.apps.disposals import horizon

    part, path = uuid7(), Path(here.path)
    _refuse_gap(here)
    told, logs = dict[str, Any](), dict[str, tuple[int, str]]()
    with psycopg.connect(backup.database_url(), autocommit=True, connect_timeout=5) as connection:
        if backup_wal.system(connection) != here.system or not backup_wal.is_held(connection, here.base):
            raise HostProblem("backup.journal-lost")

        def content(writing: archive.Writing, keys: Path) -> None:
            heads = list(backup.key_files(keys, heads=True))
            told.update(_increment(connection, part, here, keys.name))
            writing.section("manifest", [json.dumps(told).encode()])
            for name, blocks in heads:
                writing.section(name, [blocks])
            segment, last = Segment.named(told["first"]), Segment.named(told["last"])
            while segment <= last:
                writing.section(backup_chain.WAL + segment.name, backup_wal.read_segment(connection, segment))
                segment = segment.after
            logs.update(_put_logs(writing, keys, here.logs))

        named = path.with_name(backup.increment_name(UUID(here.base), here.number + 1))
        made = backup.sealed(named, part, content, progress=progress)
        until = datetime.fromisoformat(told["until"])
        horizon.reached(UUID(here.base), number=told["number"], size=backup_chain.size(path), at=until)
        moved = (told["next"], told["backup"], told["number"], logs)
        _save(Position(here.base, here.begun_at, here.path, here.system, *moved))
        backup_wal.let_go(connection, here.base, Segment.named(told["next"]))
    return made


def _refuse_gap(here: Position) -> None:
    """Nothing can follow where a file of the chain was taken away. Raises HostProblem ("backup.increment-gone")."""
    try:
        there = len(backup_chain.files(Path(here.path))) - 1
    except VerificationFailed:
        there = -1
    if there < here.number:
        raise HostProblem("backup.increment-gone", path=here.path)


def position() -> Position | None:
    """How far the chain is that goes on, or None. Raises HostProblem where nobody can read that."""
    try:
        return Position(**json.loads(_place().read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise HostProblem("host.state-damaged", path=str(_place())) from None


def is_over(here: Position, at: datetime) -> bool:
    """Whether the base took increments long enough."""
    from fengni.apps.disposals import horizon

    return datetime.fromisoformat(here.begun_at) + horizon.CHAIN <= at


def decide(keep_days: int | None, *, none: bool, journal_minutes: int | None) -> None:
    """Record a decision: days that backups are kept, or that none are made; minutes between increments, 0 for making
    none. What is not said stays as it was. Without increments the journal is held back no longer.

    Raises HostProblem ("backup.journal-needs-days") for increments that nobody is to remove, and for a database that
    is not ours.
    """
    from fengni.apps.disposals import horizon

    with backup.running():
        before = horizon.policy()
    days = None if none else keep_days or (before.keep_days if before else None)
    minutes = before.journal_minutes if before and journal_minutes is None else journal_minutes
    minutes = None if none else minutes or None
    if minutes is not None:
        _refuse_foreign()
    if days is None and not none:
        raise HostProblem("backup.journal-needs-days")
    backup.decide(days, journal_minutes=minutes)
    if minutes is None:
        _stop()


def _stop() -> None:
    """Hold the journal back no longer. The chain stays as it is until it was kept long enough."""
    with backup.alone(), backup.running():
        _place().unlink(missing_ok=True)
        if state.own_database():
            with psycopg.connect(backup.database_url(), autocommit=True, connect_timeout=5) as connection:
                backup_wal.release(connection)


def go_on(at: datetime) -> Made | None:
    """What is due by the decision that holds: an increment, a base where there is none to go on from, or nothing.

    Raises as these do.
    """
    from fengni.apps.disposals import horizon

    with backup.running():
        decided = horizon.policy()
        bases = [run for run in horizon.runs(there_only=True) if run.kind == "base"]
    if decided is None or decided.journal_minutes is None:
        return None
    here = position()
    folder = Path(here.path).parent if here else Path(bases[0].folder) if bases else backup.default_folder()
    if here is not None and not is_over(here, at):
        last = next((run.reaches_at or run.begun_at for run in bases if run.id.hex == here.base), None)
        if last is not None and at - last < timedelta(minutes=decided.journal_minutes):
            return None
        try:
            return make_increment(progress=lambda size: None)
        except HostProblem as problem:
            if problem.code not in _NEEDS_A_BASE:
                raise
    return make_base(folder, progress=lambda size: None)


def _manifest(connection: backup_database.Connection, kind: str, file: UUID, at: datetime, root: str) -> dict[str, Any]:
    return {
        "format": backup.FORMAT,
        "kind": kind,
        "backup": str(file),
        "begun_at": at.isoformat(),
        "fengni": metadata.version("fengni"),
        "schema": state.found().migrated,
        "server": connection.info.server_version,
        "system": backup_wal.system(connection),
        "root": root,
        "ledgers": backup_database.signed(connection),
    }


def _increment(connection: backup_database.Connection, part: UUID, here: Position, root: str) -> dict[str, Any]:
    """The manifest of the increment that follows, and with it the end of the running segment."""
    at = _now(connection)
    told = _manifest(connection, "increment", part, at, root)
    last = backup_wal.end_segment(connection)
    if last.timeline != Segment.named(here.next).timeline:
        raise HostProblem("backup.journal-lost")
    return told | {
        "base": str(UUID(here.base)),
        "number": here.number + 1,
        "previous": here.previous,
        "until": at.isoformat(),
        "first": here.next,
        "last": last.name,
        "next": last.after.name,
    }


def _now(connection: backup_database.Connection) -> datetime:
    """The instant by the database's clock, which stamps what is committed."""
    [at] = connection.execute("SELECT clock_timestamp()").fetchone() or [datetime.now(UTC)]
    return cast("datetime", at).astimezone(UTC)


def _put_logs(writing: archive.Writing, keys: Path, before: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """Write what was added to each log since, the whole of one that is another now; how much of each is written."""
    now = {}
    for name, content in backup.key_files(keys, heads=False):
        size, digest = before.get(name, (0, ""))
        at = size if hashlib.sha256(content[:size]).hexdigest() == digest else 0
        if at < len(content) or name not in before:
            writing.section(f"{name}@{at}", [content[at:]])
        now[name] = (len(content), hashlib.sha256(content).hexdigest())
    return now


def _refuse_foreign() -> None:
    if not state.own_database():
        raise HostProblem("backup.journal-of-others")


def _place() -> Path:
    return state.directory() / "journal.json"


def _save(here: Position) -> None:
    """On disk when this returns, whole or as it was."""
    fresh = _place().with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(here), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o600)
    fresh.replace(_place())
    sync_folder(_place().parent)
