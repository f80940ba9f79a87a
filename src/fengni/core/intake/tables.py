"""The table in a sheet: its headings (one or two rows, anywhere), its data rows, and the rows that are neither.

Rules: "Finding headings" and rule 6 of docs/spec/import.md. Nothing is dropped here: every row is given a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Final

from fengni.core.intake.evidence import kind_of_values
from fengni.core.intake.headings import LONGEST, is_bare_login, read_heading
from fengni.core.intake.texts import tidy_heading, visible
from fengni.core.intake.workbook import Cell, CellKind, Sheet
from fengni.definitions import load

_SEARCHED: Final = 40
_DATA: Final = load("intake")
_SPACED: Final = "|".join(" *".join(word) for word in _DATA["subtotals"])
_SUBTOTAL: Final = re.compile(rf"\s*(?:{_SPACED})\s*[:：]?\s*$", re.IGNORECASE)
_FOOTER: Final = re.compile(rf"(?:{'|'.join(_DATA['footers'])})[人员]?(?:[:：]|$)")


@dataclass(slots=True)
class Table:
    """A sheet's rows by part. `titles` and `groups` are the headings and what spans them, by column."""

    sheet: Sheet
    rows: dict[int, list[Cell]]  # by row number, in order
    heading_rows: tuple[int, ...] = ()
    titles: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)  # rows that are no data: title, heading, subtotal ...
    data: list[int] = field(default_factory=list)
    found: bool = False

    @property
    def first_data_row(self) -> int:
        """The row after the headings."""
        return self.heading_rows[-1] + 1 if self.heading_rows else 1

    def column(self, column: int) -> list[Cell]:
        """The cells of one column in data rows."""
        parts = self.parts
        return [c for row in self.data for c in self.rows[row] if c.column == column and row not in parts]


def find_table(sheet: Sheet) -> Table:
    """The table of a sheet; `found` is False when there is none."""
    rows: dict[int, list[Cell]] = {}
    for row, cells in groupby(sheet.cells, key=itemgetter(0)):
        if row in rows:
            rows[row] += cells
        else:
            rows[row] = list(cells)
    table = Table(sheet, rows)
    heading = _heading_row(rows)
    if heading:
        _take_headings(table, heading)
    elif not _shows_by_values(rows.values()):
        return table
    table.found = True
    _part_rows(table)
    return table


def _is_heading(cell: Cell, group: str = "") -> bool:
    text = cell.text
    return cell.kind is CellKind.TEXT and len(text) <= LONGEST and read_heading(text, group).target != "unknown"


def _heading_row(rows: dict[int, list[Cell]]) -> int:
    """The row in which most cells are known headings, 0 when there is none."""
    best, best_hits = 0, 0
    numbers = [n for n, cells in rows.items() if any(visible(c.text) for c in cells)]
    for place, number in enumerate(numbers[:_SEARCHED]):
        cells = [c for c in rows[number] if visible(c.text)]
        hits = sum(map(_is_heading, cells))
        if hits * 2 < len(cells) or hits <= best_hits:
            continue
        if hits > 1 or _begins_column(cells, rows, numbers[place + 1 :]):
            best, best_hits = number, hits
    return best


def _begins_column(cells: list[Cell], rows: dict[int, list[Cell]], below: list[int]) -> bool:
    """Whether the only known heading of a row stands over values of its kind."""
    heading = next(c for c in cells if _is_heading(c))
    values = [c for n in below for c in rows[n] if c.column == heading.column]
    target = read_heading(heading.text).target
    return bool(values) and (target == "lock" or kind_of_values(values) == target.rpartition(".")[2])


def _spans(sheet: Sheet, row: int) -> dict[int, tuple[int, int]]:
    """First column → (first, last) of each merged range of a row over several columns."""
    return {c1: (c1, c2) for r1, c1, r2, c2 in sheet.merged if r1 <= row <= r2 and c2 > c1}


def _take_headings(table: Table, row: int) -> None:
    below = row + 1
    above = max((n for n in table.rows if n < row), default=0)
    if _is_lower_heading(table, row, below):
        _join_headings(table, row, below)
    elif above and above == row - 1 and _is_upper_heading(table, above, row):
        _join_headings(table, above, row)
    else:
        table.heading_rows = (row,)
        table.titles = {c.column: c.text for c in table.rows[row] if visible(c.text)}


def _is_lower_heading(table: Table, row: int, below: int) -> bool:
    """Whether the row below holds the headings under merged ones."""
    spans = _spans(table.sheet, row)
    under = [c for c in table.rows.get(below, ()) if visible(c.text)]
    covered = {c for first, last in spans.values() for c in range(first, last + 1)}
    if not under or not spans or any(c.column not in covered or c.kind is not CellKind.TEXT for c in under):
        return False
    known = sum(_is_heading(c) or is_bare_login(c.text) for c in under)
    return known * 2 > len(under) and not any(re.search("[0-9]{4}", c.text) for c in under)


def _is_upper_heading(table: Table, above: int, row: int) -> bool:
    """Whether the row above names groups: roles or services over several columns."""
    cells = [c for c in table.rows[above] if visible(c.text)]
    widest = max((c.column for c in table.rows[row]), default=0)
    spans = _spans(table.sheet, above)
    if any(last - first + 1 >= widest > 2 for first, last in spans.values()):
        return False
    named = [c for c in cells if _is_heading(c) or read_heading("姓名", c.text).target != ".name"]
    return bool(named) and len(named) * 2 >= len(cells) and (bool(spans) or len(named) > 1)


def _join_headings(table: Table, upper: int, lower: int) -> None:
    table.heading_rows = (upper, lower)
    spans = _spans(table.sheet, upper)
    own = {c.column: c.text for c in table.rows[upper] if visible(c.text)}
    under = {c.column: c.text for c in table.rows.get(lower, ()) if visible(c.text)}
    group = ""
    for column in range(1, max([*own, *under, *(last for _, last in spans.values())], default=0) + 1):
        if column in own:
            group = own[column]
        elif spans and not any(first <= column <= last for first, last in spans.values()):
            group = ""
        if column in under:
            table.titles[column] = under[column]
            if group and group != under[column]:
                table.groups[column] = group
        elif column in own:
            table.titles[column] = own[column]


def _shows_by_values(rows: Iterable[list[Cell]]) -> bool:
    """Whether at least two columns without headings show by their values what they hold."""
    columns: dict[int, list[Cell]] = {}
    for cells in rows:
        for cell in cells:
            columns.setdefault(cell.column, []).append(cell)
    return sum(bool(kind_of_values(cells)) for cells in columns.values()) > 1


def _part_rows(table: Table) -> None:
    """Gives each row that is no data its part; the others are data."""
    own = [c for row in table.heading_rows for c in table.rows.get(row, ()) if visible(c.text)]
    headings = {(c.column, tidy_heading(c.text)) for c in own}
    titles = {c.text for c in own}
    wide = {r1 for r1, c1, r2, c2 in table.sheet.merged if c2 - c1 > 1 and r1 == r2}
    for number, cells in table.rows.items():
        if number in table.heading_rows:
            table.parts[number] = "heading"
        elif number < table.first_data_row:
            table.parts[number] = "title"
        elif part := _part_of(number, cells, titles, headings, wide):
            table.parts[number] = part
        else:
            table.data.append(number)


def _part_of(number: int, cells: list[Cell], titles: set[str], headings: set[tuple[int, str]], wide: set[int]) -> str:
    first = cells[0]
    if first.text in titles and len(cells) > 1 and _repeats(cells, headings):
        return "heading"
    for cell in cells[:3]:
        if len(cell[2]) <= 10 and _SUBTOTAL.match(cell[2]):
            return "subtotal"
    if len(cells) <= 2 and _FOOTER.match(first.text.strip()):
        return "footer"
    return "section" if number in wide and len(cells) == 1 else ""


def _repeats(cells: list[Cell], headings: set[tuple[int, str]]) -> bool:
    return all(len(c.text) <= LONGEST and (c.column, tidy_heading(c.text)) in headings for c in cells)
