"""Old workbooks (xls, et) cell by cell, by the reader that imports use; places as in xlsx.

Comments, text boxes and names of sheets come after the cells of their sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from fengni.core.documents.headings import ROWS_LOOKED_AT, heading_row
from fengni.core.documents.inside import Inside
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_CODES: Final = {"intake.too-many-cells": "pii.too-large", "intake.encrypted": "pii.encrypted"}


def xls_passages(content: bytes, stream: bytes, inside: Inside) -> Iterator[Passage]:
    """The cells of a workbook whose book stream is `stream`. Raises UnreadableFile."""
    from fengni.core.intake.workbook import Sheet
    from fengni.core.intake.xls import is_encrypted, read_xls

    if is_encrypted(stream):
        raise UnreadableFile("pii.encrypted")
    try:
        book = read_xls(content, stream=stream, macros=0)
    except ImportError as e:
        raise UnreadableFile("pii.parts-missing") from e
    except UnreadableFile as e:
        raise UnreadableFile(_CODES.get(e.code, "pii.truncated")) from e

    def cells(sheet: Sheet) -> Iterator[Passage]:
        rows = [list(row) for _, row in groupby(sheet.cells, key=lambda cell: cell.row)]
        first = [[cell.text for cell in row] for row in rows[:ROWS_LOOKED_AT]]
        chosen = heading_row(first)
        headings = {cell.column: cell.text for cell in rows[chosen]} if chosen is not None else {}
        for row in rows:
            left = ""
            for cell in row:
                if cell.text:
                    heading = f"{left}\n{headings.get(cell.column, '')}"
                    yield Passage(cell.text, place=f"#{sheet.name}!{cell.label}", heading=heading)
                left = cell.text if len(cell.text) <= 30 else ""

    for sheet in book.sheets:
        yield from cells(sheet)
        for thing in sheet.attached:
            if thing.kind == "picture":
                inside.refuse(f"{sheet.name}!{thing.label.removeprefix('#')}", "pii.picture-not-read")
            elif thing.text:
                yield Passage(thing.text, place=f"#{sheet.name}!{thing.label.removeprefix('#')}")
    yield Passage("\n".join(sheet.name for sheet in book.sheets), place="#sheets")
