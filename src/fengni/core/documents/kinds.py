"""What a file is by its first bytes.

>>> kind_of(b"%PDF-1.7"), kind_of(b"II*\\0...."), kind_of(b"....ftypheic"), kind_of(b"name,phone")
('pdf', 'picture', 'picture', 'text')
"""

from __future__ import annotations

from typing import Final

HEAD: Final = 2048
_BEGINNINGS: Final = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"), (b"BM", "bitmap"), (b"RIFF", "riff"),
    (b"Rar!", "foreign"), (b"\x1f\x8b", "foreign"), (b"MZ", "program"), (b"\x7fELF", "foreign"), (b"{\\rtf", "foreign"),
    (b"SQLite format 3", "foreign"), (b"BZh9", "foreign"), (b"\xfd7zXZ", "foreign"), (b"\x00asm", "foreign"),
    (b"ID3", "foreign"), (b"OggS", "foreign"), (b"\xca\xfe\xba\xbe", "foreign"),
    (b"\x01\x00\x00\x00", "metafile"), (b"\xd7\xcd\xc6\x9a", "foreign"),
)  # fmt: skip
_HEIF: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif", b"avif"})
_PDF_WITHIN: Final = 1024  # readers look for the header that far (ISO 32000-1, implementation note 13)


def kind_of(head: bytes) -> str:
    """zip, 7z, pdf, ole, picture, foreign (a kind that is not read) or text (everything else)."""
    kind = next((kind for begin, kind in _BEGINNINGS if head.startswith(begin)), "")
    if kind == "riff":
        return "picture" if head[8:12] == b"WEBP" else "foreign"
    if kind == "metafile":  # an enhanced metafile says so later in its header ([MS-EMF] 2.3.4.2)
        return "foreign" if head[40:44] == b" EMF" else "text"
    if kind == "bitmap":  # two letters begin many a text; four zero bytes after the size do not follow in one
        return "picture" if head[6:10] == bytes(4) else "text"
    if kind == "program":
        return "foreign" if b"\0" in head[:64] else "text"
    if kind:
        return kind
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in _HEIF else "foreign"
    return "pdf" if head[:_PDF_WITHIN].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-") else "text"
