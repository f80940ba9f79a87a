"""What callers ask of the key process. `repr` of a request shows no value and no passphrase."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple, Self
from uuid import UUID

from fengni.core.vault.custody.frames import (
    MOST_ITEMS,
    Reader,
    encoded,
    malformed,
    pack_blobs,
    pack_numbers,
    pack_short,
    pack_text,
    pack_uuids,
)
from fengni.core.vault.suites import Suite

NO_PERSON: Final = UUID(int=0)


class Operation(IntEnum):
    """What is asked. Numbers are never reused."""

    STATUS = 1
    UNLOCK = 2
    NEW_UNITS = 3
    UNWRAP = 4
    TAGS = 5
    DISPLAY_KEY = 6
    SIGN_CHECKPOINT = 7
    LAST_SIGNED = 8
    PUBLIC_KEY = 9
    RELEASES = 10
    DESTROY = 11
    DESTROYED = 12
    NEW_BACKUP = 13
    EPOCHS = 14
    BEGIN_EPOCH = 15
    END_EPOCH = 16
    REWRAP = 17
    CHECK = 18


class WrappedKey(NamedTuple):
    """One unit whose key is asked for. `person` is who it is counted for, None for a unit of no natural person."""

    unit: UUID
    epoch: int
    wrapped: bytes
    commitment: bytes
    person: UUID | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Status:
    """Ask how the key process is. Answered even while it is locked."""

    OPERATION: ClassVar = Operation.STATUS

    def pack(self) -> bytes:
        return b""

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls()


@dataclass(frozen=True, slots=True)
class Unlock:
    """Give the passphrase of the root key file to a process that was started without it."""

    OPERATION: ClassVar = Operation.UNLOCK
    passphrase: bytes = field(repr=False)

    def pack(self) -> bytes:
        return pack_short(self.passphrase)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.short())


@dataclass(frozen=True, slots=True)
class NewUnits:
    """Make a random key for each destruction unit: version 1 of a new one, `versions` of those that are re-keyed."""

    OPERATION: ClassVar = Operation.NEW_UNITS
    tenant: UUID
    suite: Suite
    units: tuple[UUID, ...]
    versions: tuple[int, ...] = ()

    def pack(self) -> bytes:
        head = self.tenant.bytes + bytes((self.suite,))
        return head + pack_uuids(self.units) + pack_numbers("H", self.versions)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        found = cls(reader.uuid(), reader.suite(), reader.uuids(), reader.numbers("H"))
        if found.versions and (len(found.versions) != len(found.units) or 0 in found.versions):
            raise malformed()
        return found


@dataclass(frozen=True, slots=True)
class Unwrap:
    """Release unit keys for one act: `entry` is the id of its ledger entry, `purpose` a code. Counted per person."""

    OPERATION: ClassVar = Operation.UNWRAP
    tenant: UUID
    suite: Suite
    entry: UUID
    purpose: str
    units: tuple[WrappedKey, ...] = field(repr=False)

    def pack(self) -> bytes:
        head = self.tenant.bytes + bytes((self.suite,)) + self.entry.bytes + pack_text(self.purpose)
        columns = (
            pack_uuids([one.unit for one in self.units]),
            pack_numbers("H", [one.epoch for one in self.units]),
            pack_blobs([one.wrapped for one in self.units]),
            pack_blobs([one.commitment for one in self.units]),
            pack_uuids([NO_PERSON if one.person is None else one.person for one in self.units]),
            pack_numbers("H", [one.version for one in self.units]),
        )
        return head + b"".join(columns)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        tenant, suite, entry, purpose = reader.uuid(), reader.suite(), reader.uuid(), reader.text()
        columns = (reader.uuids(), reader.numbers("H"), reader.blobs(), reader.blobs())
        persons = [None if person == NO_PERSON else person for person in reader.uuids()]
        try:
            rows = zip(*columns, persons, reader.numbers("H"), strict=True)
            return cls(tenant, suite, entry, purpose, tuple([WrappedKey(*row) for row in rows]))
        except ValueError:
            raise malformed() from None


@dataclass(frozen=True, slots=True)
class Tags:
    """Make blind-index tags: groups of (kind, index version, values). The key process normalises them again."""

    OPERATION: ClassVar = Operation.TAGS
    tenant: UUID
    suite: Suite
    groups: tuple[tuple[str, int, tuple[str, ...]], ...] = field(repr=False)

    def pack(self) -> bytes:
        parts = [self.tenant.bytes, bytes((self.suite,)), len(self.groups).to_bytes(4, "big")]
        for kind, version, values in self.groups:
            parts += [pack_text(kind), version.to_bytes(2, "big"), pack_blobs([encoded(value) for value in values])]
        return b"".join(parts)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        tenant, suite, count = reader.uuid(), reader.suite(), reader.count()
        groups = tuple([(reader.text(), reader.number(2), reader.texts()) for _ in range(count)])
        if sum(len(values) for _, _, values in groups) > MOST_ITEMS:
            raise malformed()
        return cls(tenant, suite, groups)


@dataclass(frozen=True, slots=True)
class DisplaySecret:
    """Ask for a tenant's display key."""

    OPERATION: ClassVar = Operation.DISPLAY_KEY
    tenant: UUID
    suite: Suite
    version: int = 1

    def pack(self) -> bytes:
        return self.tenant.bytes + bytes((self.suite,)) + self.version.to_bytes(2, "big")

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid(), reader.suite(), reader.number(2))


@dataclass(frozen=True, slots=True)
class SignCheckpoint:
    """Sign a tree head. `proof` shows that the head last signed (of `old_size`) is a prefix of the new one."""

    OPERATION: ClassVar = Operation.SIGN_CHECKPOINT
    tenant: UUID
    origin: str
    old_size: int
    new_size: int
    root: bytes
    proof: tuple[bytes, ...]

    def pack(self) -> bytes:
        sizes = self.old_size.to_bytes(8, "big") + self.new_size.to_bytes(8, "big")
        return self.tenant.bytes + pack_text(self.origin) + sizes + pack_short(self.root) + pack_blobs(self.proof)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        head = (reader.uuid(), reader.text(), reader.number(8), reader.number(8))
        return cls(*head, reader.short(), reader.blobs())


@dataclass(frozen=True, slots=True)
class LastSigned:
    """Ask which head was signed last."""

    OPERATION: ClassVar = Operation.LAST_SIGNED
    tenant: UUID

    def pack(self) -> bytes:
        return self.tenant.bytes

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid())


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Ask for the public half of a tenant's checkpoint key."""

    OPERATION: ClassVar = Operation.PUBLIC_KEY
    tenant: UUID

    def pack(self) -> bytes:
        return self.tenant.bytes

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid())


@dataclass(frozen=True, slots=True)
class Releases:
    """Ask how many unit keys were released for each of these persons, ever."""

    OPERATION: ClassVar = Operation.RELEASES
    tenant: UUID
    persons: tuple[UUID, ...]

    def pack(self) -> bytes:
        return self.tenant.bytes + pack_uuids(self.persons)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid(), reader.uuids())


@dataclass(frozen=True, slots=True)
class Destroy:
    """Never release the keys of these units again, whatever is put back. `entry`: the ledger entry of the act."""

    OPERATION: ClassVar = Operation.DESTROY
    tenant: UUID
    entry: UUID
    units: tuple[UUID, ...]

    def pack(self) -> bytes:
        return self.tenant.bytes + self.entry.bytes + pack_uuids(self.units)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid(), reader.uuid(), reader.uuids())


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Ask which of these units were destroyed."""

    OPERATION: ClassVar = Operation.DESTROYED
    tenant: UUID
    units: tuple[UUID, ...]

    def pack(self) -> bytes:
        return self.tenant.bytes + pack_uuids(self.units)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid(), reader.uuids())


@dataclass(frozen=True, slots=True)
class NewBackup:
    """Make the key of a new backup file. There is no request that opens one: that takes the root itself."""

    OPERATION: ClassVar = Operation.NEW_BACKUP
    backup: UUID
    suite: Suite

    def pack(self) -> bytes:
        return self.backup.bytes + bytes((self.suite,))

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid(), reader.suite())


@dataclass(frozen=True, slots=True)
class Epochs:
    """Ask which wrapping epochs of a tenant live, oldest first."""

    OPERATION: ClassVar = Operation.EPOCHS
    tenant: UUID

    def pack(self) -> bytes:
        return self.tenant.bytes

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid())


@dataclass(frozen=True, slots=True)
class BeginEpoch:
    """Begin the epoch after the newest. `entry`: the ledger entry of the act. Nothing happens when it is the newest."""

    OPERATION: ClassVar = Operation.BEGIN_EPOCH
    tenant: UUID
    entry: UUID
    epoch: int

    def pack(self) -> bytes:
        return self.tenant.bytes + self.entry.bytes + self.epoch.to_bytes(2, "big")

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.uuid(), reader.uuid(), reader.number(2))


@dataclass(frozen=True, slots=True)
class EndEpoch(BeginEpoch):
    """End an epoch: its seed is overwritten. The caller has looked that nothing is wrapped under it any more."""

    OPERATION: ClassVar = Operation.END_EPOCH


@dataclass(frozen=True, slots=True)
class Rewrap:
    """Wrap the keys of these units under the newest epoch. No key leaves, so nothing is counted and no person named."""

    OPERATION: ClassVar = Operation.REWRAP
    tenant: UUID
    suite: Suite
    units: tuple[WrappedKey, ...] = field(repr=False)

    def pack(self) -> bytes:
        columns = (
            pack_uuids([one.unit for one in self.units]),
            pack_numbers("H", [one.epoch for one in self.units]),
            pack_blobs([one.wrapped for one in self.units]),
            pack_blobs([one.commitment for one in self.units]),
            pack_numbers("H", [one.version for one in self.units]),
        )
        return self.tenant.bytes + bytes((self.suite,)) + b"".join(columns)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        tenant, suite = reader.uuid(), reader.suite()
        columns = (reader.uuids(), reader.numbers("H"), reader.blobs(), reader.blobs(), reader.numbers("H"))
        try:
            rows = zip(*columns, strict=True)
            return cls(tenant, suite, tuple([WrappedKey(*row[:4], None, row[4]) for row in rows]))
        except ValueError:
            raise malformed() from None


@dataclass(frozen=True, slots=True)
class Check(Rewrap):
    """Ask of each of these units whether its key opens under the newest epoch and fits its commitment: yes or no."""

    OPERATION: ClassVar = Operation.CHECK


Request = (
    Status | Unlock | NewUnits | Unwrap | Tags | DisplaySecret | SignCheckpoint | LastSigned | PublicKey | Releases
    | Destroy | Destroyed | NewBackup | Epochs | BeginEpoch | EndEpoch | Rewrap | Check
)  # fmt: skip
_BY_OPERATION: Final[dict[int, type[Request]]] = {
    kind.OPERATION: kind
    for kind in (
        Status, Unlock, NewUnits, Unwrap, Tags, DisplaySecret, SignCheckpoint, LastSigned, PublicKey, Releases,
        Destroy, Destroyed, NewBackup, Epochs, BeginEpoch, EndEpoch, Rewrap, Check,
    )
}  # fmt: skip


def read_request(operation: int, message: bytes) -> Request:
    """The request in a frame. Raises BadInput ("keys.frame-malformed") for an unknown operation or wrong bytes."""
    kind = _BY_OPERATION.get(operation)
    if kind is None:
        raise malformed()
    reader = Reader(message)
    request = kind.read(reader)
    reader.end()
    return request
