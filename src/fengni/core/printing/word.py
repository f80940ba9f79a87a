"""A paper as a Word document (ECMA-376), for people who go on writing it. What is attached to a PDF is left out.

The same blocks as the PDF, in a plain form that every word processor keeps; fonts are named, not embedded. The same
paper gives the same bytes: dates inside the package are the paper's day.

>>> from datetime import date
>>> docx(Paper("回执", "zh", date(2026, 11, 30), ()))[:2]
b'PK'
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from fengni.core.printing.paper import Block, Facts, Heading, NewPage, Paper, Points, Signature, Table, Text

_LATIN, _HAN = "Times New Roman", "宋体"
_GREY: Final = RGBColor(0x6A, 0x64, 0x5C)
_LINE: Final = "＿" * 14
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first instant a ZIP can name


def docx(paper: Paper) -> bytes:
    """The paper as .docx."""
    document = Document()
    _settings(document, paper)
    if paper.kicker:
        _small(document.add_paragraph(paper.kicker))
    document.add_heading(paper.title, 1)
    for one in paper.blocks:
        _write(document, one)
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def _settings(document: Any, paper: Paper) -> None:  # Any: python-docx's document
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    day = datetime(paper.made_on.year, paper.made_on.month, paper.made_on.day, tzinfo=UTC)
    about = document.core_properties
    about.title, about.author, about.comments = paper.title, "Fengni", ""
    about.created = about.modified = day
    about.language = "zh-CN" if paper.lang == "zh" else "en-GB"
    for name, size in (("Normal", 10.5), ("Heading 1", 18), ("Heading 2", 12.5)):
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1D, 0x1B, 0x19)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), _HAN)
    if paper.foot:
        section.footer.paragraphs[0].text = paper.foot
        _small(section.footer.paragraphs[0])


def _write(document: Any, one: Block) -> None:
    match one:
        case Heading(text):
            document.add_heading(text, 2)
        case Text(text, look):
            written = document.add_paragraph(text)
            if look != "plain":
                _small(written)
        case Facts(rows):
            _table(document, rows, head=False)
        case Table(heads=heads, rows=rows):
            _table(document, (heads, *rows), head=True)
        case Points(items, numbered):
            for item in items:
                document.add_paragraph(item, style="List Number" if numbered else "List Bullet")
        case Signature(lines):
            document.add_paragraph()
            for line in lines:
                document.add_paragraph(f"{line} {_LINE}")
        case NewPage(title):
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            if title:
                document.add_heading(title, 2)


def _table(document: Any, rows: tuple[tuple[str, ...], ...], *, head: bool) -> None:
    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for written, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(written.cells, row, strict=True):
            cell.text = text
    if head:  # repeated on every page, and told to readers that cannot see it
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(mark)
    document.add_paragraph()


def _small(paragraph: Any) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(9), _GREY


def _same_bytes(package: bytes) -> bytes:
    """The package with one instant for all its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for part in given.infolist():
            written.writestr(zipfile.ZipInfo(part.filename, _EPOCH), given.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()
