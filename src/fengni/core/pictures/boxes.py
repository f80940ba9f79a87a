"""PNG and WebP: chunks left out, the others kept bit for bit.

>>> strip_png(b"\\x89PNG\\r\\n\\x1a\\n" + bytes(5))
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pictures.cut-off
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from fengni.core.errors import UnreadableFile
from fengni.core.pictures.turn import UPRIGHT, has_place, has_thumbnail, only_turn, read_turn

_PNG_SIGN: Final = b"\x89PNG\r\n\x1a\n"
_PNG_DRAWN: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
)
_PNG_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_WEBP_DRAWN: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def strip_png(content: bytes) -> tuple[bytes, set[str]]:
    """The same picture without what it carried, and codes of what that was. Raises UnreadableFile when broken."""
    out, removed, orientation = [_PNG_SIGN], set(), UPRIGHT
    end = len(_PNG_SIGN)
    for kind, body, whole in _png_chunks(content):
        end += len(whole)
        if kind in _PNG_DRAWN:
            out.append(whole)
        elif kind == b"eXIf":
            codes, orientation = _notes(body)
            removed |= codes
        elif kind in _PNG_TEXTS:
            removed.add("xmp" if b"adobe.xmp" in body[:40] else "comment")
        else:
            removed.add("note")
    if len(content) > end:
        removed.add("trailer")
    if orientation != UPRIGHT:
        block = b"eXIf" + only_turn(orientation)
        out.insert(2, (len(block) - 4).to_bytes(4, "big") + block + zlib.crc32(block).to_bytes(4, "big"))
    return b"".join(out), removed


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at = len(_PNG_SIGN)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        whole = content[at : at + 12 + length]
        if len(whole) < 12 + length:
            raise UnreadableFile("pictures.cut-off")
        if zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
            raise UnreadableFile("pictures.broken")
        yield whole[4:8], whole[8:-4], whole
        if whole[4:8] == b"IEND":
            return
        at += len(whole)
    raise UnreadableFile("pictures.cut-off")


def strip_webp(content: bytes) -> tuple[bytes, set[str]]:
    """The same picture without what it carried, and codes of what that was. Raises UnreadableFile when broken."""
    size = int.from_bytes(content[4:8], "little") + 8
    if len(content) < size:
        raise UnreadableFile("pictures.cut-off")
    kept: list[tuple[bytes, bytes]] = []
    removed, orientation = {"trailer"} if len(content) > size + 1 else set(), UPRIGHT
    at = 12
    while at + 8 <= size:
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + length]
        if len(body) < length:
            raise UnreadableFile("pictures.cut-off")
        if kind in (b"ANIM", b"ANMF"):
            raise UnreadableFile("pictures.animation")
        if kind in _WEBP_DRAWN:
            kept.append((kind, body))
        elif kind == b"EXIF":
            codes, orientation = _notes(body.removeprefix(b"Exif\x00\x00"))
            removed |= codes
        else:
            removed.add("xmp" if kind == b"XMP " else "note")
        at += 8 + length + (length & 1)
    turned = orientation != UPRIGHT and any(kind == b"VP8X" for kind, _ in kept)
    if turned:
        kept.append((b"EXIF", only_turn(orientation)))
    return _riff(kept, turned=turned), removed


def _riff(chunks: list[tuple[bytes, bytes]], *, turned: bool) -> bytes:
    out = bytearray(b"WEBP")
    for kind, body in chunks:
        if kind == b"VP8X" and body:
            flags = body[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if turned else 0)
            body = bytes([flags]) + body[1:]
        out += kind + len(body).to_bytes(4, "little") + body + b"\x00" * (len(body) & 1)
    return b"RIFF" + len(out).to_bytes(4, "little") + bytes(out)


def _notes(block: bytes) -> tuple[set[str], int]:
    """What a camera's notes are removed for, and the turn they state. The turn alone is nothing to remove."""
    orientation = read_turn(block)
    if block == only_turn(orientation):
        return set(), orientation
    codes = {"exif"} | ({"gps"} if has_place(block) else set())
    return codes | ({"thumbnail"} if has_thumbnail(block) else set()), orientation
