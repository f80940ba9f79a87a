"""Take out of a file what its picture does not show, and prove that it still draws.

JPEG, PNG and WebP lose segments and keep their pixels bit for bit; HEIC becomes JPEG; a PDF's pages move into a new
document. What comes back was drawn once, so a file cut off on its way is refused here and not by whoever opens it.

Codes of what was taken out: exif gps xmp iptc comment thumbnail note trailer document_info attachment script converted
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field

from PIL import Image

from fengni.core.errors import UnreadableFile
from fengni.core.pictures import kinds
from fengni.core.pictures.boxes import strip_png, strip_webp
from fengni.core.pictures.jpeg import strip_jpeg
from fengni.core.pictures.papers import heic_to_jpeg, strip_pdf

_WAYS = {kinds.JPEG: strip_jpeg, kinds.PNG: strip_png, kinds.WEBP: strip_webp, kinds.HEIC: heic_to_jpeg}
_BROKEN = (OSError, SyntaxError, ValueError, struct.error, EOFError, IndexError, KeyError, TypeError, OverflowError)
_SMALL = (1000, 1000)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file that carries nothing unseen. `removed` says by codes what it carried."""

    media_type: str
    content: bytes = field(repr=False)
    pages: int
    removed: tuple[str, ...]


def strip(content: bytes) -> Stripped:
    """A file without what its picture does not show. Raises UnreadableFile for whatever cannot be drawn.

    >>> strip(b"not a picture at all")
    Traceback (most recent call last):
        ...
    fengni.core.errors.UnreadableFile: pictures.other-kind
    """
    media_type = kinds.recognise(content)
    if media_type == kinds.PDF:
        plain, removed, pages = strip_pdf(content)
        return Stripped(media_type, plain, pages, tuple(sorted(removed)))
    plain, removed = _WAYS[media_type](content)
    check_drawable(plain)
    kept = kinds.JPEG if media_type == kinds.HEIC else media_type
    return Stripped(kept, plain, 1, tuple(sorted(removed)))


def check_drawable(content: bytes) -> None:
    """Draw a picture and forget it. Raises UnreadableFile when it is cut off, broken or too large to draw."""
    with opened(content) as picture:
        picture.draft("RGB", _SMALL)  # a JPEG is read to its end, but drawn at an eighth
        try:
            picture.load()
        except _BROKEN as broken:
            raise UnreadableFile(_code_of(broken)) from broken


def opened(content: bytes) -> Image.Image:
    """A picture whose size is known to be bearable. Raises UnreadableFile."""
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise UnreadableFile("pictures.too-many-pixels", most=kinds.MOST_PIXELS // 1_000_000) from bomb
    except _BROKEN as broken:
        raise UnreadableFile(_code_of(broken)) from broken
    if picture.width * picture.height > kinds.MOST_PIXELS:
        raise UnreadableFile("pictures.too-many-pixels", most=kinds.MOST_PIXELS // 1_000_000)
    return picture


def _code_of(broken: BaseException) -> str:
    return "pictures.cut-off" if "truncated" in str(broken) else "pictures.broken"
