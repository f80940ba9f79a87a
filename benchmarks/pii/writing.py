"""Documents as real files, written by the libraries that people's programs use, and where their spans lie once read.

>>> from benchmarks.pii.corpus import documents
>>> one = next(d for d in documents("open", 40, seed=1) if d.kind == "csv")
>>> content(one).decode()[: len(one.text)] == one.text
True
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any, Final

from benchmarks.pii.corpus import Document, Marked, Span, Table
from fengni.core.pii.passage import Passage

_PAGE: Final = '#set page(margin: 25mm)\n#set text(font: "Noto Sans SC", size: 11pt, lang: "zh")\n'


@dataclass(frozen=True, slots=True)
class Placed:
    """A span of a document and where it lies in its file: a place of docs/spec/scan.md, characters [start, end)."""

    span: Span
    place: str
    start: int
    end: int


def content(document: Document) -> bytes:
    """The file of a document. Raises KeyError for a kind that is not written."""
    writers = {"txt": _text, "csv": _text, "json": _json, "html": _html, "eml": _mail}
    writers |= {"docx": _docx, "xlsx": _xlsx, "pdf": _pdf}
    return writers[document.kind](document)


def parts(passages: Iterable[Passage]) -> dict[str, str]:
    """The text of each part of a file, put together from the passages of a reader: line feeds lie between them."""
    texts: dict[str, str] = {}
    for passage in passages:
        texts[passage.place] = texts.get(passage.place, "").ljust(passage.offset, "\n")[: passage.offset] + passage.text
    return texts


def placed(document: Document, texts: dict[str, str]) -> tuple[list[Placed], list[Span]]:
    """Where the spans of a document lie in the texts of its file, and those whose line the reader lost.

    Lines and cells are looked for in their order, white space apart: a PDF breaks lines where it likes.
    """
    bare = {place: _bare(text) for place, text in texts.items()}
    reached = dict.fromkeys(texts, 0)
    found: list[Placed] = []
    lost: list[Span] = []
    for marked in _marked(document):
        needle, places = _bare(marked.text)
        for place, (text, back) in bare.items():
            at = text.find(needle, reached[place])
            if at >= 0:
                reached[place] = at + len(needle)
                for span in marked.spans:
                    first, last = places.index(span.start), places.index(span.end - 1)
                    found.append(Placed(span, place, back[at + first], back[at + last] + 1))
                break
        else:
            lost += marked.spans
    return found, lost


def _bare(text: str) -> tuple[str, list[int]]:
    """A text without white space, and where each of its characters stood."""
    places = [at for at, one in enumerate(text) if not one.isspace()]
    return "".join([text[at] for at in places]), places


def _marked(document: Document) -> Iterator[Marked]:
    for block in document.blocks:
        cells = [cell for row in block.rows for cell in row] if isinstance(block, Table) else [block]
        yield from (cell for cell in cells if cell.spans)


def _text(document: Document) -> bytes:
    """UTF-8, with a byte order mark, or GB18030, as the length has it."""
    return document.text.encode(
        ("utf-8", "utf-8", "utf-8-sig", "gb18030")[len(document.text) % 4 if document.kind == "txt" else 0]
    )


def _json(document: Document) -> bytes:
    rows: list[Any] = []  # Any: JSON
    for block in document.blocks:
        if isinstance(block, Table):
            rows += [dict(zip(block.headings, (cell.text for cell in row), strict=True)) for row in block.rows]
        else:
            rows.append({"text": block.text})
    return json.dumps({"rows": rows}, ensure_ascii=False, indent=1).encode()


def _html(document: Document) -> bytes:
    body = ""
    for block in document.blocks:
        if isinstance(block, Table):
            rows = [list(block.headings), *([cell.text for cell in row] for row in block.rows)]
            cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows]
            body += "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in cells) + "\n</table>\n"
        else:
            body += f"<p>{html.escape(block.text)}</p>\n"
    return f"<!doctype html><html><head><meta charset=utf-8></head><body>\n{body}</body></html>".encode()


def _mail(document: Document) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "材料"
    message.set_content(document.text)
    return bytes(message)


def _docx(document: Document) -> bytes:
    import docx

    made = docx.Document()
    for block in document.blocks:
        if isinstance(block, Table):
            table = made.add_table(0, len(block.headings))
            for row in (block.headings, *([cell.text for cell in row] for row in block.rows)):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            made.add_paragraph(block.text)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _xlsx(document: Document) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for block in document.blocks:
        if isinstance(block, Table):
            sheet.append(block.headings)
            for row in block.rows:
                sheet.append([cell.text for cell in row])
        else:
            sheet.append([block.text])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _pdf(document: Document) -> bytes:
    import typst

    lines = []
    for block in document.blocks:
        if isinstance(block, Table):
            cells = [*block.headings, *(cell.text for row in block.rows for cell in row)]
            lines.append(f"#table(columns: {len(block.headings)}, {', '.join(map(_quoted, cells))})")
        else:
            lines.append(f"#par({_quoted(block.text)})")
    made = typst.compile({"main.typ": (_PAGE + "\n".join(lines)).encode()}, font_paths=_fonts(), timestamp=0)
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Any:  # Any: typst.Fonts, loaded when a PDF is written
    import pylopdf_fonts_zh_cn
    import typst

    shipped = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[shipped])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
