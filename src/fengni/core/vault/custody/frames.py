"""Frames and fields of the key process's protocol: bytes to Python types and back.

Rules: a frame is refused whole when a byte is missing, left over, or outside its range; nothing is guessed. A column's
count is checked before anything is made from it. docs/spec/key-process.md gives the bytes.

>>> Reader(pack_blobs([b"ab", b""])).blobs()
(b'ab', b'')
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final, Protocol, Self
from uuid import UUID

from fengni.core.errors import BadInput
from fengni.core.vault.suites import OFFERED, Suite

VERSION: Final = 1
HEADER: Final = struct.Struct(">IBBI")
LONGEST_FRAME: Final = 64 * 1024 * 1024
MOST_ITEMS: Final = 5_000
LONGEST_VALUE: Final = 4_096
_AFTER_LENGTH: Final = HEADER.size - 4


class Message(Protocol):
    """A request or an answer: to bytes and back."""

    def pack(self) -> bytes:
        """The bytes after the frame header."""
        ...

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """The message at the reader's place. Raises BadInput."""
        ...


def frame(kind: int, number: int, message: bytes) -> bytes:
    """A whole frame. Raises BadInput ("keys.frame-too-large") above 64 MiB: the caller splits its batch."""
    if len(message) + _AFTER_LENGTH > LONGEST_FRAME:
        raise BadInput("keys.frame-too-large")
    return HEADER.pack(len(message) + _AFTER_LENGTH, VERSION, kind, number) + message


def read_header(header: bytes) -> tuple[int, int, int]:
    """(bytes that follow, operation or outcome, number) of the first ten bytes.

    Raises BadInput: "keys.frame-too-large", "keys.frame-malformed" for another version or an impossible length.
    """
    length, version, kind, number = HEADER.unpack(header)
    if length > LONGEST_FRAME:
        raise BadInput("keys.frame-too-large")
    if version != VERSION or length < _AFTER_LENGTH:
        raise BadInput("keys.frame-malformed")
    return length - _AFTER_LENGTH, kind, number


class Reader:
    """Reads fields in order out of one message. Every method raises BadInput("keys.frame-malformed")."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> bytes:
        """The next `length` bytes."""
        end = self._at + length
        if end > len(self._data):
            raise malformed()
        part = self._data[self._at : end]
        self._at = end
        return part

    def number(self, size: int) -> int:
        """A big-endian number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def flag(self) -> bool:
        """00 or 01."""
        value = self.number(1)
        if value > 1:
            raise malformed()
        return value == 1

    def uuid(self) -> UUID:
        """Sixteen bytes."""
        return UUID(bytes=self.take(16))

    def suite(self) -> Suite:
        """The number of a suite that tenants may have."""
        number = self.number(1)
        if number not in OFFERED:
            raise malformed()
        return Suite(number)

    def short(self) -> bytes:
        """Bytes after their length in two bytes."""
        return self.take(self.number(2))

    def text(self) -> str:
        """UTF-8 after its length in two bytes."""
        return decoded(self.short())

    def count(self) -> int:
        """How many items a column has, at most MOST_ITEMS."""
        count = self.number(4)
        if count > MOST_ITEMS:
            raise malformed()
        return count

    def numbers(self, letter: str) -> tuple[int, ...]:
        """A column of numbers: "H" two bytes, "Q" eight."""
        layout = struct.Struct(f">{self.count()}{letter}")
        return layout.unpack(self.take(layout.size))

    def uuids(self) -> tuple[UUID, ...]:
        """A column of UUIDs."""
        data = self.take(16 * self.count())
        return tuple([UUID(bytes=data[at : at + 16]) for at in range(0, len(data), 16)])

    def blobs(self) -> tuple[bytes, ...]:
        """A column of byte strings: count, all lengths (four bytes each), all bytes."""
        layout = struct.Struct(f">{self.count()}I")
        ends = list(accumulate(layout.unpack(self.take(layout.size)), initial=0))
        data = self.take(ends[-1])
        return tuple([data[start:end] for start, end in pairwise(ends)])

    def texts(self) -> tuple[str, ...]:
        """A column of UTF-8 strings of at most LONGEST_VALUE bytes."""
        found = self.blobs()
        if any(len(value) > LONGEST_VALUE for value in found):
            raise malformed()
        return tuple([decoded(value) for value in found])

    def end(self) -> None:
        """Nothing may be left over."""
        if self._at != len(self._data):
            raise malformed()


def malformed() -> BadInput:
    """The one error of every unreadable message."""
    return BadInput("keys.frame-malformed")


def decoded(data: bytes) -> str:
    """UTF-8; lone surrogates, which damaged workbooks contain, pass through to the normaliser that drops them."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise malformed() from None


def encoded(value: str) -> bytes:
    """UTF-8 of a value. Raises BadInput("keys.value-too-long") above LONGEST_VALUE bytes."""
    data = value.encode("utf-8", "surrogatepass")
    if len(data) > LONGEST_VALUE:
        raise BadInput("keys.value-too-long")
    return data


def pack_short(data: bytes) -> bytes:
    """Bytes after their length in two bytes. Raises BadInput when longer than that can say."""
    if len(data) > 0xFFFF:
        raise BadInput("keys.value-too-long")
    return len(data).to_bytes(2, "big") + data


def pack_text(value: str) -> bytes:
    """UTF-8 after its length in two bytes."""
    return pack_short(encoded(value))


def pack_numbers(letter: str, values: Sequence[int]) -> bytes:
    """A column of numbers; see Reader.numbers."""
    return struct.pack(f">I{len(values)}{letter}", len(values), *values)


def pack_uuids(values: Sequence[UUID]) -> bytes:
    """A column of UUIDs."""
    return len(values).to_bytes(4, "big") + b"".join([value.bytes for value in values])


def pack_blobs(values: Sequence[bytes]) -> bytes:
    """A column of byte strings; see Reader.blobs."""
    return pack_numbers("I", [len(value) for value in values]) + b"".join(values)
