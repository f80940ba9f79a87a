"""What a file is, told by its bytes and never by its name.

>>> recognise(b"\\xff\\xd8\\xff\\xe0rest"), recognise(b"%PDF-1.7 ...")
('image/jpeg', 'application/pdf')
>>> recognise(b"MZ\\x90\\x00 called card.png")
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pictures.program
>>> recognise(b"")
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pictures.empty
"""

from __future__ import annotations

from typing import Final

from fengni.core.errors import UnreadableFile

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
HEIC: Final = "image/heic"
PDF: Final = "application/pdf"
MOST_BYTES: Final = 32 << 20
MOST_PIXELS: Final = 89_000_000
MOST_PAGES: Final = 200
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"})
_REFUSED: Final = (
    (b"MZ", "pictures.program"),
    (b"\x7fELF", "pictures.program"),
    (b"#!", "pictures.program"),
    (b"PK\x03\x04", "pictures.archive"),
    (b"Rar!", "pictures.archive"),
    (b"7z\xbc\xaf\x27\x1c", "pictures.archive"),
    (b"\xd0\xcf\x11\xe0", "pictures.office"),
    (b"GIF8", "pictures.animation"),
)
_PDF_BEGINS_WITHIN: Final = 1024


def recognise(content: bytes) -> str:
    """The media type. Raises UnreadableFile for an empty or too large file and for every other kind."""
    check_size(len(content))
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return HEIC
    for begin, code in _REFUSED:
        if content.startswith(begin):
            raise UnreadableFile(code)
    if b"%PDF-" in content[:_PDF_BEGINS_WITHIN]:
        return PDF
    raise UnreadableFile("pictures.other-kind")


def check_size(size: int) -> None:
    """Raise UnreadableFile for nothing at all and for more than may be taken in.

    >>> check_size(40 << 20)
    Traceback (most recent call last):
        ...
    fengni.core.errors.UnreadableFile: pictures.too-large (most=32)
    """
    if size <= 0:
        raise UnreadableFile("pictures.empty")
    if size > MOST_BYTES:
        raise UnreadableFile("pictures.too-large", most=MOST_BYTES >> 20)
