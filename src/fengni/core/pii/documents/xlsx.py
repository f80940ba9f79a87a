"""Workbooks cell by cell, hidden sheets and rows too; comments and drawings after the sheets.

The place of a cell is `#Sheet!C5`, positions count in its text; numbers are read as they would be written out. Each
cell knows its column's heading and its left neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element  # types only: parsing is package.py's

from fengni.core.errors import UnreadableFile
from fengni.core.pii.documents.headings import ROWS_LOOKED_AT, heading_row
from fengni.core.pii.documents.package import Package, local
from fengni.core.pii.documents.passage import Passage

_WORKBOOK: Final = "xl/workbook.xml"
_ATTACHED: Final = re.compile(
    r"xl/(?:comments|threadedcomments|drawings|charts)[^_]*\.xml|docprops/(?:core|custom|app)\.xml"
)
_COLUMN: Final = re.compile("[A-Za-z]+")
_MOST_CELLS: Final = 5_000_000
_Row = list[tuple[str, str, str]]  # column, address, text


def xlsx_passages(package: Package) -> Iterator[Passage]:
    """Every cell that has text. Raises UnreadableFile for a part that cannot be read."""
    strings = _strings(package)
    targets = package.targets(_WORKBOOK)
    for sheet in (e for e in package.xml(_WORKBOOK).iter() if local(e) == "sheet"):
        part = targets.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
        if part in package and "worksheets" in part:
            yield from _sheet(_rows(package, part, strings), sheet.get("name") or "")
    for name in sorted(n for n in package.names() if _ATTACHED.fullmatch(n)):
        text = "\n".join(e.text.strip() for e in package.xml(name).iter() if e.text and e.text.strip())
        if text:
            yield Passage(text, place=f"#{name}")


def _strings(package: Package) -> list[str]:
    part = "xl/sharedstrings.xml"
    if part not in package:
        return []
    found = []
    for element in package.elements(part):
        if local(element) == "si":
            found.append(_rich(element))
            element.clear()
    return found


def _rich(element: Element) -> str:
    """The text of a string without its phonetic guide."""
    parts = []
    for child in element:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) == "r":
            parts += [t.text or "" for t in child if local(t) == "t"]
    return "".join(parts)


def _rows(package: Package, part: str, strings: list[str]) -> Iterator[_Row]:
    row: _Row = []
    count = 0
    for element in package.elements(part):
        name = local(element)
        if name == "c":
            count += 1
            if count > _MOST_CELLS:
                raise UnreadableFile("pii.too-large")
            text, address = _cell(element, strings), element.get("r") or ""
            column = _COLUMN.match(address)
            if text:
                row.append((column[0] if column else "", address, text))
        elif name == "row":
            yield row
            row = []
            element.clear()


def _cell(element: Element, strings: list[str]) -> str:
    kind = element.get("t") or "n"
    for child in element:
        if local(child) == "is":
            return _rich(child)
        if local(child) == "v" and child.text:
            if kind == "s":
                return strings[int(child.text)] if child.text.isdigit() and int(child.text) < len(strings) else ""
            return child.text if kind != "n" else _number(child.text)
    return ""


def _number(text: str) -> str:
    """A stored number as digits: 1.5400000001E10 is what a telephone looks like in there."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    whole = value.is_finite() and value.adjusted() < 20 and value == value.to_integral_value()
    return str(int(value)) if whole else text


def _sheet(rows: Iterator[_Row], name: str) -> Iterator[Passage]:
    first = [row for _, row in zip(range(ROWS_LOOKED_AT), rows, strict=False)]
    chosen = heading_row([[cell[2] for cell in row] for row in first])
    headings = {column: text for column, _, text in first[chosen]} if chosen is not None else {}
    for row in first:
        yield from _passages(row, headings, name)
    for row in rows:
        yield from _passages(row, headings, name)


def _passages(row: _Row, headings: dict[str, str], name: str) -> Iterator[Passage]:
    left = ""
    for column, address, text in row:
        yield Passage(text, place=f"#{name}!{address}", heading=f"{left}\n{headings.get(column, '')}")
        left = text if len(text) <= 30 else ""
