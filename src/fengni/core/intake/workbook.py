"""A workbook as values: sheets of cells, what is hidden, and what hangs on cells.

Rules: a cell's text is what the file holds, as exactly as the format allows (a number keeps its digits as stored, a
date is ISO 8601); a formula counts by the value last computed; nothing of the file is executed, followed or fetched.

>>> address(7, 28)
'AB7'
>>> position("AB7")
(7, 28)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from fengni.core.intake.plan import Place

Progress = Callable[[int, int], None]
"""Called with (done, total) now and then; whatever it raises stops the work and keeps nothing."""


class CellKind(StrEnum):
    """What the file says a cell is; PENDING is a formula whose value was never computed."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    ERROR = "error"
    PENDING = "pending"


class Cell(NamedTuple):
    """One non-empty cell; a tuple, for there are many. `fill` is ARGB hex or ""; `label` is the address."""

    row: int
    column: int
    text: str
    kind: CellKind
    label: str
    formula: bool = False
    fill: str = ""

    def __repr__(self) -> str:
        return f"Cell({self.label}, {self.kind.value})"


@dataclass(frozen=True, slots=True)
class Attached:
    """A thing that hangs on a cell (row and column 1-based) or, with row 0, on the sheet or workbook.

    `kind` is comment, shape, picture, object, validation, page (header and footer) or name (a defined name).
    """

    label: str
    kind: str
    row: int = 0
    column: int = 0
    text: str = field(default="", repr=False)
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `cells` run row by row. `merged` are (first row, first column, last row, last column)."""

    name: str
    cells: tuple[Cell, ...] = field(repr=False)
    visibility: str = "visible"  # visible, hidden or very-hidden
    attached: tuple[Attached, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was read. `format` is xlsx, xls or csv; `notices` are text codes about the file as a whole."""

    sheets: tuple[Sheet, ...]
    format: str
    names: tuple[Attached, ...] = ()
    notices: tuple[str, ...] = ()
    external_links: int = 0
    macros: int = 0
    dde: int = 0

    def attachment(self, place: Place) -> bytes:
        """The bytes of a picture or object. Raises KeyError when there is none at that place."""
        for sheet in self.sheets:
            for thing in sheet.attached:
                if sheet.name == place.sheet and thing.label == place.cell and thing.content:
                    return thing.content
        raise KeyError("no attachment there")

    def text_at(self, place: Place) -> str:
        """The text of one cell or comment. Raises KeyError when there is none."""
        return self.texts_at([place])[place]

    def texts_at(self, places: Collection[Place]) -> dict[Place, str]:
        """The texts of cells and comments, for a secret box that seals them. Raises KeyError when there is none."""
        labels: dict[str, set[str]] = {}
        for place in places:
            labels.setdefault(place.sheet, set()).add(place.cell)
        found: dict[Place, str] = {}
        for sheet in self.sheets:
            wanted = labels.get(sheet.name, ())
            if wanted:
                found |= {Place(sheet.name, a.label): a.text for a in sheet.attached if a.label in wanted}
                found |= {Place(sheet.name, cell[4]): cell[2] for cell in sheet.cells if cell[4] in wanted}
        if len(found) != len(set(places)):
            raise KeyError("no cell there")
        return found


@cache
def column_letters(column: int) -> str:
    """The letters of a 1-based column number."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """The 1-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """The address of a cell as spreadsheets write it."""
    return f"{column_letters(column)}{row}"


def position(label: str) -> tuple[int, int]:
    """(row, column) of an address, 1-based. Raises ValueError for anything else."""
    letters = label.rstrip("0123456789")
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3 or letters == label:
        raise ValueError("not a cell address")
    return int(label[len(letters) :]), column_number(letters.upper())
