"""What the key process answers. `repr` of an answer shows no key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Self, TypeVar

from fengni.core.errors import (
    BadInput,
    Denied,
    FengniError,
    HostProblem,
    KeysUnavailable,
    SealRefused,
    VerificationFailed,
)
from fengni.core.vault.custody.frames import (
    Message,
    Reader,
    malformed,
    pack_blobs,
    pack_numbers,
    pack_short,
    pack_text,
)


class Outcome(IntEnum):
    """The second byte of an answer: a result, or which branch of the tree of errors."""

    DONE = 0
    KEYS_UNAVAILABLE = 1
    SEAL_REFUSED = 2
    BAD_INPUT = 3
    VERIFICATION_FAILED = 4
    DENIED = 5
    HOST_PROBLEM = 6


@dataclass(frozen=True, slots=True)
class State:
    """How the key process is.

    `demo` is part of the root key file and cannot change while that file is used. `fingerprint` names the root, empty
    while locked. `locked_memory` says whether the kernel keeps the process's memory out of swap. `units`, `tags`,
    `refused`, `mass` (acts that took very many keys) and `withheld` (requests beyond a budget) count since the start of
    the process; `releases`, `persons` and `heads` since the root was made.
    """

    demo: bool
    locked: bool
    locked_memory: bool
    fingerprint: str
    pid: int
    units: int
    tags: int
    releases: int
    persons: int
    refused: int
    heads: int
    mass: int
    withheld: int

    def pack(self) -> bytes:
        flags = bytes((self.demo, self.locked, self.locked_memory))
        counts = (self.pid, self.units, self.tags, self.releases, self.persons, self.refused, self.heads)
        return flags + pack_text(self.fingerprint) + pack_numbers("Q", (*counts, self.mass, self.withheld))

    @classmethod
    def read(cls, reader: Reader) -> Self:
        flags = (reader.flag(), reader.flag(), reader.flag())
        fingerprint, counts = reader.text(), reader.numbers("Q")
        if len(counts) != 9:
            raise malformed()
        return cls(*flags, fingerprint, *counts)


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Keys of new units, in the order asked, and what to store of each."""

    epoch: int
    secrets: tuple[bytes, ...] = field(repr=False)
    wrapped: tuple[bytes, ...]
    commitments: tuple[bytes, ...]

    def pack(self) -> bytes:
        columns = (self.secrets, self.wrapped, self.commitments)
        return self.epoch.to_bytes(2, "big") + b"".join([pack_blobs(column) for column in columns])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        answer = cls(reader.number(2), reader.blobs(), reader.blobs(), reader.blobs())
        if not len(answer.secrets) == len(answer.wrapped) == len(answer.commitments):
            raise malformed()
        return answer


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """Unit keys wrapped under `epoch`, in the order asked; None where a unit is destroyed or does not open."""

    epoch: int
    wrapped: tuple[bytes | None, ...]

    def pack(self) -> bytes:
        return self.epoch.to_bytes(2, "big") + pack_blobs([one or b"" for one in self.wrapped])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.number(2), tuple([one or None for one in reader.blobs()]))


@dataclass(frozen=True, slots=True)
class Secrets:
    """Released keys, in the order asked."""

    secrets: tuple[bytes, ...] = field(repr=False)

    def pack(self) -> bytes:
        return pack_blobs(self.secrets)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.blobs())


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tags of all groups one after the other; None where a value left nothing to compare."""

    tags: tuple[bytes | None, ...]

    def pack(self) -> bytes:
        return pack_blobs([tag or b"" for tag in self.tags])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(tuple([tag or None for tag in reader.blobs()]))


@dataclass(frozen=True, slots=True)
class HeadSignature:
    """The Ed25519 signature (64 bytes) over a checkpoint's text, and the public key (32 bytes) it holds under."""

    public_key: bytes
    signature: bytes

    def pack(self) -> bytes:
        return pack_short(self.public_key) + pack_short(self.signature)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.short(), reader.short())


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The head signed last for a tenant; size 0 and an empty origin when there was none."""

    origin: str
    size: int
    root: bytes

    def pack(self) -> bytes:
        return pack_text(self.origin) + self.size.to_bytes(8, "big") + pack_short(self.root)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.text(), reader.number(8), reader.short())


@dataclass(frozen=True, slots=True)
class PublicBytes:
    """A public key, 32 bytes."""

    key: bytes

    def pack(self) -> bytes:
        return pack_short(self.key)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.short())


@dataclass(frozen=True, slots=True)
class Counts:
    """A number per person, in the order asked."""

    counts: tuple[int, ...]

    def pack(self) -> bytes:
        return pack_numbers("Q", self.counts)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.numbers("Q"))


@dataclass(frozen=True, slots=True)
class BackupKey:
    """The key of a new backup file, and the header that file begins with."""

    secret: bytes = field(repr=False)
    header: bytes

    def pack(self) -> bytes:
        return pack_short(self.secret) + pack_short(self.header)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.short(), reader.short())


Answer = State | NewKeys | Rewrapped | Secrets | Tagged | HeadSignature | SignedHead | PublicBytes | Counts | BackupKey

_A = TypeVar("_A", bound=Message)
_BRANCHES: Final[dict[int, type[FengniError]]] = {
    Outcome.KEYS_UNAVAILABLE: KeysUnavailable,
    Outcome.BAD_INPUT: BadInput,
    Outcome.VERIFICATION_FAILED: VerificationFailed,
    Outcome.DENIED: Denied,
    Outcome.HOST_PROBLEM: HostProblem,
}


def read_answer(expected: type[_A], outcome: int, message: bytes) -> _A:
    """The answer in a frame, or its refusal raised as the error it was there. Raises BadInput when it is neither."""
    reader = Reader(message)
    if outcome != Outcome.DONE:
        raise _refusal(outcome, reader)
    answer = expected.read(reader)
    reader.end()
    return answer


def pack_refusal(error: FengniError) -> tuple[Outcome, bytes]:
    """Outcome and message of an error: its code and its parameters, which are never personal."""
    if isinstance(error, SealRefused):
        return Outcome.SEAL_REFUSED, b""
    outcome = next((o for o, kind in _BRANCHES.items() if isinstance(error, kind)), Outcome.KEYS_UNAVAILABLE)
    parts = [pack_text(error.code), bytes((len(error.params),))]
    for name, value in error.params.items():
        parts += [pack_text(name), bytes((isinstance(value, int),)), pack_text(str(value))]
    return Outcome(outcome), b"".join(parts)


def _refusal(outcome: int, reader: Reader) -> FengniError:
    if outcome == Outcome.SEAL_REFUSED:
        return SealRefused()
    branch = _BRANCHES.get(outcome)
    if branch is None:
        raise malformed()
    code, params = reader.text(), dict[str, str | int]()
    for _ in range(reader.number(1)):
        name, is_number, value = reader.text(), reader.flag(), reader.text()
        try:
            params[name] = int(value) if is_number else value
        except ValueError:
            raise malformed() from None
    return branch(code, **params)
