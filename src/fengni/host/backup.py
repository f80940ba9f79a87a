"""Backups: one sealed file of everything an installation needs but its root key; kept for a decided time, then gone.

    inside   manifest | instance | keys/… (heads) | database | keys/… (counters, tombstones)

Rules: a file has its name when it is whole; until then it ends in `.part`, which the next run removes. Heads are copied
before the snapshot, counters and tombstones after it, so a restored key process never remembers more than the database
and never counts less. A run is recorded before its snapshot (apps.disposals.horizon). The root key is not inside: the
file, and the recovery sheet or a copy of `root.key` with its passphrase, bring everything back; one alone does not.
Seeds of key epochs are not inside either: an ended epoch must not come back with each file. Their one copy, sealed
under the root, lies beside the files as `fengni-<root>.epochs`; each run puts the newest in its place.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.vault import archive
from fengni.core.vault.suites import Suite
from fengni.host import backup_database, state
from fengni.keys import epochs
from fengni.keys.roots import sync_folder

if TYPE_CHECKING:
    from fengni.apps.disposals.horizon import Policy

DEMO_DAYS: Final = 35
FORMAT: Final = 1
# With milliseconds, so that several of one second have an order; names of earlier versions end at the second.
_NAME: Final = re.compile(r"fengni-\d{8}T\d{6}(\d{3})?Z-([0-9a-f]{8})\.(backup|base)")
_INCREMENT: Final = re.compile(r"fengni-([0-9a-f]{8})-(\d{6})\.increment")
_PART: Final = ".part"
_SEEDS: Final = ".epochs"
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
Progress = Callable[[int], None]
Content = Callable[[archive.Writing, Path], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file. `rows` of a dump."""

    id: UUID
    path: Path
    size: int
    digest: bytes
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One recorded backup. `status` is whole, part, missing or gone; `dies` the day on which it is to go. A base brings
    its `increments`, up to `reaches_at`."""

    id: UUID
    begun_at: datetime
    kind: str
    path: Path
    status: str
    size: int | None
    tested_at: datetime | None
    dies: datetime | None
    increments: int
    reaches_at: datetime | None


def default_folder() -> Path:
    """Where backups go unless somebody says otherwise: beside what they are of, so better say otherwise."""
    return state.directory() / "backups"


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One backup or restore test at a time. Raises HostProblem ("backup.busy")."""
    with (state.directory() / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HostProblem("backup.busy") from None
        yield


def make(folder: Path, *, progress: Progress) -> Made:
    """Make a backup in a folder. The installation runs meanwhile. `progress(bytes)` is called now and then.

    Raises HostProblem (not running, no space, folder not writable, dump failed) and KeysUnavailable.
    """
    from fengni.apps.common.identifiers import uuid7

    folder = prepared(folder)
    with alone(), running():
        remove_old()
        backup, at = uuid7(), datetime.now(UTC)
        rows = 0

        def content(writing: archive.Writing, keys: Path) -> None:
            nonlocal rows
            rows = _write(writing, keys, backup, at)

        made = recorded(folder, "backup", backup, at, content, progress=progress)
    return replace(made, rows=rows)


def recorded(
    folder: Path, kind: str, backup: UUID, at: datetime, content: Content, *, progress: Progress, status: str = "dump"
) -> Made:
    """Make a file that has a row of its own in the records. `kind` ends its name. Hold `alone`, Django loaded."""
    from fengni.apps.disposals import horizon

    name = f"fengni-{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03}Z-{backup.hex[-8:]}.{kind}"
    horizon.begun(backup, folder=str(folder), name=name, at=at, kind=status)
    try:
        made = sealed(folder / name, backup, content, progress=progress)
    except BaseException:
        horizon.gone(backup, at=datetime.now(UTC))
        raise
    horizon.finished(backup, size=made.size, digest=made.digest, at=datetime.now(UTC))
    return made


def sealed(path: Path, backup: UUID, content: Content, *, progress: Progress) -> Made:
    """Write one file: `content(writing, key state folder)` puts its sections into it. It has its name when it is whole.

    The copy of epoch seeds beside it is renewed before that. What goes wrong leaves nothing.
    """
    from fengni.apps.common.custodian import Custodian

    asking = Custodian(state.keys_socket())
    try:
        key = asking.new_backup(backup, _suite())
    finally:
        asking.forget_connections()
    keys = keys_folder(archive.name(io.BytesIO(key.header).read)[0].root)
    making = path.with_name(path.name + _PART)
    making.unlink(missing_ok=True)  # of a run that was killed
    try:
        seeds = epochs.copies(keys / "epochs")
        file = _File(making, progress)
        try:
            writing = archive.Writing(key.secret, key.header, file.write)
            content(writing, keys)
            writing.finish()
            digest = file.close()
        finally:
            file.abandon()
        _copy_seeds(path.parent, keys, before=seeds)
        making.rename(path)
        sync_folder(path.parent)
    except BaseException as problem:
        making.unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.errno in _NO_ROOM:
            raise HostProblem("backup.no-space", path=str(path.parent)) from None
        raise
    return Made(backup, path, file.size, digest)


def remove_old(at: datetime | None = None) -> list[str]:
    """Remove what a killed run left and what was kept long enough; returns the names. Hold `alone`, Django loaded."""
    from fengni.apps.disposals import horizon

    now = at or datetime.now(UTC)
    decided, removed = horizon.policy(), []
    days = decided.keep_days if decided else None
    for run in horizon.runs(there_only=True):
        path = Path(run.folder) / run.name
        if not path.parent.is_dir():
            continue  # a disk that is not there now: nobody knows
        part = path.with_name(run.name + _PART)
        if part.exists():
            part.unlink()
            removed.append(part.name)
        if run.finished_at is None and path.exists():  # killed after its last step
            size, digest = _measured(path)
            horizon.finished(run.id, size=size, digest=digest, at=now)
        if path.exists() and days is not None and run.dies(days) <= now:
            for one in (*reversed(increments_of(path)), path):  # killed between them, a shorter chain is left
                one.unlink()
                sync_folder(path.parent)
                removed.append(one.name)
        if not path.exists():
            horizon.gone(run.id, at=now)
    return removed


def listed() -> list[Listed]:
    """Every backup recorded and not gone, newest first. Django must be loaded."""
    from fengni.apps.disposals import horizon

    with running():
        decided, runs = horizon.policy(), horizon.runs(there_only=True)
    days = decided.keep_days if decided else None
    found = []
    for run in runs:
        path = Path(run.folder) / run.name
        status = "whole" if path.exists() and run.finished_at else "part" if run.finished_at is None else "missing"
        if status == "whole" and len(increments_of(path)) < run.increments:
            status = "missing"
        dies = None if days is None else run.dies(days)
        told = (path, status, run.size, run.tested_at, dies, run.increments, run.reaches_at)
        found.append(Listed(run.id, run.begun_at, run.kind, *told))
    return found


def decide(keep_days: int | None, *, journal_minutes: int | None) -> None:
    """Record how long backups are kept, None for making none, and minutes between increments, None for making none;
    remove what is too old by that."""
    from fengni.apps.disposals import horizon

    with alone(), running():
        horizon.decide(keep_days, journal_minutes=journal_minutes, at=datetime.now(UTC))
        remove_old()


def standing() -> tuple[Policy | None, date | None]:
    """The decision that holds, and the backup horizon of what would be destroyed now."""
    from fengni.apps.disposals import horizon

    with running():
        return horizon.policy(), horizon.horizon(datetime.now(UTC))


def newest() -> Path:
    """The newest whole backup. Raises HostProblem ("backup.none")."""
    found = next((one.path for one in listed() if one.status == "whole"), None)
    if found is None:
        raise HostProblem("backup.none")
    return found


def database_url() -> str:
    """The URL of a role that reads every row. Raises HostProblem ("backup.no-role") where nobody gave one."""
    if not state.own_database() and not os.environ.get("FENGNI_DATABASE_URL_SUPER"):
        raise HostProblem("backup.no-role")
    return state.database_url("super")


class _File:
    """A file that is counted and hashed while it is written."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._progress, self._digest, self.size = progress, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._handle, left) :]
        self._digest.update(data)
        self.size += len(data)
        self._progress(self.size)

    def close(self) -> bytes:
        """Everything on disk; the SHA-256 of it."""
        os.fsync(self._handle)
        self.abandon()
        return self._digest.digest()

    def abandon(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _write(writing: archive.Writing, keys: Path, backup: UUID, at: datetime) -> int:
    """Put a dump's sections into a file; how many rows it holds."""
    url, heads = database_url(), list(key_files(keys, heads=True))
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        manifest = _manifest(connection, backup, at, keys.name)
        writing.section("manifest", [json.dumps(manifest).encode()])
        writing.section("instance", [json.dumps(instance()).encode()])
        for name, content in heads:
            writing.section(name, [content])
        writing.section("database", backup_database.dump(url, snapshot))
    for name, content in key_files(keys, heads=False):
        writing.section(name, [content])
    return sum(manifest["counts"].values())


def _manifest(connection: backup_database.Connection, backup: UUID, at: datetime, root: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "backup": str(backup),
        "begun_at": at.isoformat(),
        "fengni": metadata.version("fengni"),
        "schema": state.found().migrated,
        "server": connection.info.server_version,
        "root": root,
        "counts": backup_database.counts(connection),
        "ledgers": backup_database.heads(connection),
    }


def instance() -> dict[str, Any]:
    """What `instance.json` says, without the passwords: a restored cluster gets its own."""
    known = asdict(state.found())
    del known["passwords"]
    return known | {"demo_loaded": (state.directory() / "demo-loaded").exists()}


def keys_folder(root: str) -> Path:
    """The key state of a root. Raises HostProblem ("backup.no-key-state")."""
    folder = state.keys_directory() / root
    if not folder.is_dir():
        raise HostProblem("backup.no-key-state", path=str(state.keys_directory()))
    return folder


def key_files(folder: Path, *, heads: bool) -> Iterator[tuple[str, bytes]]:
    """Heads, or counters and tombstones, of a key state: names of sections and contents."""
    for path in sorted((folder / "heads").iterdir()) if heads else sorted(folder.glob("*.log")):
        if path.is_file() and path.suffix != ".new":
            yield f"keys/{path.relative_to(folder.parent)}", path.read_bytes()


def seeds_beside(folder: Path, root: str) -> dict[str, bytes]:
    """The copy of epoch seeds in a folder of backups, by the names of their files; empty where there is none.

    Raises VerificationFailed ("backup.damaged") for one that cannot be read.
    """
    path = folder / f"fengni-{root}{_SEEDS}"
    try:
        found = json.loads(path.read_bytes())
        return {str(name): bytes.fromhex(content) for name, content in found.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError):
        raise VerificationFailed("backup.damaged") from None


def _copy_seeds(folder: Path, keys: Path, *, before: dict[str, bytes]) -> None:
    """Put the newest copy in the place of the older one. An epoch that ended while this backup was written is in it
    until the next run: the snapshot may need it."""
    now = epochs.copies(keys / "epochs")
    kept = {name: content for name, content in now.items() if not name.endswith(epochs.ENDED)} | before
    path = folder / f"fengni-{keys.name}{_SEEDS}"
    fresh = path.with_name(path.name + _PART)
    with fresh.open("wb") as file:
        file.write(json.dumps({name: content.hex() for name, content in kept.items()}, sort_keys=True).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o600)
    fresh.replace(path)
    sync_folder(folder)


def _suite() -> Suite:
    """The national suite where every tenant has it."""
    from fengni.apps.accounts.queries import all_tenants

    suites = {home.suite for home in all_tenants()}
    return Suite.SM4_GCM if suites == {int(Suite.SM4_GCM)} else Suite.AES_256_GCM


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Turn a database that does not answer into a sentence."""
    from django.db import OperationalError

    try:
        yield
    except (OperationalError, psycopg.OperationalError):
        raise HostProblem("backup.not-running") from None


def prepared(folder: Path) -> Path:
    """A folder for backups, made where it is not there. Raises HostProblem ("backup.folder-not-writable")."""
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise HostProblem("backup.folder-not-writable", path=str(folder)) from None
    if not os.access(folder, os.W_OK):
        raise HostProblem("backup.folder-not-writable", path=str(folder))
    return folder


def _measured(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").digest()


def named(path: Path) -> archive.Named:
    """What a file says of itself. Raises HostProblem when it cannot be read, VerificationFailed when it is none."""
    try:
        with path.open("rb") as file:
            return archive.name(file.read)[0]
    except OSError:
        raise HostProblem("backup.file-unreadable", path=str(path)) from None


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, to be read. Raises HostProblem ("backup.file-unreadable")."""
    try:
        file = path.open("rb")
    except OSError:
        raise HostProblem("backup.file-unreadable", path=str(path)) from None
    with file:
        yield file


def manifest_of(blocks: Iterable[bytes]) -> dict[str, Any]:
    """The manifest of a backup. Raises VerificationFailed ("backup.newer") for a format that is not ours."""
    found: dict[str, Any] = json.loads(b"".join(blocks))
    if found["format"] != FORMAT:
        raise VerificationFailed("backup.newer")
    return found


def increment_name(base: UUID, number: int) -> str:
    """The name of an increment's file."""
    return f"fengni-{base.hex[-8:]}-{number:06}.increment"


def increments_of(base: Path) -> list[Path]:
    """Files beside a base that are named as its increments, by their numbers; none for a dump."""
    chain = _NAME.fullmatch(base.name)
    found = []
    for path in base.absolute().parent.iterdir() if chain and chain[3] == "base" else ():
        named_so = _INCREMENT.fullmatch(path.name)
        if named_so and chain and named_so[1] == chain[2]:
            found.append(path)
    return sorted(found)


def is_ours(path: Path) -> bool:
    """Whether a file's name and beginning are those of a backup: a dump or a base."""
    try:
        return bool(_NAME.fullmatch(path.name)) and bool(named(path))
    except (HostProblem, VerificationFailed):
        return False
