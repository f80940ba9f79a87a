"""Reading a backup without restoring it: no database, no key process, nothing written. The cheap daily check.

    chunks    every one authenticated, to the end of the file
    rows      the dump read by `pg_restore` as text through memory: its rows per table are those of the manifest
    heads     each ledger's newest head is signed by the key of its tenant, is the manifest's, and includes what the key
              process had signed before the snapshot; the running box's memory, where it is, reaches at least as far
    keys      seeds of all epochs that living units are wrapped under lie beside the file, none of them ended

Of a base and its increments: every file of the cluster against the list in the base, every segment of the journal in
its place without a gap, each signed head by its signature and no shorter than the one before, and, on the running box,
that no increment is missing at the end.

What it does not do: derive ledgers from their entries, open records, replay tombstones. A restore test does that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.ledger.checkpoint import Checkpoint, open_note, parse_signable
from fengni.core.vault import archive
from fengni.core.vault.archive import Root
from fengni.host import backup, backup_chain, backup_database, backup_journal, backup_wal, state
from fengni.keys import epochs

_HEADS: Final = "/heads/"
_WANTED: Final = {
    "accounts_tenant": ("id",),
    "ledger_checkpoint": ("tenant_id", "size", "root", "note"),
    "vault_unit": ("tenant_id", "epoch", "state"),
}
_ESCAPES: Final = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\"}


@dataclass(frozen=True, slots=True)
class Verified:
    """What a file was found to hold. `size` in bytes."""

    id: UUID
    begun_at: datetime
    size: int
    rows: int
    tables: int
    ledgers: int
    entries: int


@dataclass(frozen=True, slots=True)
class VerifiedChain:
    """What a base with its increments was found to hold. `size` in bytes of all; `files` of the cluster."""

    id: UUID
    begun_at: datetime
    first: datetime
    last: datetime
    size: int
    increments: int
    segments: int
    files: int
    ledgers: int
    entries: int


@dataclass(slots=True)
class _Dump:
    """What was seen of a dump while its rows went by; the newest signed note by tenant."""

    counts: dict[str, int] = field(default_factory=dict)
    tenants: set[UUID] = field(default_factory=set)
    notes: dict[UUID, tuple[int, str, str]] = field(default_factory=dict)
    roots: dict[tuple[UUID, int], str] = field(default_factory=dict)
    epochs: set[tuple[UUID, int]] = field(default_factory=set)


def newest(folder: Path) -> Path:
    """The newest dump or base in a folder of backups, by its name. Raises HostProblem ("backup.none-in")."""
    found = sorted(path for path in folder.glob("fengni-*.ba*") if backup.is_ours(path)) if folder.is_dir() else []
    if not found:
        raise HostProblem("backup.none-in", path=str(folder))
    return found[-1]


def verify(path: Path, root: Root) -> Verified:
    """Read a backup to its end and check what is in it. Nothing is written, and nothing stays of it.

    Raises HostProblem for a file that cannot be read; VerificationFailed for one that is cut, changed, of another root
    or another kind, and for the first check that does not hold.
    """
    manifest: dict[str, Any] = {}
    instance, dump, heads = False, None, dict[UUID, Checkpoint]()
    with backup.opened(path) as file:
        for name, blocks in archive.read(root, file.read):
            if name == "manifest":
                manifest = backup.manifest_of(blocks)
            elif name == "instance":
                instance = bool(json.loads(b"".join(blocks)))
            elif name == "database":
                dump = _dump(backup_database.lines(blocks))
            elif _HEADS in name:
                heads[UUID(name.rpartition("/")[2])] = parse_signable(b"".join(blocks))
    if not manifest or not instance or dump is None:
        raise VerificationFailed("backup.damaged")
    for table in sorted(dump.counts.keys() | manifest["counts"].keys()):
        if dump.counts.get(table) != manifest["counts"].get(table):
            raise VerificationFailed("backup.inside-rows-differ", table=table)
    _check_heads(root, manifest["ledgers"], dump, heads)
    check_epochs(backup.seeds_beside(path.absolute().parent, root.fingerprint()), dump.epochs)
    return Verified(
        id=UUID(manifest["backup"]),
        begun_at=datetime.fromisoformat(manifest["begun_at"]),
        size=path.stat().st_size,
        rows=sum(dump.counts.values()),
        tables=len(dump.counts),
        ledgers=len(manifest["ledgers"]),
        entries=sum(int(one["size"]) for one in manifest["ledgers"]),
    )


def verify_chain(path: Path, root: Root) -> VerifiedChain:
    """Read a base and its increments to their end and check what is in them. Nothing is written.

    Raises as `verify` does.
    """
    manifests = list[backup_chain.Manifest]()
    heads: dict[UUID, tuple[int, str]] = {}
    files = segments = 0
    for manifest, name, blocks in backup_chain.walk(path, root):
        if not manifests or manifests[-1] is not manifest:
            manifests.append(manifest)
            _check_notes(root, manifest["ledgers"], heads)
        if name == "cluster":
            files = backup_wal.check_cluster(blocks, of=manifest["system"])
        elif name.startswith(backup_chain.WAL):
            segment = backup_wal.Segment.named(name.removeprefix(backup_chain.WAL))
            backup_wal.check_segment(segment, blocks, of=manifest["system"])
            segments += 1
        elif name == "ended":
            manifest["ended"] = json.loads(b"".join(blocks))["at"]
        elif _HEADS in name:
            tenant, before = UUID(name.rpartition("/")[2]), parse_signable(b"".join(blocks))
            size, head = heads.get(tenant, (0, ""))
            if before.size == size and size and before.root.hex() != head:
                raise VerificationFailed("backup.inside-head-differs", tenant=str(tenant))
    if not files or "ended" not in manifests[0]:
        raise VerificationFailed("backup.damaged")
    for tenant, (size, head) in heads.items():
        if not _reaches(root, tenant, size, head):
            raise VerificationFailed("backup.inside-head-differs", tenant=str(tenant))
    here, number = backup_journal.position(), len(manifests) - 1
    if here is not None and here.base == UUID(manifests[0]["backup"]).hex and here.number > number:
        name = backup.increment_name(UUID(here.base), number + 1)
        raise VerificationFailed("backup.increment-missing", name=name)
    first, last = backup_chain.reaches(manifests)
    return VerifiedChain(
        id=UUID(manifests[0]["backup"]),
        begun_at=datetime.fromisoformat(manifests[0]["begun_at"]),
        first=first,
        last=last,
        size=backup_chain.size(path),
        increments=number,
        segments=segments,
        files=files,
        ledgers=len(heads),
        entries=sum(entries for entries, _ in heads.values()),
    )


def _check_notes(root: Root, ledgers: list[dict[str, Any]], heads: dict[UUID, tuple[int, str]]) -> None:
    """Take the heads of one file into those before it. Raises VerificationFailed where one is not what was signed."""
    for one in ledgers:
        tenant, there = UUID(one["tenant"]), (int(one["size"]), str(one["root"]))
        key = Ed25519PrivateKey.from_private_bytes(root.derive("checkpoint", tenant.bytes))
        before = heads.get(tenant, (0, ""))
        if _signed(one["note"], key) != there or there[0] < before[0] or (there[0] == before[0] and there != before):
            raise VerificationFailed("backup.inside-head-differs", tenant=str(tenant))
        heads[tenant] = there


def _dump(lines: Iterable[bytes]) -> _Dump:
    """Count rows and keep what heads and keys are checked by. A row is one line, which COPY ends by a lone `\\.`."""
    seen, table, columns = _Dump(), "", list[str]()
    for line in lines:
        if table:
            if line == b"\\.\n":
                table = ""
                continue
            seen.counts[table] += 1
            if table in _WANTED:
                row = dict(zip(columns, line.decode().removesuffix("\n").split("\t"), strict=True))
                _keep(seen, table, {name: _unescaped(row[name]) for name in _WANTED[table]})
        elif line.startswith(b"COPY public.") and line.endswith(b" FROM stdin;\n"):
            named, _, rest = line.decode().removeprefix("COPY public.").partition(" (")
            table, columns = named, [one.strip('" ') for one in rest.partition(")")[0].split(",")]
            seen.counts[table] = 0
    return seen


def _keep(seen: _Dump, table: str, row: dict[str, str]) -> None:
    if table == "accounts_tenant":
        seen.tenants.add(UUID(row["id"]))
    elif table == "vault_unit":
        if row["state"] == "live":
            seen.epochs.add((UUID(row["tenant_id"]), int(row["epoch"])))
    else:
        tenant, size, head = UUID(row["tenant_id"]), int(row["size"]), row["root"].removeprefix("\\x")
        seen.roots[tenant, size] = head  # one that waits for its signature as well: the key process may know it
        if row["note"] and size >= seen.notes.get(tenant, (0, "", ""))[0]:
            seen.notes[tenant] = (size, head, row["note"])


def _unescaped(text: str) -> str:
    """One column of COPY text."""
    return "".join(_pieces(text)) if "\\" in text else text


def _pieces(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        two = text[at : at + 2]
        yield _ESCAPES.get(two, text[at])
        at += 2 if two in _ESCAPES else 1


def _check_heads(root: Root, stated: list[dict[str, Any]], dump: _Dump, kept: dict[UUID, Checkpoint]) -> None:
    """Raises VerificationFailed ("backup.inside-head-differs") naming the first ledger whose head does not hold."""
    if {UUID(one["tenant"]) for one in stated} != dump.tenants:
        raise VerificationFailed("backup.inside-rows-differ", table="accounts_tenant")
    for one in stated:
        tenant = UUID(one["tenant"])
        size, head, note = dump.notes.get(tenant, (0, "", ""))
        holds = (size, head) == (int(one["size"]), str(one["root"]))
        if holds and note:
            key = Ed25519PrivateKey.from_private_bytes(root.derive("checkpoint", tenant.bytes))
            holds = _signed(note, key) == (size, head)
        before = kept.get(tenant)
        if holds and before is not None and before.size:
            holds = dump.roots.get((tenant, before.size)) == before.root.hex()
        if not holds or not _reaches(root, tenant, size, head):
            raise VerificationFailed("backup.inside-head-differs", tenant=str(tenant))


def _signed(note: str, key: Ed25519PrivateKey) -> tuple[int, str] | None:
    try:
        found = open_note(note, public_key=key.public_key().public_bytes_raw())
    except VerificationFailed:
        return None
    return found.size, found.root.hex()


def _reaches(root: Root, tenant: UUID, size: int, head: str) -> bool:
    """Whether the head that the running box signed last, where it is here, is no older and no other than the file's."""
    try:
        last = parse_signable((state.keys_directory() / root.fingerprint() / "heads" / tenant.hex).read_bytes())
    except OSError:
        return True
    return last.size > size or size == 0 or (last.size, last.root.hex()) == (size, head)


def check_epochs(seeds: dict[str, bytes], living: set[tuple[UUID, int]]) -> None:
    """Raises VerificationFailed where keys of the file were changed since, or their seeds are not beside it."""
    for tenant, epoch in sorted(living):
        name = f"{tenant.hex}-{epoch}"
        if name + epochs.ENDED in seeds:
            raise VerificationFailed("backup.epoch-ended", tenant=str(tenant))
        if epoch > epochs.FIRST and name not in seeds:
            raise VerificationFailed("backup.no-seeds", tenant=str(tenant))
