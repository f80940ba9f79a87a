"""JPEG: segments left out, the compressed picture kept bit for bit.

Kept: what is needed to draw (frames, tables, scans), JFIF, Adobe's colour note, the colour profile, the turn. Left
out: every other application segment, comments, and whatever lies behind the end of the picture (second pictures, short
films).

>>> strip_jpeg(bytes.fromhex("ffd8fffe00047365ffd9")) == (bytes.fromhex("ffd8ffd9"), {"comment"})
True
>>> strip_jpeg(bytes.fromhex("ffd8fffe0004"))
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pictures.cut-off
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fengni.core.errors import UnreadableFile
from fengni.core.pictures.turn import UPRIGHT, has_place, has_thumbnail, only_turn, read_turn

_EXIF: Final = b"Exif\x00\x00"
_NAMES: Final = (
    (0xE1, b"http://ns.adobe.com/xap/1.0/", "xmp"),
    (0xE1, b"http://ns.adobe.com/xmp/extension/", "xmp"),
    (0xED, b"", "iptc"),
    (0xFE, b"", "comment"),
    (0xE0, b"JFXX", "thumbnail"),
)
_KEPT: Final = ((0xE0, b"JFIF\x00"), (0xE2, b"ICC_PROFILE\x00"), (0xEE, b"Adobe"))
_SCAN, _END = 0xDA, 0xD9


def strip_jpeg(content: bytes) -> tuple[bytes, set[str]]:
    """The same picture without what it carried, and codes of what that was. Raises UnreadableFile when broken."""
    out, removed, orientation = [b"\xff\xd8"], set(), UPRIGHT
    at = 2
    for marker, start, end in _segments(content):
        body, at = content[start:end], end
        if marker == _SCAN or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            out.append(content[start - 4 : end])
        elif any(marker == kind and body.startswith(begin) for kind, begin in _KEPT):
            kept, cut = _plain_jfif(body) if marker == 0xE0 else (body, False)
            removed |= {"thumbnail"} if cut else set()
            out.append(b"\xff" + bytes([marker]) + (len(kept) + 2).to_bytes(2, "big") + kept)
        elif marker == 0xE1 and body.startswith(_EXIF):
            block = body[len(_EXIF) :]
            if block == only_turn(read_turn(block)):
                orientation = read_turn(block)
                continue
            orientation = read_turn(block) if orientation == UPRIGHT else orientation
            removed |= {"exif"} | ({"gps"} if has_place(block) else set())
            removed |= {"thumbnail"} if has_thumbnail(block) else set()
        else:
            removed.add(next((code for m, b, code in _NAMES if m == marker and body.startswith(b)), "note"))
    if content[at : at + 2] != b"\xff\xd9":
        raise UnreadableFile("pictures.cut-off")
    if len(content) > at + 2 and content[at + 2 :].strip(b"\x00"):
        removed.add("trailer")
    if orientation != UPRIGHT:
        block = _EXIF + only_turn(orientation)
        out.insert(1, b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block)
    return b"".join(out) + b"\xff\xd9", removed


def _plain_jfif(body: bytes) -> tuple[bytes, bool]:
    """The JFIF segment without its thumbnail."""
    if len(body) > 14 and (body[12] or body[13]):
        return body[:12] + b"\x00\x00", True
    return body[:14], False


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, begin, end of its body) up to the end of the picture; a scan's body takes in its compressed data."""
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 4 > len(content) or content[at] != 0xFF:
            if content[at : at + 2] == b"\xff\xd9":
                return
            raise UnreadableFile("pictures.cut-off" if at + 4 > len(content) else "pictures.broken")
        marker = content[at + 1]
        if marker == _END:
            return
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise UnreadableFile("pictures.cut-off")
        if marker == _SCAN:
            end = _end_of_scan(content, end)
        yield marker, at + 4, end
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise UnreadableFile("pictures.cut-off")
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        elif content[at + 1] == 0xFF:
            at += 1
        else:
            return at
