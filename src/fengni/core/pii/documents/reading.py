"""From bytes to passages: what a file is, is seen in its bytes; only mail and delimited text go by their ending.

>>> import io
>>> [p.text for p in passages(io.BytesIO(b"15400000001"), "a.txt", refused=print)]
['15400000001']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from fengni.core.errors import UnreadableFile
from fengni.core.pii.documents.docx import docx_passages
from fengni.core.pii.documents.eml import LARGEST, Refused, eml_passages
from fengni.core.pii.documents.package import Package
from fengni.core.pii.documents.passage import Passage
from fengni.core.pii.documents.text import text_passages
from fengni.core.pii.documents.xlsx import xlsx_passages

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: Final = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"{\\rtf",
    b"RIFF", b"SQLite format 3", b"BZh9", b"\xfd7zXZ", b"\x00asm", b"ID3", b"OggS", b"\xca\xfe\xba\xbe",
)  # fmt: skip
_DEEPEST: Final = 3


def passages(source: IO[bytes], name: str, *, refused: Refused, depth: int = 0) -> Iterator[Passage]:
    """What there is to scan in a file.

    `refused(place, error)` is told of attachments that cannot be read. Raises UnreadableFile: pii.kind-not-read,
    pii.old-office, pii.not-text, pii.truncated, pii.bomb, pii.encrypted, pii.xml-attack, pii.too-large, pii.too-deep.
    """
    try:
        yield from _passages(source, name, refused, depth)
    except RecursionError as e:
        raise UnreadableFile("pii.bomb") from e


def _passages(source: IO[bytes], name: str, refused: Refused, depth: int) -> Iterator[Passage]:
    if depth > _DEEPEST:
        raise UnreadableFile("pii.too-deep")
    source.seek(0)
    head = source.read(16)
    if head.startswith(b"PK\x03\x04"):
        yield from _office(Package(source))
    elif head.startswith(_OLE):
        raise UnreadableFile("pii.old-office")
    elif head.startswith(_FOREIGN):
        raise UnreadableFile("pii.kind-not-read")
    elif name.lower().endswith(".eml"):
        if source.seek(0, 2) > LARGEST:
            raise UnreadableFile("pii.too-large")
        source.seek(0)
        yield from eml_passages(
            source, refused=refused, attached=lambda s, n: passages(s, n, refused=refused, depth=depth + 1)
        )
    else:
        yield from text_passages(source, delimited=name.lower().endswith((".csv", ".tsv", ".tab")))


def _office(package: Package) -> Iterator[Passage]:
    if "word/document.xml" in package:
        return docx_passages(package)
    if "xl/workbook.xml" in package:
        return xlsx_passages(package)
    raise UnreadableFile("pii.kind-not-read")
