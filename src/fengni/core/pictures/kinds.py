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
# What begins a file of another kind: its media type, and why it is refused where a picture is wanted.
_OTHERS: Final = (
    (b"MZ", "", "pictures.program"),
    (b"\x7fELF", "", "pictures.program"),
    (b"#!", "", "pictures.program"),
    (b"PK\x03\x04", "application/zip", "pictures.archive"),
    (b"Rar!", "application/vnd.rar", "pictures.archive"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "pictures.archive"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage", "pictures.office"),
    (b"GIF8", "image/gif", "pictures.animation"),
)
_PLAYED: Final = ((4, b"ftyp", "video/mp4"), (0, b"\x1aE\xdf\xa3", "video/x-matroska"), (8, b"AVI ", "video/x-msvideo"))
_DRAWN: Final = frozenset({JPEG, PNG, WEBP, HEIC})
BEGINNING: Final = 1024


def recognise(content: bytes) -> str:
    """The media type of what can be drawn. Raises UnreadableFile for every other kind, for nothing and for too much."""
    check_size(len(content))
    media_type = by_beginning(content)
    if media_type in _DRAWN or media_type == PDF:
        return media_type
    code = next((code for begin, _, code in _OTHERS if content.startswith(begin)), "pictures.other-kind")
    raise UnreadableFile(code)


def by_beginning(content: bytes) -> str:
    """The media type by the first BEGINNING bytes. Raises UnreadableFile for a program: nobody keeps one here.

    >>> by_beginning(b"PK\x03\x04 a letter"), by_beginning(b"....ftypisom"), by_beginning(b"words")
    ('application/zip', 'video/mp4', 'application/octet-stream')
    """
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return HEIC
    for begin, media_type, code in _OTHERS:
        if content.startswith(begin):
            if not media_type:
                raise UnreadableFile(code)
            return media_type
    if b"%PDF-" in content[:BEGINNING]:
        return PDF
    return next((kind for at, mark, kind in _PLAYED if content[at : at + 4] == mark), "application/octet-stream")


def is_drawn(media_type: str, size: int) -> bool:
    """Whether a file is looked into and shown page by page: every picture, and a PDF that is not too large for it."""
    return media_type in _DRAWN or (media_type == PDF and size <= MOST_BYTES)


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
