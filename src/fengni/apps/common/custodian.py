"""The client of the key process: web, worker and sealer speak to it through `custodian()` and nowhere else.

Rules: a call blocks for at most `_PATIENCE` seconds. A connection found dead (the key process was started anew) is
replaced once per call; so a release may be counted twice, never not at all. Connections are kept in a pool, one per
call that runs at the same time, and never shared with a forked child. Display keys and public keys are kept, so lists
go on while the key process is away; everything else then raises KeysUnavailable.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings

from fengni.core.errors import KeysUnavailable, SealRefused
from fengni.core.vault.custody import answers, requests
from fengni.core.vault.custody.answers import BackupKey, HeadSignature, SignedHead, State
from fengni.core.vault.custody.frames import HEADER, MOST_ITEMS, Message, frame, read_header
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

__all__ = ["BackupKey", "Custodian", "HeadSignature", "NewUnits", "SignedHead", "State", "WrappedKey", "custodian"]

_PATIENCE: Final = 30.0
_MOST_IDLE: Final = 8
_A = TypeVar("_A", bound=Message)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class NewUnits:
    """Keys of new units in the order asked, and what to store of each."""

    epoch: int
    keys: list[UnitKey]
    wrapped: list[bytes]
    commitments: list[bytes]


class Custodian:
    """Asks the key process behind one socket. Thread-safe."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._number = 0
        self._display: dict[tuple[UUID, Suite, int, int], DisplayKey] = {}
        self._public: dict[UUID, bytes] = {}

    def status(self) -> State:
        """How the key process is; answered while it is locked too."""
        return self._ask(requests.Status(), State)

    def unlock(self, passphrase: str) -> State:
        """Open the root key file. Raises KeysUnavailable ("vault.root-not-opened")."""
        return self._ask(requests.Unlock(passphrase.encode()), State)

    def display_key(
        self, tenant_id: UUID, suite: Suite = Suite.AES_256_GCM, version: int = 1, oldest: int = 1
    ) -> DisplayKey:
        """The tenant's display key of a version, asked for once per process. It opens what lies under any version from
        `oldest` on, and asks for that one when it meets it."""
        key = self._display.get((tenant_id, suite, version, oldest))
        if key is None:

            def other(suite: Suite, version: int) -> DisplayKey:
                if version < oldest:
                    raise SealRefused
                return self.display_key(tenant_id, suite, version, oldest)

            [secret] = self._ask(requests.DisplaySecret(tenant_id, suite, version), answers.Secrets).secrets
            key = DisplayKey(secret, tenant=tenant_id, suite=suite, version=version, others=other)
            self._display[tenant_id, suite, version, oldest] = key
        return key

    def new_units(self, tenant_id: UUID, suite: Suite, units: Sequence[UUID], versions: Sequence[int] = ()) -> NewUnits:
        """A random key for each destruction unit: a new one's first, or the key of `versions` of one that exists.

        Hold `house.steady` while rows are written with it: an epoch ends only when nobody does. Raises Denied for a
        destroyed unit.
        """
        made = NewUnits(1, [], [], [])
        for part, numbers in zip(_parts(units), _parts(versions or [1] * len(units)), strict=True):
            asked = requests.NewUnits(tenant_id, suite, tuple(part), tuple(numbers) if versions else ())
            answer = self._ask(asked, answers.NewKeys)
            keys = [
                UnitKey(secret, unit=unit, suite=suite, version=version)
                for unit, version, secret in zip(part, numbers, answer.secrets, strict=True)
            ]
            made = NewUnits(
                answer.epoch,
                made.keys + keys,
                made.wrapped + list(answer.wrapped),
                made.commitments + list(answer.commitments),
            )
        return made

    def unwrap(
        self, tenant_id: UUID, suite: Suite, units: Sequence[WrappedKey], *, entry: UUID, purpose: str
    ) -> list[UnitKey]:
        """Release unit keys for the act whose ledger entry is `entry`; counted per person. Raises SealRefused."""
        keys: list[UnitKey] = []
        for part in _parts(units):
            asked = requests.Unwrap(tenant_id, suite, entry, purpose, tuple(part))
            secrets = self._ask(asked, answers.Secrets).secrets
            keys += [
                UnitKey(secret, unit=one.unit, suite=suite, version=one.version)
                for one, secret in zip(part, secrets, strict=True)
            ]
        return keys

    def tags(
        self, tenant_id: UUID, suite: Suite, groups: Sequence[tuple[str, Sequence[str]]], version: int = 1
    ) -> list[list[bytes | None]]:
        """Blind-index tags under a version of the index keys, per group of (kind, values), in order; None where nothing
        is left to compare."""
        found: list[list[bytes | None]] = [[] for _ in groups]
        for batch in _batches(groups):
            asked = tuple((groups[place][0], version, tuple(values)) for place, values in batch)
            tags = iter(self._ask(requests.Tags(tenant_id, suite, asked), answers.Tagged).tags)
            for place, values in batch:
                found[place] += [next(tags) for _ in values]
        return found

    def sign_checkpoint(
        self, tenant_id: UUID, origin: str, old_size: int, new_size: int, root: bytes, proof: Sequence[bytes]
    ) -> HeadSignature:
        """The signature over a tree head. Raises VerificationFailed when it takes anything back."""
        asked = requests.SignCheckpoint(tenant_id, origin, old_size, new_size, root, tuple(proof))
        return self._ask(asked, HeadSignature)

    def last_signed(self, tenant_id: UUID) -> SignedHead:
        """The head signed last; size 0 when there was none."""
        return self._ask(requests.LastSigned(tenant_id), SignedHead)

    def public_key(self, tenant_id: UUID) -> bytes:
        """The 32-byte public key of the tenant's checkpoints, asked for once per process."""
        if tenant_id not in self._public:
            self._public[tenant_id] = self._ask(requests.PublicKey(tenant_id), answers.PublicBytes).key
        return self._public[tenant_id]

    def releases(self, tenant_id: UUID, persons: Sequence[UUID]) -> list[int]:
        """How many unit keys were ever released for each of these persons."""
        counts: list[int] = []
        for part in _parts(persons):
            counts += self._ask(requests.Releases(tenant_id, tuple(part)), answers.Counts).counts
        return counts

    def destroy(self, tenant_id: UUID, units: Sequence[UUID], *, entry: UUID) -> int:
        """Have these units' keys never released again, not even from a restored backup. Returns how many are new."""
        fresh = 0
        for part in _parts(units):
            fresh += sum(self._ask(requests.Destroy(tenant_id, entry, tuple(part)), answers.Counts).counts)
        return fresh

    def destroyed(self, tenant_id: UUID, units: Sequence[UUID]) -> list[bool]:
        """Which of these units were destroyed."""
        told: list[bool] = []
        for part in _parts(units):
            told += [bool(n) for n in self._ask(requests.Destroyed(tenant_id, tuple(part)), answers.Counts).counts]
        return told

    def epochs(self, tenant_id: UUID) -> list[int]:
        """The wrapping epochs that live, oldest first."""
        return list(self._ask(requests.Epochs(tenant_id), answers.Counts).counts)

    def begin_epoch(self, tenant_id: UUID, epoch: int, *, entry: UUID) -> list[int]:
        """Begin the epoch after the newest, once. Returns those that live. Raises BadInput for any other number."""
        return list(self._ask(requests.BeginEpoch(tenant_id, entry, epoch), answers.Counts).counts)

    def end_epoch(self, tenant_id: UUID, epoch: int, *, entry: UUID) -> list[int]:
        """End an epoch under which nothing is wrapped any more, for ever. Returns those that live."""
        return list(self._ask(requests.EndEpoch(tenant_id, entry, epoch), answers.Counts).counts)

    def rewrap(self, tenant_id: UUID, suite: Suite, units: Sequence[WrappedKey]) -> tuple[int, list[bytes | None]]:
        """(newest epoch, the same keys wrapped under it); None for a unit that is destroyed or does not open."""
        epoch, wrapped = 0, list[bytes | None]()
        for part in _parts(units):
            answer = self._ask(requests.Rewrap(tenant_id, suite, tuple(part)), answers.Rewrapped)
            epoch = answer.epoch
            wrapped += answer.wrapped
        return epoch, wrapped

    def check(self, tenant_id: UUID, suite: Suite, units: Sequence[WrappedKey]) -> list[bool]:
        """Whether each unit's key opens under the newest epoch. No key leaves."""
        told: list[bool] = []
        for part in _parts(units):
            asked = requests.Check(tenant_id, suite, tuple(part))
            told += [bool(one) for one in self._ask(asked, answers.Counts).counts]
        return told

    def new_backup(self, backup: UUID, suite: Suite) -> BackupKey:
        """The key of a new backup file, and the header it begins with."""
        return self._ask(requests.NewBackup(backup, suite), BackupKey)

    def forget_connections(self) -> None:
        """Close idle connections: after a fork, and when a process ends."""
        self._lock = threading.Lock()  # a fork may have caught it held
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _ask(self, request: requests.Request, expected: type[_A]) -> _A:
        with self._lock:
            self._number = number = (self._number + 1) & 0xFFFFFFFF
            connection = self._idle.pop() if self._idle else None
        asked = frame(request.OPERATION, number, request.pack())
        exchanged = None
        if connection is not None:
            exchanged = self._exchange(connection, asked, number)
        if exchanged is None:  # no connection, or one that died while idle
            exchanged = self._exchange(self._connect(), asked, number)
        if exchanged is None:
            raise KeysUnavailable("keys.not-answering")
        return answers.read_answer(expected, *exchanged)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        try:  # while blocking, connect() waits for its turn in the queue; with Python's timeout it would fail at once
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(_PATIENCE), 0))
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise KeysUnavailable("keys.not-answering") from None
        connection.settimeout(_PATIENCE)
        return connection

    def _exchange(self, connection: socket.socket, asked: bytes, number: int) -> tuple[int, bytes] | None:
        """(outcome, message), or None when the connection is dead. A slow answer raises: it must not be asked twice."""
        try:
            connection.sendall(asked)
            length, outcome, answered = read_header(_receive(connection, HEADER.size))
            message = _receive(connection, length)
        except TimeoutError:
            connection.close()
            raise KeysUnavailable("keys.not-answering") from None
        except OSError:
            connection.close()
            return None
        except BaseException:
            connection.close()
            raise
        if answered != number:  # refused before our request was read (busy, another user): the peer hangs up
            connection.close()
        else:
            self._put_back(connection)
        return outcome, message

    def _put_back(self, connection: socket.socket) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()


_known: dict[str, Custodian] = {}


def custodian() -> Custodian:
    """The key process of this installation (`settings.FENGNI_KEYS_SOCKET`)."""
    path = str(settings.FENGNI_KEYS_SOCKET)
    found = _known.get(path)
    if found is None:
        found = _known.setdefault(path, Custodian(path))
    return found


def _after_fork() -> None:
    for one in _known.values():
        one.forget_connections()


os.register_at_fork(after_in_child=_after_fork)


def _parts(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), MOST_ITEMS):
        yield items[start : start + MOST_ITEMS]


def _batches(groups: Sequence[tuple[str, Sequence[str]]]) -> Iterator[list[tuple[int, Sequence[str]]]]:
    """Groups cut so that no batch has more than MOST_ITEMS groups or values; each part knows its group's place."""
    batch: list[tuple[int, Sequence[str]]] = []
    room = MOST_ITEMS
    for place, (_, values) in enumerate(groups):
        at = 0
        while at < len(values):
            part = values[at : at + room]
            batch.append((place, part))
            at, room = at + len(part), room - len(part)
            if room == 0:
                yield batch
                batch, room = [], MOST_ITEMS
    if batch:
        yield batch


def _receive(connection: socket.socket, length: int) -> bytes:
    parts, missing = [], length
    while missing:
        part = connection.recv(min(missing, 1 << 20))
        if not part:
            raise ConnectionError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
