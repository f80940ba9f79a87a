"""Delimited text (CSV, TSV, pasted ranges): encoding and delimiter are found out, stray quote marks lose no row.

Rules: a byte order mark decides; else UTF-8 if every byte fits, UTF-16 by its zero bytes, else GB18030; nothing is
replaced by a question mark, so what cannot be decoded is refused.

>>> [c.text for c in read_delimited("甲;乙\\n1;2".encode("gb18030")).sheets[0].cells]
['甲', '乙', '1', '2']
"""

from __future__ import annotations

import csv
import io
import re

from fengni.core.errors import UnreadableFile
from fengni.core.intake.hostile import MAX_CELLS
from fengni.core.intake.workbook import Cell, CellKind, Progress, Sheet, Workbook, address

SHEET_NAME = "Sheet1"
_DELIMITERS = ",\t;|，"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_delimited(content: bytes, *, progress: Progress | None = None) -> Workbook:
    """The one sheet of a text file. Raises UnreadableFile when it is no text or no table can be in it."""
    text, notices = _decoded(content)
    delimiter = find_delimiter(text)
    try:
        rows = _rows(text, delimiter, quoted=True)
    except csv.Error:
        rows = None
    if rows is None or _swallowed(rows, delimiter):
        notices.append("intake.notice.stray-quotes")
        rows = _rows(text, delimiter, quoted=False)
    cells: list[Cell] = []
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value:
                cells.append(Cell(number, column, value, CellKind.TEXT, address(number, column)))
        if number % 1000 == 0 and progress:
            progress(number, len(rows))
        if len(cells) > MAX_CELLS:
            raise UnreadableFile("intake.too-many-cells", limit=MAX_CELLS)
    return Workbook(sheets=(Sheet(SHEET_NAME, tuple(cells)),), format="csv", notices=tuple(notices))


def _decoded(content: bytes) -> tuple[str, list[str]]:
    text, notices = "", []
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            text = _strict(content[len(mark) :], name)
            break
    else:
        head = content[:65_536]
        zeros = head.count(0)
        if zeros:  # no other text has any
            text = _strict(content, "utf-16-le" if head[1::2].count(0) * 2 > zeros else "utf-16-be")
        else:
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                text = _strict(content, "gb18030")
                notices.append("intake.notice.gb18030")
    if _CONTROL.search(text):
        raise UnreadableFile("intake.not-a-workbook")
    return text.removeprefix("\ufeff"), notices


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as e:
        raise UnreadableFile("intake.encoding-unknown") from e


def find_delimiter(text: str) -> str:
    """The mark that cuts most of the first lines into the same number of fields (at least two).

    >>> find_delimiter("甲\\t乙,丙\\n1\\t2")
    '\\t'
    """
    lines = [line for line in text[:65_536].splitlines() if line.strip()][:50]
    best, best_score = ",", 0.0
    for mark in _DELIMITERS:
        widths = [_fields(line, mark) for line in lines]
        wide = [w for w in widths if w > 1]
        if not wide:
            continue
        usual = max(set(wide), key=lambda w: (wide.count(w), w))
        score = wide.count(usual) / len(lines) + min(usual, 20) / 1000 - _DELIMITERS.index(mark) / 10_000
        if score > best_score:
            best, best_score = mark, score
    return best


def _fields(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark) + 1


def _rows(text: str, delimiter: str, *, quoted: bool) -> list[list[str]]:
    source = io.StringIO(text, newline="")
    if quoted:
        return list(csv.reader(source, delimiter=delimiter))
    return [line.split(delimiter) for line in text.splitlines()]


def _swallowed(rows: list[list[str]], delimiter: str) -> bool:
    """Whether one unclosed quote mark ate several lines: a field with many line ends and delimiters."""
    return any(v.count("\n") >= 3 and v.count(delimiter) >= v.count("\n") for row in rows for v in row)
