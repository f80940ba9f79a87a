"""Which way up a picture is: the only one of a camera's notes that stays.

A camera writes the pixels as the sensor lay and notes the turn in EXIF. The notes go; the turn comes back as a block of
its own that says nothing else.

>>> read_turn(only_turn(6))
6
>>> len(only_turn(6)), read_turn(b"not a block at all")
(26, 1)
"""

from __future__ import annotations

import struct
from typing import Final

UPRIGHT: Final = 1
_ORIENTATION: Final = 0x0112
_GPS: Final = 0x8825
_MOST_ENTRIES: Final = 512


def only_turn(orientation: int) -> bytes:
    """A TIFF block with the orientation and nothing else."""
    return b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def read_turn(block: bytes) -> int:
    """The orientation, 1 to 8, that a TIFF block states; 1 where it states none that exists."""
    found = _entries(block).get(_ORIENTATION)
    order = ">" if block[:2] == b"MM" else "<"
    value = struct.unpack_from(order + "H", found)[0] if found else UPRIGHT
    return int(value) if 1 <= value <= 8 else UPRIGHT


def has_place(block: bytes) -> bool:
    """Whether a TIFF block says where a picture was taken.

    >>> has_place(only_turn(3))
    False
    """
    return _GPS in _entries(block)


def has_thumbnail(block: bytes) -> bool:
    """Whether a second directory follows: the small picture that keeps what the large one no longer shows."""
    order = ">" if block[:2] == b"MM" else "<"
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, first)
        (following,) = struct.unpack_from(order + "I", block, first + 2 + 12 * count)
    except struct.error:
        return False
    return bool(following)


def _entries(block: bytes) -> dict[int, bytes]:
    """Tag → the four bytes of its value, of the first directory as far as it can be read."""
    if block[:4] not in (b"MM\x00\x2a", b"II\x2a\x00"):
        return {}
    order = ">" if block[:2] == b"MM" else "<"
    found: dict[int, bytes] = {}
    try:
        (at,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, at)
        for number in range(min(count, _MOST_ENTRIES)):
            (tag,) = struct.unpack_from(order + "H", block, at + 2 + 12 * number)
            value = block[at + 10 + 12 * number : at + 14 + 12 * number]
            if len(value) == 4:
                found[tag] = value
    except struct.error:
        return found
    return found
