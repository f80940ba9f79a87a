"""What a PDF of ours holds: its attachments, and its pages as text. For checking what left the house.

>>> attached(b"no PDF at all")
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: printing.no-pdf
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pypdfium2

from fengni.core.errors import UnreadableFile

_ONE_AT_A_TIME: Final = threading.RLock()
_MOST: Final = 50


def attached(content: bytes) -> dict[str, bytes]:
    """The files inside a PDF by name. Raises UnreadableFile ("printing.no-pdf")."""
    with _opened(content) as document:
        held = [document.get_attachment(place) for place in range(min(document.count_attachments(), _MOST))]
        return {one.get_name().lstrip("/"): bytes(one.get_data()) for one in held}


def page_texts(content: bytes) -> list[str]:
    """The text of each page as a reader copies it. Raises UnreadableFile ("printing.no-pdf")."""
    with _opened(content) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """PDFium is no friend of threads: one call at a time."""
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            raise UnreadableFile("printing.no-pdf") from None
        try:
            yield document
        finally:
            document.close()
