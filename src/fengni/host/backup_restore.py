"""Putting a backup back: into a scratch place to see that it would work, or into an empty state to go on from it.

    unpack   the file, authenticated to its last byte     bury      what was destroyed since stays destroyed
    compare  row counts and ledger heads                  examine   ledgers, records, walls (backup_check, a process)

Rules: a restored database holds no unit of any tombstone: those in the file, those of every other backup beside it, and
those of a key state folder that survived. That is done before anything reads the database. Seeds of key epochs come
from the copy beside the file and from a key state folder that survived; what ended in either stays ended. A restore
test touches nothing of the running installation; what it unpacked is gone afterwards. A restore begins only where
nothing is, and a killed one is begun anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.vault import archive
from fengni.core.vault.archive import Root
from fengni.core.vault.root_file import Cost, restore_root
from fengni.host import backup, backup_database, cluster, installation, keyholder, processes, state, supervisor
from fengni.keys import epochs, roots
from fengni.keys.tombstones import Tombstones

_KEY_FILE: Final = re.compile(r"keys/[0-9a-f]{16}/([a-z0-9-]+\.log|heads/[0-9a-f]{32})")
_QUICK: Final = Cost(passes=1, memory_kib=1024, lanes=1)  # a scratch file under a random passphrase
_ROOM: Final = 4  # a database on the disk may be this many times its backup
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a restore found to hold. `buried` units were alive in the file and are destroyed in what came of it."""

    id: UUID
    begun_at: datetime
    rows: int
    tables: int
    ledgers: int
    entries: int
    opened: int
    buried: int
    tombstones: int


@dataclass(slots=True)
class _Unpacked:
    manifest: dict[str, Any] = field(default_factory=dict)
    instance: dict[str, Any] = field(default_factory=dict)
    loaded: bool = False


def open_root(*, root_file: Path | None, secret: str, sheet: str | None) -> Root:
    """The root, from the typed recovery sheet or from a root file and what `secret_input.for_root` says of it."""
    if sheet is not None:
        return restore_root(sheet)
    return roots.read(root_file or state.root_file()).open(secret)


def test(path: Path, root: Root, *, step: Step) -> Checked:
    """Restore a file beside the running installation, check everything, record that, and remove it again.

    Raises VerificationFailed for a file that is not whole and for the first check that does not hold; that is recorded
    as well. A killed test records nothing.
    """
    from fengni.apps.disposals import horizon

    with failure_recorded(path):
        named = backup.named(path)
        with backup.alone(), _scratch() as place:
            shutil.copytree(state.keys_directory(), place.survived, ignore=shutil.ignore_patterns("lock", "*.new"))
            passwords = state.new_instance().passwords
            kept = cluster.Cluster(place.cluster, place.sockets, durable=False)
            checked = _put(path, root, kept, passwords, place, folders=[place.survived], step=step)
            horizon.tested(named.backup, at=datetime.now(UTC))
    return checked


@contextlib.contextmanager
def failure_recorded(path: Path) -> Iterator[None]:
    """What does not hold of a backup is kept as evidence, by the name of its file, before it is raised."""
    from fengni.apps.disposals import horizon

    try:
        yield
    except VerificationFailed as error:
        horizon.failed(path.name, error, at=datetime.now(UTC))
        raise


def restore(
    path: Path, root: Root, *, root_file: Path | None, passphrase: str, survived: Path | None, step: Step
) -> Checked:
    """Bring an installation back into an empty state directory.

    `root_file` is copied where it is given; else one is made of `root` under `passphrase`. `survived` is a key state
    folder that outlived the rest: its tombstones count. Raises HostProblem ("backup.not-empty") where anything is.
    """
    if not state.own_database():
        raise HostProblem("backup.own-database-only")
    folder = state.directory()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with supervisor.held(folder), _scratch() as place:
        _make_empty(marker := folder / "restoring")
        installation.compile_translations()
        folders = [*([survived] if survived else []), *_beside(path, root, place)]
        kept, fresh = cluster.Cluster(state.database_home(), state.database_sockets()), state.new_instance()
        try:
            checked = _put(path, root, kept, fresh.passwords, place, folders=folders, step=step)
            told = json.loads((place.folder / "told.json").read_bytes())
            shutil.copytree(place.keys, state.keys_directory())
            if root_file is not None:
                _keep(state.root_file(), root_file.read_bytes())
            else:
                roots.create(state.root_file(), passphrase=passphrase, demo=told["kind"] == "demo", root=root)
            if told.pop("demo_loaded"):
                (folder / "demo-loaded").touch(mode=0o600)
            state.write(replace(fresh, **told))
        except BaseException:
            _wipe()
            marker.unlink()
            raise
        marker.unlink()
    return checked


@dataclass(frozen=True, slots=True)
class _Place:
    """Folders of one restore: for us, and for PostgreSQL's own user."""

    folder: Path
    cluster: Path
    sockets: Path

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def survived(self) -> Path:
        return self.folder / "survived"


@contextlib.contextmanager
def _scratch() -> Iterator[_Place]:
    """An empty place, removed at the end; what a killed run left in it is removed first."""
    home = state.database_home()
    place = _Place(state.directory() / "scratch", home.with_name(f"{home.name}-scratch"), state.runtime() / "rt")
    supervisor.private_runtime()
    _clear(place)
    place.folder.mkdir(mode=0o700)
    try:
        yield place
    finally:
        _clear(place)


def _clear(place: _Place) -> None:
    processes.end(processes.working_in(place.cluster / "data"))
    for folder in (place.folder, place.cluster, place.sockets):
        shutil.rmtree(folder, ignore_errors=True)


def _put(
    path: Path,
    root: Root,
    kept: cluster.Cluster,
    passwords: dict[str, str],
    place: _Place,
    *,
    folders: list[Path],
    step: Step,
) -> Checked:
    """Make a cluster, fill it from the file, bury, check. The cluster is stopped at the end."""
    step("backup.step-unpack")
    _refuse_damaged(path, root)
    kept.home.parent.mkdir(mode=0o755 if state.as_root() else 0o700, parents=True, exist_ok=True)
    cluster.refuse_without_space(kept.home.parent, _ROOM * path.stat().st_size + 100 * 2**20)
    kept.create(passwords, databases=(state.DATABASE,))
    server = kept.start(passwords["super"])
    try:
        url = state.socket_url("super", passwords["super"], kept.sockets)
        found = _unpack(path, root, url, place.keys)
        (place.folder / "told.json").write_bytes(json.dumps(found.instance).encode())
        step("backup.step-compare")
        with kept.connect(passwords["super"], state.DATABASE) as connection:
            _compare(connection, found.manifest)
            keys = place.keys / root.fingerprint()
            stones = _merge(keys, folders, root)
            epochs.put(keys / "epochs", backup.seeds_beside(path.absolute().parent, keys.name))
            for folder in folders:
                epochs.put(keys / "epochs", epochs.copies(folder / keys.name / "epochs"))
            buried = backup_database.bury(connection, stones)
            connection.execute("DELETE FROM django_session")  # who was signed in then is not signed in now
            connection.execute(
                "UPDATE disposals_backup_run SET finished_at = begun_at, size = %s "
                "WHERE id = %s AND finished_at IS NULL",
                [path.stat().st_size, found.manifest["backup"]],
            )
            connection.execute("ANALYZE")
        step("backup.step-examine")
        seen = _examine(root, kept, passwords, place, stones, found.manifest["schema"])
    finally:
        cluster.stop(server)
    counts, ledgers = found.manifest["counts"], found.manifest["ledgers"]
    return Checked(
        id=UUID(found.manifest["backup"]),
        begun_at=datetime.fromisoformat(found.manifest["begun_at"]),
        rows=sum(counts.values()),
        tables=len(counts),
        ledgers=len(ledgers),
        entries=sum(head["size"] for head in ledgers),
        opened=seen["opened"],
        buried=buried,
        tombstones=len(stones),
    )


def _refuse_damaged(path: Path, root: Root) -> None:
    """Read the file once to its end, before anything is made of it."""
    with backup.opened(path) as file:
        for _ in archive.read(root, file.read):
            pass


def _unpack(path: Path, root: Root, url: str, keys: Path) -> _Unpacked:
    """Read the whole file: the database into the cluster, the key state into a folder."""
    found = _Unpacked()
    with backup.opened(path) as file:
        for name, blocks in archive.read(root, file.read):
            if name == "manifest":
                found.manifest = backup.manifest_of(blocks)
            elif name == "instance":
                found.instance = json.loads(b"".join(blocks))
            elif name == "database":
                backup_database.load(url, blocks)
                found.loaded = True
            elif _KEY_FILE.fullmatch(name):
                _keep(keys / name.removeprefix("keys/"), b"".join(blocks))
    if not (found.manifest and found.instance and found.loaded):
        raise VerificationFailed("backup.damaged")
    return found


def _beside(path: Path, root: Root, place: _Place) -> Iterator[Path]:
    """The key states in the other backups of the same root that lie in the file's folder."""
    for other in sorted(path.absolute().parent.iterdir()):
        if other != path.absolute() and backup.is_ours(other) and backup.named(other).root == root.fingerprint():
            yield _stones_of(other, root, place.folder / other.name)


def _stones_of(path: Path, root: Root, folder: Path) -> Path:
    """The key state in another backup: read to its end, so it is whole. A damaged one is not passed over in silence."""
    with backup.opened(path) as file:
        for name, blocks in archive.read(root, file.read):
            if _KEY_FILE.fullmatch(name):
                _keep(folder / name.removeprefix("keys/"), b"".join(blocks))
    return folder


def _merge(keys: Path, folders: list[Path], root: Root) -> list[tuple[UUID, UUID]]:
    """Write every tombstone known into the restored key state; all of them."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    merged = Tombstones(keys / "tombstones.log")
    try:
        for folder in folders:
            source = folder / root.fingerprint() / "tombstones.log"
            if not source.exists():
                continue
            copy = keys / "other.log"
            shutil.copyfile(source, copy)
            other = Tombstones(copy)
            by_tenant: dict[UUID, list[UUID]] = {}
            for tenant, unit in other.all():
                by_tenant.setdefault(tenant, []).append(unit)
            other.close()
            copy.unlink()
            for tenant, units in by_tenant.items():
                merged.add(tenant, uuid4(), units)
        return merged.all()
    finally:
        merged.close()


def _compare(connection: backup_database.Connection, manifest: dict[str, Any]) -> None:
    """Counts and heads must be those of the snapshot. Raises VerificationFailed naming the first table or ledger."""
    there = backup_database.counts(connection)
    for table in sorted(there.keys() | manifest["counts"].keys()):
        if there.get(table) != manifest["counts"].get(table):
            raise VerificationFailed("backup.rows-differ", table=table)
    for found, stated in zip(backup_database.heads(connection), manifest["ledgers"], strict=True):
        if found != stated:
            raise VerificationFailed("backup.head-differs", tenant=str(stated["tenant"]))


def _examine(
    root: Root,
    kept: cluster.Cluster,
    passwords: dict[str, str],
    place: _Place,
    stones: list[tuple[UUID, UUID]],
    schema: str,
) -> dict[str, int]:
    """Run backup_check against the restored database with a key process of its own, whose counters are thrown away."""
    keys, secret = place.folder / "trial", secrets.token_urlsafe(24)
    shutil.copytree(place.keys, keys)
    root_file, socket = place.folder / "trial.key", place.sockets.with_name("rk") / "socket"
    roots.create(root_file, passphrase=secret, demo=False, root=root, cost=_QUICK)
    socket.parent.mkdir(mode=0o700, exist_ok=True)
    child = keyholder.start(socket_path=socket, root=root_file, state=keys, passphrase=secret, log=subprocess.DEVNULL)
    try:
        keyholder.wait_for(child, socket)
        kept_out = {k: v for k, v in os.environ.items() if not k.startswith(("FENGNI_", "DJANGO_"))}
        urls = {
            f"FENGNI_DATABASE_URL_{role.upper()}": state.socket_url(role, passwords[role], kept.sockets)
            for role in state.ROLES
        }
        done = subprocess.run(
            [sys.executable, "-m", "fengni.host.backup_check"],
            env=kept_out | urls | {
                "FENGNI_STATE": str(place.folder), "FENGNI_KEYS_SOCKET": str(socket),
                "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            },
            input=json.dumps({"schema": schema, "stones": [[str(tenant), str(unit)] for tenant, unit in stones]}),
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    finally:
        child.terminate()
        child.wait()
        shutil.rmtree(socket.parent, ignore_errors=True)
    told: dict[str, Any]
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = {"failed": str(done.returncode)}
    if "failed" in told:
        raise HostProblem("backup.check-failed", said=told["failed"])
    if "code" in told:
        raise VerificationFailed(told["code"], **told["params"])
    return told


def _make_empty(marker: Path) -> None:
    """Refuse where something is, unless it is what a killed restore left: that is removed."""
    there = [state.root_file(), state.keys_directory(), state.database_home() / "data"]
    if state.instance() is not None or (not marker.exists() and any(path.exists() for path in there)):
        marker.unlink(missing_ok=True)  # killed after its last step: whole
        raise HostProblem("backup.not-empty", path=str(state.directory()))
    marker.touch(mode=0o600)
    _wipe()


def _wipe() -> None:
    """Remove what a restore that did not end well has made."""
    processes.end(processes.working_in(state.database_home() / "data"))
    for folder in (state.database_home(), state.keys_directory()):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (state.root_file(), state.directory() / "demo-loaded", state.directory() / "instance.json"):
        file.unlink(missing_ok=True)


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
