"""PDF: pages as `#page=3`, what hangs on them as `#page=3/annotations`, the rest as `#bookmarks`, `#properties` ...

Text and pictures of pages by PDFium, the objects around them by qpdf (pikepdf). The text of a page is as PDFium gives
it, lines ended by CR LF. A page that is a picture, or that holds one large enough to be a card or a letter, is reported
as a picture that waits for text recognition; a page whose font says nothing of its characters is reported too.
Attached files are read like files. Scripts, forms (also XFA), XMP and alternative texts count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any, Final

from fengni.core.errors import UnreadableFile
from fengni.core.pii.documents.inside import Inside
from fengni.core.pii.documents.passage import Passage
from fengni.core.pii.documents.pdf_objects import object_passages

MOST_PAGES: Final = 20_000
_MOST_BROKEN: Final = 10
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_CARD: Final = 40_000  # pixels: an ID card that can still be read has more
_UNKNOWN: Final = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")


def pdf_passages(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    """The text of a document. Raises UnreadableFile: pii.truncated, pii.encrypted, pii.too-large, pii.parts-missing."""
    try:
        import pypdfium2
    except ImportError as e:
        raise UnreadableFile("pii.parts-missing") from e
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
            yield Passage(text, place=f"#page={number}")
        if len(_UNKNOWN.findall(text)) * 3 > len(text):
            inside.refuse(f"page={number}", "pii.font-not-read")
        if pictured:
            inside.refuse(f"page={number}", "pii.picture-not-read")


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
