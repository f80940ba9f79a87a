"""Workbooks cell by cell, hidden sheets and rows too; then what hangs on sheets and what the package carries.

The place of a cell is `#Sheet!C5`, positions count in its text; numbers are read as they would be written out. Each
cell knows its column's heading and its left neighbour. A number keeps fifteen digits: an ID or card number typed as one
has lost the rest, which is reported once per column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element  # types only: parsing is package.py's

from fengni.core.documents.headings import ROWS_LOOKED_AT, heading_row
from fengni.core.documents.inside import Inside
from fengni.core.documents.opc import carried, sayings, texts
from fengni.core.documents.package import Package, local
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_WORKBOOK: Final = "xl/workbook.xml"
_STRINGS: Final = "xl/sharedstrings.xml"
_HANGING: Final = frozenset(
    {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "formula1", "formula2"}
)
_SAYING: Final = frozenset({"hyperlink", "dataValidation"})
_KEPT_DIGITS: Final = 15  # of a number in binary64, as Excel keeps them
_COLUMN: Final = re.compile("[A-Za-z]+")
_MOST_CELLS: Final = 5_000_000
_Row = list[tuple[str, str, str]]  # column, address, text


def xlsx_passages(package: Package, inside: Inside) -> Iterator[Passage]:
    """Every cell that has text. Raises UnreadableFile for a part that cannot be read."""
    strings = _strings(package)
    targets = package.targets(_WORKBOOK)
    book = package.xml(_WORKBOOK)
    names: list[str] = []
    read = {_STRINGS, _WORKBOOK}
    for sheet in (e for e in book.iter() if local(e) == "sheet"):
        part = targets.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
        name = sheet.get("name") or ""
        names.append(name)
        if part in package and "worksheets" in part:
            read.add(part)
            cells = _Sheet(package, part, strings)
            yield from _table(cells.rows(), name)
            if cells.hanging:
                yield Passage("\n".join(cells.hanging), place=f"#{part}")
            for address, count in cells.cut.values():
                inside.refuse(f"{name}!{address}", "pii.digits-lost", count=count)
    yield Passage("\n".join([*names, *texts(book)]), place=f"#{_WORKBOOK}")
    yield from carried(package, read, inside)


def _strings(package: Package) -> list[str]:
    if _STRINGS not in package:
        return []
    found = []
    for element in package.elements(_STRINGS):
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


class _Sheet:
    """One sheet while it streams by: `hanging` are texts outside cells, `cut` columns with numbers that lost digits."""

    def __init__(self, package: Package, part: str, strings: list[str]) -> None:
        self._elements, self._strings = package.elements(part), strings
        self.hanging: list[str] = []
        self.cut: dict[str, tuple[str, int]] = {}  # column: first address, how many

    def rows(self) -> Iterator[_Row]:
        """The cells that have text, row by row. Raises UnreadableFile (pii.too-large) and what the package raises."""
        row: _Row = []
        count = 0
        for element in self._elements:
            name = local(element)
            if name == "c":
                count += 1
                if count > _MOST_CELLS:
                    raise UnreadableFile("pii.too-large")
                text, address = self._cell(element), element.get("r") or ""
                column = _COLUMN.match(address)
                if text:
                    row.append((column[0] if column else "", address, text))
            elif name == "row":
                yield row
                row = []
                element.clear()
            elif name in _HANGING and element.text:
                self.hanging.append(element.text)
            elif name in _SAYING:
                self.hanging += sayings(element)

    def _cell(self, element: Element) -> str:
        kind, found = element.get("t") or "n", ""
        for child in element:
            name = local(child)
            if name == "is":
                found = _rich(child)
            elif name == "f" and child.text and '"' in child.text:
                self.hanging.append(child.text)
            elif name == "v" and child.text:
                if kind == "s":
                    known = child.text.isdigit() and int(child.text) < len(self._strings)
                    found = self._strings[int(child.text)] if known else ""
                else:
                    found = child.text if kind != "n" else self._number(child.text, element.get("r") or "")
        return found

    def _number(self, text: str, address: str) -> str:
        """A stored number as digits: 1.5400000001E10 is what a telephone looks like in there."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            return text
        if not (value.is_finite() and value.adjusted() < 20 and value == value.to_integral_value()):
            return text
        digits = str(int(value))
        if _KEPT_DIGITS < len(digits) < 20 and set(digits[_KEPT_DIGITS:]) == {"0"}:
            column = address.rstrip("0123456789")
            first, count = self.cut.get(column, (address, 0))
            self.cut[column] = (first, count + 1)
        return digits


def _table(rows: Iterator[_Row], name: str) -> Iterator[Passage]:
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
