"""Files under a unit's key: a sealed head that says how many pieces there are, and the pieces, at most one MiB each.

    head     class material_head, revision 0: media type, size in bytes, number of pieces (JSON)
    pieces   class material, revision = position

Each envelope is bound to tenant, unit and file; a piece to its position too. A piece left off, doubled, put elsewhere
or taken from another file is refused with the same SealRefused as a changed bit (docs/spec/envelope.md).

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


def seal_file(key: UnitKey, tenant: UUID, file: UUID, media_type: str, content: bytes) -> SealedFile:
    """Seal a file's bytes. Raises ValueError for an empty one."""
    if not content:
        raise ValueError("an empty file has no pieces")
    parts = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    about = {"media_type": media_type, "size": len(content), "pieces": len(parts)}
    head = seal(key, Binding(tenant, key.unit, file, "material_head", 0), json.dumps(about).encode())
    pieces = [seal(key, Binding(tenant, key.unit, file, "material", at), part) for at, part in enumerate(parts)]
    return SealedFile(head, tuple(pieces))


def open_file(key: UnitKey, tenant: UUID, file: UUID, sealed: SealedFile) -> bytes:
    """A file's bytes. Raises SealRefused, with no reason, unless the head and every piece fit."""
    about = json.loads(open_(key, Binding(tenant, key.unit, file, "material_head", 0), sealed.head))
    if len(sealed.pieces) != about["pieces"]:
        raise SealRefused
    places = [Binding(tenant, key.unit, file, "material", at) for at in range(len(sealed.pieces))]
    content = b"".join(open_(key, place, piece) for place, piece in zip(places, sealed.pieces, strict=True))
    if len(content) != about["size"]:
        raise SealRefused
    return content
