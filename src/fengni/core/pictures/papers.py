"""HEIC and PDF: written anew, because both hide things in many places.

A HEIC becomes an upright JPEG that every program draws. Of a PDF the pages go into a new document: what belongs to the
whole (description, attachments, scripts, outlines, forms, earlier versions) stays behind; annotations go too, except
what a page shows by them. When anything that runs or is attached is still there, the pages become pictures.

PDFium is no friend of threads: one call at a time.

>>> strip_pdf(b"%PDF-1.7 and nothing else")
Traceback (most recent call last):
    ...
fengni.core.errors.UnreadableFile: pictures.broken
"""

from __future__ import annotations

import ctypes
import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pillow_heif
import pypdfium2
from PIL import Image
from pypdfium2 import raw

from fengni.core.errors import UnreadableFile
from fengni.core.pictures.kinds import MOST_PAGES, MOST_PIXELS
from fengni.core.pictures.turn import has_place

_ONE_AT_A_TIME: Final = threading.RLock()
_ACTIVE: Final = re.compile(rb"/(JavaScript|JS|EmbeddedFile|Launch|RichMedia|OpenAction|AA|SubmitForm|XFA)\b")
_WRITTEN: Final = re.compile(rb"/CreationDate\(D:\d{14}([^)]{0,8})\)(?=/Creator\(PDFium\))")
_NUMBER: Final = re.compile(rb"/ID\[<[0-9A-Fa-f]{32}><[0-9A-Fa-f]{32}>\](>>\s+startxref)")
_SHOWN: Final = frozenset({raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_FREETEXT})
_ABOUT: Final = (b"Title", b"Author", b"Subject", b"Keywords", b"Creator", b"Producer", b"CreationDate", b"ModDate")
_NO_TEXT: Final = 2  # bytes: the end of an empty text
_PASSWORD: Final = 4
_DOTS_PER_POINT: Final = 200 / 72
_LONGEST: Final = 4000
_QUALITY: Final = 95


def heic_to_jpeg(content: bytes) -> tuple[bytes, set[str]]:
    """An upright JPEG of a HEIC's first picture, and codes of what it carried. Raises UnreadableFile when broken."""
    try:
        held = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
        about = held[0]
        if about.size[0] * about.size[1] > MOST_PIXELS:
            raise UnreadableFile("pictures.too-many-pixels", most=MOST_PIXELS // 1_000_000)
        exif, xmp, profile = about.info.get("exif"), about.info.get("xmp"), about.info.get("icc_profile")
        with about.to_pillow() as picture:
            drawn = picture.convert("RGB")
    except (ValueError, EOFError, OSError, RuntimeError, IndexError, SyntaxError) as broken:
        raise UnreadableFile("pictures.broken") from broken
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=_QUALITY, **({"icc_profile": profile} if profile else {}))
    removed = {code for code, there in (("exif", exif), ("xmp", xmp)) if there}
    if isinstance(exif, bytes) and has_place(exif.removeprefix(b"Exif\x00\x00")):
        removed.add("gps")
    return out.getvalue(), removed | {"converted"}


def strip_pdf(content: bytes) -> tuple[bytes, set[str], int]:
    """The pages in a new document, codes of what stayed behind, and how many pages. Raises UnreadableFile."""
    with opened(content) as document:
        pages = len(document)
        removed = _carried(document)
        with pypdfium2.PdfDocument.new() as fresh:
            try:
                fresh.import_pages(document)
            except pypdfium2.PdfiumError as broken:
                raise UnreadableFile("pictures.broken") from broken
            if len(fresh) != pages:
                raise UnreadableFile("pictures.broken")
            for number in range(pages):
                removed |= _without_annotations(fresh, number)
            out = io.BytesIO()
            fresh.save(out)
        if _ACTIVE.search(out.getvalue()):
            return _as_pictures(document), removed | {"script", "converted"}, pages
    return _unnumbered(out.getvalue()), removed, pages


def _unnumbered(made: bytes) -> bytes:
    """Without the number and time of the writing, so that the same pages are the same bytes and are kept once."""
    blank = b"0" * 32
    undated = _WRITTEN.sub(rb"/CreationDate(D:19800101000000\1)", made)
    return _NUMBER.sub(rb"/ID[<" + blank + b"><" + blank + rb">]\1", undated)


def page_picture(content: bytes, page: int, longest: int) -> Image.Image:
    """One page of a PDF, drawn with at most `longest` pixels a side. Raises UnreadableFile."""
    with opened(content) as document:
        if not 0 <= page < len(document):
            raise UnreadableFile("pictures.no-such-page")
        return _draw(document, page, longest)


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """A PDF to be read. Raises UnreadableFile for a broken, locked, empty or endless one."""
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as refused:
            locked = getattr(refused, "err_code", None) == _PASSWORD
            raise UnreadableFile("pictures.locked" if locked else "pictures.broken") from refused
        try:
            if len(document) == 0:
                raise UnreadableFile("pictures.no-pages")
            if len(document) > MOST_PAGES:
                raise UnreadableFile("pictures.too-many-pages", most=MOST_PAGES)
            yield document
        finally:
            document.close()


def _carried(document: Any) -> set[str]:
    found = set()
    if any(raw.FPDF_GetMetaText(document, name, None, 0) > _NO_TEXT for name in _ABOUT):  # undecoded: it may be broken
        found.add("document_info")
    if document.count_attachments():
        found.add("attachment")
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        found.add("script")
    return found


def _without_annotations(document: Any, number: int) -> set[str]:
    page = document[number]
    found = set()
    for place in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind not in _SHOWN:
            raw.FPDFPage_RemoveAnnot(page, place)
            found.add("attachment" if kind == raw.FPDF_ANNOT_FILEATTACHMENT else "comment")
    page.close()
    return found


def _draw(document: Any, number: int, longest: int) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        if not 0 < max(width, height) < float("inf"):
            raise UnreadableFile("pictures.broken")
        scale = min(_DOTS_PER_POINT, longest / max(width, height))
        drawn = page.render(scale=scale, may_draw_forms=False)
        picture: Image.Image = drawn.to_pil().convert("RGB")
        page.close()
    except (pypdfium2.PdfiumError, ValueError, ctypes.ArgumentError) as broken:
        raise UnreadableFile("pictures.broken") from broken
    return picture


def _as_pictures(document: Any) -> bytes:
    pictures = [_draw(document, number, _LONGEST) for number in range(len(document))]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=200.0, quality=_QUALITY)
    made = out.getvalue()
    with opened(made) as again, pypdfium2.PdfDocument.new() as fresh:
        fresh.import_pages(again)
        plain = io.BytesIO()
        fresh.save(plain)
    return plain.getvalue()
