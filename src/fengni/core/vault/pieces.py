"""Files under a unit's key: a sealed head that says how many pieces there are, and the pieces, at most one MiB each.

    head     class material_head, revision 0: media type, size in bytes, number of pieces (JSON)
    pieces   class material, revision = position
    thumb    class material_thumb, revision 0: a small JPEG of the first page, where there is one

Each envelope is bound to tenant, unit and file; a piece to its position too. A piece left off, doubled, put elsewhere
or taken from another file is refused with the same SealRefused as a changed bit (docs/spec/envelope.md). Every piece
but the last holds PIECE bytes, so one range of a file needs the head and the pieces of that range, and nothing else.

>>> from fengni.core.vault.suites import Suite
>>> key = UnitKey(bytes(32), unit=UUID(int=2), suite=Suite.AES_256_GCM)
>>> sealed = seal_file(key, UUID(int=1), UUID(int=3), "image/png", b"example" * 200_000)
>>> len(sealed.pieces), len(open_file(key, UUID(int=1), UUID(int=3), sealed))
(2, 1400000)
>>> open_file(key, UUID(int=1), UUID(int=3), SealedFile(sealed.head, sealed.pieces[:1]))
Traceback (most recent call last):
    ...
fengni.core.errors.SealRefused: vault.sealed-value-refused
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from fengni.core.errors import SealRefused
from fengni.core.vault.envelope import OVERHEAD, Binding, open_, seal
from fengni.core.vault.unit_key import UnitKey

PIECE: Final = (1 << 20) - OVERHEAD  # a sealed piece is one MiB at most


@dataclass(frozen=True, slots=True)
class SealedFile:
    """The envelopes of one file, pieces in order."""

    head: bytes = field(repr=False)
    pieces: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a file says: its media type, its size in bytes and the number of its pieces."""

    media_type: str
    size: int
    pieces: int


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Where the envelopes of one file belong, and the key they are under."""

    key: UnitKey
    tenant: UUID
    file: UUID

    def seal_head(self, media_type: str, size: int) -> bytes:
        """The head of a file of `size` bytes. Raises ValueError for an empty one."""
        if size <= 0:
            raise ValueError("an empty file has no pieces")
        about = {"media_type": media_type, "size": size, "pieces": -(-size // PIECE)}
        return seal(self.key, self._binding("material_head", 0), json.dumps(about).encode())

    def open_head(self, sealed: bytes) -> Head:
        """What a head says. Raises SealRefused, with no reason, unless it fits."""
        about = json.loads(open_(self.key, self._binding("material_head", 0), sealed))
        head = Head(about["media_type"], about["size"], about["pieces"])
        if head.pieces != -(-head.size // PIECE):
            raise SealRefused
        return head

    def seal_piece(self, position: int, content: bytes) -> bytes:
        """The piece at a position. Raises ValueError for one that is empty or longer than PIECE."""
        if not 0 < len(content) <= PIECE:
            raise ValueError("a piece holds 1 to PIECE bytes")
        return seal(self.key, self._binding("material", position), content)

    def open_piece(self, head: Head, position: int, sealed: bytes) -> bytes:
        """The bytes at a position of the head's file. Raises SealRefused, with no reason, unless they fit."""
        content = open_(self.key, self._binding("material", position), sealed)
        if len(content) != min(PIECE, head.size - position * PIECE):
            raise SealRefused
        return content

    def seal_thumb(self, picture: bytes) -> bytes:
        """The small picture of the file."""
        return seal(self.key, self._binding("material_thumb", 0), picture)

    def open_thumb(self, sealed: bytes) -> bytes:
        """The small picture. Raises SealRefused, with no reason, unless it fits."""
        return open_(self.key, self._binding("material_thumb", 0), sealed)

    def _binding(self, class_: str, revision: int) -> Binding:
        return Binding(self.tenant, self.key.unit, self.file, class_, revision)


def seal_file(key: UnitKey, tenant: UUID, file: UUID, media_type: str, content: bytes) -> SealedFile:
    """Seal a file's bytes. Raises ValueError for an empty one."""
    place = SealedPlace(key, tenant, file)
    head = place.seal_head(media_type, len(content))
    parts = (content[at : at + PIECE] for at in range(0, len(content), PIECE))
    return SealedFile(head, tuple(place.seal_piece(position, part) for position, part in enumerate(parts)))


def open_file(key: UnitKey, tenant: UUID, file: UUID, sealed: SealedFile) -> bytes:
    """A file's bytes. Raises SealRefused, with no reason, unless the head and every piece fit."""
    place = SealedPlace(key, tenant, file)
    head = place.open_head(sealed.head)
    if len(sealed.pieces) != head.pieces:
        raise SealRefused
    return b"".join(place.open_piece(head, position, piece) for position, piece in enumerate(sealed.pieces))
