"""Putting a backup back: into a scratch place to see that it would work, or into an empty state to go on from it.

    unpack   the file, authenticated to its last byte     bury      what was destroyed since stays destroyed
    compare  row counts and ledger heads                  examine   ledgers, records, walls (backup_check, a process)

A dump is loaded into a new cluster; a base with its increments becomes one (backup_recover).

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
from fengni.core.vault.archive import Root
from fengni.core.vault.root_file import Cost, restore_root
from fengni.host import (
    backup,
    backup_chain,
    backup_database,
    backup_recover,
    backup_verify,
    cluster,
    installation,
    keyholder,
    processes,
    state,
    supervisor,
)
from fengni.host.backup_recover import Settled
from fengni.keys import epochs, roots
from fengni.keys.tombstones import Tombstones

_QUICK: Final = Cost(passes=1, memory_kib=1024, lanes=1)  # a scratch file under a random passphrase
_ROOM: Final = 4  # a database on the disk may be this many times its backup
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a restore found to hold. `buried` units were alive in the file and are destroyed in what came of it.

    `begun_at`: when the dump was begun, or the instant that a chain was brought to. `given_up`: signed entries that are
    not in what came of it.
    """

    id: UUID
    begun_at: datetime
    rows: int
    tables: int
    ledgers: int
    entries: int
    opened: int
    buried: int
    tombstones: int
    given_up: int = 0


@dataclass(slots=True)
class _Unpacked:
    id: UUID
    at: datetime
    schema: str
    instance: dict[str, Any]
    heads: Settled = field(default_factory=Settled)


def open_root(*, root_file: Path | None, secret: str, sheet: str | None) -> Root:
    """The root, from the typed recovery sheet or from a root file and what `secret_input.for_root` says of it."""
    if sheet is not None:
        return restore_root(sheet)
    return roots.read(root_file or state.root_file()).open(secret)


def test(path: Path, root: Root, *, to: datetime | None, step: Step) -> Checked:
    """Restore a file beside the running installation, check everything, record that, and remove it again.

    `to` is an instant that a base and its increments are brought to; none is the newest. Raises VerificationFailed for
    a file that is not whole and for the first check that does not hold; that is recorded as well. A killed test records
    nothing.
    """
    from fengni.apps.disposals import horizon

    with failure_recorded(path):
        named = backup.named(path)
        with backup.alone(), _scratch() as place:
            shutil.copytree(state.keys_directory(), place.survived, ignore=shutil.ignore_patterns("lock", "*.new"))
            kept = cluster.Cluster(place.cluster, place.sockets, durable=False)
            asked = _Asked(path, root, to, kept, state.new_instance().passwords, [place.survived])
            checked = _put(asked, place, step=step)
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
    path: Path,
    root: Root,
    *,
    root_file: Path | None,
    passphrase: str,
    survived: Path | None,
    to: datetime | None = None,
    gives_up: bool = False,
    step: Step,
) -> Checked:
    """Bring an installation back into an empty state directory.

    `root_file` is copied where it is given; else one is made of `root` under `passphrase`. `survived` is a key state
    folder that outlived the rest: its tombstones count. `to` is an instant that a base and its increments are brought
    to; what was signed after it is given up, to which `gives_up` says yes. Raises HostProblem ("backup.not-empty")
    where anything is, and "backup.gives-up" without that yes.
    """
    if not state.own_database():
        raise HostProblem("backup.own-database-only")
    if to is not None and not gives_up:
        raise HostProblem("backup.gives-up-after", at=backup_recover.shown(to))
    folder = state.directory()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with supervisor.held(folder), _scratch() as place:
        _make_empty(marker := folder / "restoring")
        installation.compile_translations()
        folders = [*([survived] if survived else []), *_beside(path, root, place)]
        kept, fresh = cluster.Cluster(state.database_home(), state.database_sockets()), state.new_instance()
        asked = _Asked(path, root, to, kept, fresh.passwords, folders, lasting=True, gives_up=gives_up)
        try:
            checked = _put(asked, place, step=step)
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to restore, to which instant, and into what. `folders`: key states that know more of what was destroyed.

    `lasting`: an installation goes on from it, and what it gives up is to be agreed to (`gives_up`) and recorded.
    """

    path: Path
    root: Root
    to: datetime | None
    kept: cluster.Cluster
    passwords: dict[str, str] = field(repr=False)
    folders: list[Path]
    lasting: bool = False
    gives_up: bool = False


def _put(asked: _Asked, place: _Place, *, step: Step) -> Checked:
    """Make a cluster of the file, bury, check. The cluster is stopped at the end."""
    step("backup.step-unpack")
    path, root, kept, keys = asked.path, asked.root, asked.kept, place.keys / asked.root.fingerprint()
    chain = backup_recover.chain(path, root, asked.to) if backup_chain.is_base(path) else None
    if chain is None:
        if asked.to is not None:
            raise HostProblem("backup.instant-of-a-dump")
        backup_chain.survey(path, root)
    kept.home.parent.mkdir(mode=0o755 if state.as_root() else 0o700, parents=True, exist_ok=True)
    cluster.refuse_without_space(kept.home.parent, _ROOM * backup_chain.size(path) + 100 * 2**20)
    if chain is None:
        kept.create(asked.passwords, databases=(state.DATABASE,))
    else:
        told = backup_recover.adopt(chain, root, kept, asked.passwords, place.keys)
    server = kept.start(asked.passwords["super"])
    try:
        step("backup.step-compare")
        with kept.connect(asked.passwords["super"], state.DATABASE) as connection:
            if chain is None:
                found = _load(asked, place.keys, connection)
            else:
                heads = backup_recover.settle(connection, chain, root, keys, asked.folders)
                found = _Unpacked(UUID(chain.manifests[0]["backup"]), chain.instant, "", told, heads)
            (place.folder / "told.json").write_bytes(json.dumps(found.instance).encode())
            if asked.lasting and found.heads.given_up and not asked.gives_up:
                raise HostProblem("backup.gives-up")
            counts, ledgers = backup_database.counts(connection), backup_database.heads(connection)
            stones = _merge(keys, asked.folders, root)
            _seeds(asked, keys, connection)
            buried = _finish(connection, path, found.id, stones)
        step("backup.step-examine")
        seen = _examine(asked, place, found, stones)
    finally:
        cluster.stop(server)
    return Checked(
        id=found.id,
        begun_at=found.at,
        rows=sum(counts.values()),
        tables=len(counts),
        ledgers=len(ledgers),
        entries=sum(int(head["size"]) for head in ledgers),
        opened=seen["opened"],
        buried=buried,
        tombstones=len(stones),
        given_up=sum(
            head.size - (found.heads.kept[tenant].size if tenant in found.heads.kept else 0)
            for tenant, head in found.heads.given_up.items()
        ),
    )


def _load(asked: _Asked, keys: Path, connection: backup_database.Connection) -> _Unpacked:
    """Read a whole dump: the database into the cluster, the key state into a folder. Both must be what it says."""
    manifest, told, loaded = dict[str, Any](), dict[str, Any](), False
    url = state.socket_url("super", asked.passwords["super"], asked.kept.sockets)
    for said, name, blocks in backup_chain.walk(asked.path, asked.root):
        manifest = said
        if name == "instance":
            told = json.loads(b"".join(blocks))
        elif name == "database":
            backup_database.load(url, blocks)
            loaded = True
        else:
            backup_chain.keep_keys(name, blocks, keys)
    if not (manifest and told and loaded):
        raise VerificationFailed("backup.damaged")
    _compare(connection, manifest)
    return _Unpacked(UUID(manifest["backup"]), datetime.fromisoformat(manifest["begun_at"]), manifest["schema"], told)


def _seeds(asked: _Asked, keys: Path, connection: backup_database.Connection) -> None:
    """Put seeds of epochs together: the copy beside the file, key states that survived. What ended stays ended."""
    folder = asked.path.absolute().parent
    epochs.put(keys / "epochs", backup.seeds_beside(folder, keys.name))
    for other in asked.folders:
        epochs.put(keys / "epochs", epochs.copies(other / keys.name / "epochs"))
    if backup_chain.is_base(asked.path):
        backup_verify.check_epochs(epochs.copies(keys / "epochs"), backup_database.living_epochs(connection))


def _finish(
    connection: backup_database.Connection, path: Path, backup_id: UUID, stones: list[tuple[UUID, UUID]]
) -> int:
    """Bury what was destroyed, before anything else reads the database; how many units were still alive in it."""
    buried = backup_database.bury(connection, stones)
    connection.execute("DELETE FROM django_session")  # who was signed in then is not signed in now
    connection.execute(
        "UPDATE disposals_backup_run SET finished_at = begun_at, size = %s WHERE id = %s AND finished_at IS NULL",
        [backup_chain.size(path), backup_id],
    )
    connection.execute("ANALYZE")
    return buried


def _beside(path: Path, root: Root, place: _Place) -> Iterator[Path]:
    """The key states in the other backups of the same root that lie in the file's folder."""
    for other in sorted(path.absolute().parent.iterdir()):
        if other != path.absolute() and backup.is_ours(other) and backup.named(other).root == root.fingerprint():
            yield _stones_of(other, root, place.folder / other.name)


def _stones_of(path: Path, root: Root, folder: Path) -> Path:
    """The key state in another backup: read to its end, so it is whole. A damaged one is not passed over in silence."""
    for _, name, blocks in backup_chain.walk(path, root):
        backup_chain.keep_keys(name, blocks, folder)
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


def _examine(asked: _Asked, place: _Place, found: _Unpacked, stones: list[tuple[UUID, UUID]]) -> dict[str, int]:
    """Run backup_check against the restored database with a key process of its own, whose counters are thrown away."""
    keys, secret = place.folder / "trial", secrets.token_urlsafe(24)
    shutil.copytree(place.keys, keys)
    root_file, socket = place.folder / "trial.key", place.sockets.with_name("rk") / "socket"
    roots.create(root_file, passphrase=secret, demo=False, root=asked.root, cost=_QUICK)
    socket.parent.mkdir(mode=0o700, exist_ok=True)
    child = keyholder.start(socket_path=socket, root=root_file, state=keys, passphrase=secret, log=subprocess.DEVNULL)
    wanted: dict[str, Any] = {"schema": found.schema, "stones": [[str(tenant), str(unit)] for tenant, unit in stones]}
    if asked.lasting and (asked.to is not None or found.heads.given_up):
        heads = {str(tenant): [head.size, head.root.hex()] for tenant, head in found.heads.given_up.items()}
        wanted["rewound"] = {"to": found.at.isoformat(), "given_up": heads}
    try:
        keyholder.wait_for(child, socket)
        kept_out = {k: v for k, v in os.environ.items() if not k.startswith(("FENGNI_", "DJANGO_"))}
        urls = {
            f"FENGNI_DATABASE_URL_{role.upper()}": state.socket_url(role, asked.passwords[role], asked.kept.sockets)
            for role in state.ROLES
        }
        done = subprocess.run(
            [sys.executable, "-m", "fengni.host.backup_check"],
            env=kept_out | urls | {
                "FENGNI_STATE": str(place.folder), "FENGNI_KEYS_SOCKET": str(socket),
                "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            },
            input=json.dumps(wanted),
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
