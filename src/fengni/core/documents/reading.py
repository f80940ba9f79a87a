"""From bytes to passages: what a file is, is seen in its bytes; mail, delimited text, HTML and JSON go by their ending.

>>> import io
>>> [p.text for p in passages(io.BytesIO(b"15400000001"), "a.txt", refused=print)]
['15400000001']
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Final

from fengni.core.documents.inside import Budget, Inside, Refused
from fengni.core.documents.kinds import HEAD, kind_of
from fengni.core.documents.text import text_passages, whole_text
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_DELIMITED: Final = (".csv", ".tsv", ".tab")
_MARKUP: Final = (b"<!doctype html", b"<html")
_MOST_MAIL: Final = 100 * 1024 * 1024
_MOST_MARKUP: Final = 32 * 1024 * 1024


def passages(source: IO[bytes], name: str, *, refused: Refused) -> Iterator[Passage]:
    """What there is to scan in a file.

    `refused(place, error)` is told of parts that cannot be read, or only in part (pii.digits-lost,
    pii.picture-not-read). Raises UnreadableFile: pii.kind-not-read, pii.picture-not-read, pii.parts-missing,
    pii.old-office, pii.not-text, pii.truncated, pii.bomb, pii.encrypted, pii.xml-attack, pii.too-large, pii.too-deep.
    """
    try:
        yield from _passages(source, name, Inside(_passages, refused, Budget()))
    except RecursionError as e:
        raise UnreadableFile("pii.bomb") from e


def _passages(source: IO[bytes], name: str, inside: Inside) -> Iterator[Passage]:
    """Readers are imported when a file needs them: a scan of logs loads none of the others."""
    source.seek(0)
    head = source.read(HEAD)
    kind = kind_of(head)
    if kind == "zip":
        yield from _packed(source, inside)
    elif kind == "7z":
        from fengni.core.documents.archive import sevenzip_passages

        yield from sevenzip_passages(source, inside)
    elif kind == "pdf":
        from fengni.core.documents.pdf import pdf_passages

        yield from pdf_passages(source, inside)
    elif kind == "ole":
        from fengni.core.documents.ole import ole_passages

        yield from ole_passages(source, inside)
    elif kind in ("picture", "foreign"):
        raise UnreadableFile("pii.picture-not-read" if kind == "picture" else "pii.kind-not-read")
    else:
        yield from _text(source, head, PurePosixPath(name.lower()).suffix, inside)


def _text(source: IO[bytes], head: bytes, ending: str, inside: Inside) -> Iterator[Passage]:
    size = source.seek(0, 2)
    if ending == ".eml":
        from fengni.core.documents.eml import eml_passages

        if size > _MOST_MAIL:
            raise UnreadableFile("pii.too-large")
        source.seek(0)
        yield from eml_passages(source, inside)
        return
    if ending in (".html", ".htm", ".xhtml") or head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        from fengni.core.documents.markup import html_passages

        if size <= _MOST_MARKUP:
            yield from html_passages(whole_text(source))
            return
    if ending in (".json", ".jsonl", ".ndjson"):
        from fengni.core.documents.json import LARGEST, json_passages

        found = json_passages(whole_text(source)) if size <= LARGEST else None
        if found is not None:
            yield from found
            return
    yield from text_passages(source, delimited=ending in _DELIMITED)


def _packed(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    from fengni.core.documents.archive import zip_passages
    from fengni.core.documents.package import Package

    package = Package.office(source)
    if package is None:
        yield from zip_passages(source, inside)
    elif "word/document.xml" in package:
        from fengni.core.documents.docx import docx_passages

        yield from docx_passages(package, inside)
    elif "xl/workbook.xml" in package:
        from fengni.core.documents.xlsx import xlsx_passages

        yield from xlsx_passages(package, inside)
    else:
        from fengni.core.documents.pptx import pptx_passages

        yield from pptx_passages(package, inside)
