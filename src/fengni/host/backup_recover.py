"""A cluster out of a base and its increments, at the newest instant or at one between, and what that gives up.

    adopt     unpack the base, replay the journal, end the recovery; the key state of the newest file lies beside
    compare   every head that files up to that instant name is there, signed, and nothing contradicts it
    settle    the heads that the restored key process remembers, and those it can no longer stand by

Rules: of the key state, counters and tombstones are the newest known, whatever the instant: nothing destroyed comes
back, no release is forgotten. Heads cannot be newer than the database, or nothing could ever be signed again; so to go
back gives up what was signed since. That is done only when it is said, and each ledger goes on with an entry that names
the head it gave up: whoever holds a later one finds in the ledger why it does not follow.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.ledger.checkpoint import Checkpoint, open_note, parse_signable, signable_bytes
from fengni.core.vault.archive import Root
from fengni.host import backup_chain, backup_database, backup_wal, cluster
from fengni.host.backup_chain import Manifest

_VERSION: Final = 10_000


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain that was read to its end, and where to stop in it; None for its newest instant."""

    path: Path
    manifests: list[Manifest]
    to: datetime | None

    @property
    def instant(self) -> datetime:
        """What it is brought to."""
        return self.to or backup_chain.reaches(self.manifests)[1]

    @property
    def up_to(self) -> list[Manifest]:
        """The files that lie wholly before that."""
        return [
            one for one in self.manifests if "until" not in one or datetime.fromisoformat(one["until"]) <= self.instant
        ]


def chain(path: Path, root: Root, to: datetime | None) -> Chain:
    """Read a chain to its end. Raises VerificationFailed, and HostProblem for an instant outside or another server."""
    found = backup_chain.survey(path, root)
    first, last = backup_chain.reaches(found)
    if to is not None and not first <= to <= last:
        raise HostProblem("backup.instant-outside", first=shown(first), last=shown(last))
    version, machine = found[0]["server"] // _VERSION, found[0]["machine"]
    if (version, machine) != (cluster.version(), os.uname().machine):
        raise HostProblem("backup.other-server", version=version, machine=machine)
    return Chain(path, found, to)


def shown(at: datetime) -> str:
    """An instant as a person may type it."""
    return at.astimezone().isoformat(sep=" ")


def adopt(source: Chain, root: Root, kept: cluster.Cluster, passwords: dict[str, str], keys: Path) -> dict[str, Any]:
    """Make the cluster of a chain, and a folder of its key state; what the base says of the instance."""
    told: dict[str, Any] = {}

    def fill(data: Path) -> dict[str, str]:
        segments = data / cluster.RECOVERY
        for _, name, blocks in backup_chain.walk(source.path, root):
            if name == "cluster":
                backup_wal.put_cluster(blocks, data)
                segments.mkdir(mode=0o700)
            elif name.startswith(backup_chain.WAL):
                backup_wal.put_segment(name.removeprefix(backup_chain.WAL), blocks, segments)
            elif name == "instance":
                told.update(json.loads(b"".join(blocks)))
            else:
                backup_chain.keep_keys(name, blocks, keys)
        instant = source.to.isoformat() if source.to else None
        return backup_wal.recovery(segments, instant)

    kept.adopt(passwords, fill=fill)
    if not told:
        raise VerificationFailed("backup.damaged")
    return told | {"migrated": ""}  # of an instant before an upgrade, or after one: `fengni setup` looks


@dataclass(frozen=True, slots=True)
class Settled:
    """Heads by tenant: what the restored key process remembers, and what was signed beyond that and is given up."""

    kept: dict[UUID, Checkpoint] = field(default_factory=dict)
    given_up: dict[UUID, Checkpoint] = field(default_factory=dict)


def settle(
    connection: backup_database.Connection, source: Chain, root: Root, keys: Path, survived: Iterable[Path]
) -> Settled:
    """Compare ledgers with what was signed, and write the heads of the restored key state into `keys`.

    `survived` are key states that outlived the rest. Raises VerificationFailed ("backup.head-differs").
    """
    signed = {UUID(str(one["tenant"])): _opened(root, one) for one in backup_database.signed(connection)}
    for manifest in source.up_to:
        for one in manifest["ledgers"]:
            query = (
                "SELECT count(*) FROM ledger_checkpoint WHERE tenant_id = %s AND size = %s AND root = %s AND note = %s"
            )
            given = [one["tenant"], one["size"], bytes.fromhex(one["root"]), one["note"]]
            if connection.execute(query, given).fetchone() != (1,):
                raise VerificationFailed("backup.head-differs", tenant=one["tenant"])
    remembered = _heads(keys)
    settled = Settled(dict(signed))
    if source.to is None:
        for tenant, head in remembered.items():
            if head.size > _size(signed.get(tenant)):  # signed, its note not yet stored
                settled.kept[tenant] = head
    stated = [_opened_of(root, one) for manifest in source.manifests for one in manifest["ledgers"]]
    further = [*stated, *remembered.items()]
    for folder in survived:
        further += _heads(folder / keys.name).items()
    for tenant, head in further:
        there = settled.kept.get(tenant)
        if there is not None and there.size == head.size and there.root != head.root:
            raise VerificationFailed("backup.head-differs", tenant=str(tenant))
        if head.size > max(_size(there), _size(settled.given_up.get(tenant))):
            settled.given_up[tenant] = head
    _write(keys / "heads", settled.kept)
    return settled


def _size(head: Checkpoint | None) -> int:
    return head.size if head else 0


def _opened_of(root: Root, ledger: dict[str, Any]) -> tuple[UUID, Checkpoint]:
    return UUID(ledger["tenant"]), _opened(root, ledger)


def _opened(root: Root, ledger: dict[str, Any]) -> Checkpoint:
    """A head as its note says, by the signature of its tenant's key."""
    tenant = UUID(ledger["tenant"])
    key = Ed25519PrivateKey.from_private_bytes(root.derive("checkpoint", tenant.bytes))
    try:
        found = open_note(ledger["note"], public_key=key.public_key().public_bytes_raw())
    except VerificationFailed:
        raise VerificationFailed("backup.head-differs", tenant=str(tenant)) from None
    if (found.size, found.root.hex()) != (ledger["size"], ledger["root"]):
        raise VerificationFailed("backup.head-differs", tenant=str(tenant))
    return found


def _heads(keys: Path) -> dict[UUID, Checkpoint]:
    folder = keys / "heads"
    if not folder.is_dir():
        return {}
    return {UUID(path.name): parse_signable(path.read_bytes()) for path in folder.iterdir() if path.suffix != ".new"}


def _write(folder: Path, heads: dict[UUID, Checkpoint]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for tenant, head in heads.items():
        handle = os.open(folder / tenant.hex, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(signable_bytes(head))
            file.flush()
            os.fsync(handle)
