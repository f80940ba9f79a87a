"""PDF: pages as `#page=3`, what hangs on them as `#page=3/annotations`, the rest as `#bookmarks`, `#properties` ...

Text and pictures of pages by PDFium, the objects around them by qpdf (pikepdf). The text of a page is as PDFium gives
it, lines ended by CR LF. A page that is a picture, or that holds one large enough to be a card or a letter, is reported
as a picture that waits for text recognition; a page whose font says nothing of its characters is reported too.
Attached files are read like files. Scripts, forms (also XFA), XMP and alternative texts count, and so does what an
earlier version of the file held and the last does not: `#revision=1#page=3`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import IO, Any, Final

from fengni.core.documents.inside import LARGEST, Exhausted, Inside
from fengni.core.documents.pdf_objects import object_passages
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

MOST_PAGES: Final = 20_000
_MOST_BROKEN: Final = 10
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_CARD: Final = 40_000  # pixels: an ID card that can still be read has more
_MOST_REVISIONS: Final = 8
_END: Final = re.compile(rb"%%EOF\r?\n?")
_GOES_ON: Final = re.compile("[0-9]|[Xx](?![0-9A-Za-z])")
_NOTHING: Final = "\u2060\u2060"  # as long as the line end that it stands for, and without width (folding.py)
_UNKNOWN: Final = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")


def pdf_passages(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    """The text of a document. Raises UnreadableFile: pii.truncated, pii.encrypted, pii.too-large, pii.parts-missing."""
    known: set[tuple[str, str]] = set()
    for passage in _version(source, inside):
        known.add((passage.place, passage.text))
        yield passage
    for number, former in _earlier(source, inside):
        silent = replace(inside, refused=lambda place, error: None)  # the last version has said what it lacks
        try:
            for passage in _version(former, silent):
                if (passage.place, passage.text) not in known:
                    yield replace(passage, place=f"#revision={number}{passage.place}")
        except Exhausted:
            raise
        except UnreadableFile:
            continue  # the mark of an end that is none


def _earlier(source: IO[bytes], inside: Inside) -> Iterator[tuple[int, IO[bytes]]]:
    """The versions before the last (ISO 32000-2 7.5.6): each ends at its own mark, the next is appended to it."""
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    if size > LARGEST:
        inside.refuse("revisions", "pii.too-large")
        return
    content = source.read()
    ends = [match.end() for match in _END.finditer(content)]
    if b"/Linearized" in content[:1024]:
        ends = ends[1:]  # the first mark ends the first page's part
    ends = [end for end in ends[:-1] if content[end:].strip()]
    for number, end in list(enumerate(ends, 1))[-_MOST_REVISIONS:]:
        inside.budget.spend(end)
        yield number, io.BytesIO(content[:end])


def _version(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    try:
        import pypdfium2
    except ImportError as e:
        raise UnreadableFile("pii.parts-missing") from e
    source.seek(0)
    try:
        document = pypdfium2.PdfDocument(source)
        try:
            yield from _pages(document, inside)
        finally:
            document.close()
    except pypdfium2.PdfiumError as e:
        raise UnreadableFile("pii.encrypted" if getattr(e, "err_code", 0) == _PASSWORD else "pii.truncated") from e
    source.seek(0)
    yield from object_passages(source, inside)


def _pages(document: Any, inside: Inside) -> Iterator[Passage]:
    import pypdfium2

    count, broken = len(document), 0
    if count > MOST_PAGES:
        raise UnreadableFile("pii.too-large")
    for number in range(1, count + 1):
        try:
            text, pictured = _page(document, number - 1)
        except (pypdfium2.PdfiumError, ValueError):
            broken += 1
            inside.refuse(f"page={number}", "pii.truncated")
            if broken >= _MOST_BROKEN:
                raise UnreadableFile("pii.truncated") from None
            continue
        if text.strip():
            yield Passage(_joined(text), place=f"#page={number}")
        if len(_UNKNOWN.findall(text)) * 3 > len(text):
            inside.refuse(f"page={number}", "pii.font-not-read")
        if pictured:
            inside.refuse(f"page={number}", "pii.picture-not-read")


def _joined(text: str) -> str:
    """The text with numbers that a full line's end cuts in one piece: what stands between the halves has no width.

    >>> _joined("a line of words 99010119\\r\\n8802290212") == "a line of words 99010119\\u2060\\u20608802290212"
    True
    >>> _joined("12\\r\\n34 is what the lines above are, short")[2:4]
    '\\r\\n'
    """
    text = text.replace("\x02", "-").replace("\ufffe", "-")  # PDFium's signs for a hyphen at the end of a line
    lines = text.split("\r\n")
    longest = max(_width(line) for line in lines)
    parts = [lines[0]]
    for line, following in pairwise(lines):
        cut = line[-1:].isdigit() and _GOES_ON.match(following) and _width(line) * 10 >= longest * 9
        parts.append((_NOTHING if cut else "\r\n") + following)
    return "".join(parts)


def _width(line: str) -> int:
    return sum(1 if character < "\u1100" else 2 for character in line)


def _page(document: Any, at: int) -> tuple[str, bool]:
    """The text of a page, and whether it shows something that would have to be looked at."""
    from pypdfium2 import raw

    page = document[at]
    try:
        text_page = page.get_textpage()
        try:
            text: str = text_page.get_text_range()
        finally:
            text_page.close()
        pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5)
        pictured = any(_pixels(picture) >= _CARD for picture in pictures)
        if not pictured and not text.strip():
            pictured = next(iter(page.get_objects(max_depth=1)), None) is not None
        return text, pictured
    finally:
        page.close()


def _pixels(picture: Any) -> int:
    width, height = picture.get_px_size()
    return int(width) * int(height)
