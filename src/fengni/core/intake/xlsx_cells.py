"""The cells of one XLSX sheet part, and the shared strings, read by two ways that give the same.

The short way: programs write cells in a few plain forms; one expression matches them all and must tile the whole run
without a gap. Where it does not, nothing it said is used and the XML parser reads the part from the start. The short
way is six times as fast and never sees a document type, an entity of its own, a comment or another encoding.

>>> shared_strings(b'<sst><si><t>a&amp;b</t></si><si><r><t>c</t></r><r><t>d</t></r></si></sst>')
['a&b', 'cd']
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element  # types only: parsing is hostile.parse_xml

from fengni.core.errors import UnreadableFile
from fengni.core.intake.hostile import MAX_CELLS, guarded_events, parse_xml
from fengni.core.intake.workbook import Cell, CellKind, Progress, column_letters, column_number
from fengni.core.intake.xlsx_package import local

_ROW_OR_CELL = re.compile(
    r'(\s*(?:<c r="(([A-Z]{1,3})([0-9]{1,7}))"(?: s="([0-9]{1,6})")?(?: t="(s|str|n|b|e|d|inlineStr)")?'
    r"(?: ?/>|>(<f(?: [^<>]*)?(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|<v ?/>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
    r"|<row((?: [^<>]*)?)>|</row>))"
)
_STRING = re.compile(
    r'(\s*<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr[^<>]*/>)?|((?:(?!</si>).)*))</si>)', re.DOTALL
)
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCH = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_new = tuple.__new__  # half the cost of the constructor; a workbook has a hundred thousand cells


class _NotPlain(Exception):
    """The short way does not fit; used inside this module only."""


@dataclass(slots=True)
class SheetCells:
    """What one sheet part holds besides its frame: cells, hidden rows, formulas that name pictures or programs."""

    cells: list[Cell] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    image_formulas: list[tuple[int, int, str]] = field(default_factory=list)
    dde: int = 0


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of one cell format."""

    date: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class CellContext:
    """What all sheets of a workbook share. `tick` is called every few thousand cells and may raise to cancel."""

    strings: list[str]
    styles: tuple[Style, ...]
    epoch_1904: bool
    tick: Progress | None = None


def shared_strings(data: bytes) -> list[str]:
    """The table of shared strings (ECMA-376 18.4.9), phonetic hints left out."""
    try:
        return list(_plain_strings(data))
    except (_NotPlain, UnreadableFile):
        return [_rich_text(item) for item in parse_xml(data) if local(item) == "si"]


def _plain_strings(data: bytes) -> Iterator[str]:
    head = re.search(rb"<sst[^<>]*>", data)
    end = data.rfind(b"</sst>")
    if head is None or end < head.end() or not _is_plain_utf8(data, head.start()):
        raise _NotPlain
    try:
        region = data[head.end() : end].decode("utf-8")
    except UnicodeDecodeError as e:
        raise _NotPlain from e
    tidy = _is_tidy(region)
    seen = 0
    for whole, plain, rich in _STRING.findall(region):
        seen += len(whole)
        if rich:
            yield _rich_text(parse_xml(b"<si>" + rich.encode() + b"</si>"))
        else:
            yield plain if tidy else decoded(plain)
    if seen + len(region) - len(region.rstrip()) < len(region):
        raise _NotPlain


def _is_tidy(region: str) -> bool:
    """Whether character data needs no decoding anywhere; three scans in C instead of one test per cell."""
    return "&" not in region and "\r" not in region and "_x" not in region


def _rich_text(item: Element) -> str:
    """All <t> of a string item but those of phonetic runs."""
    parts = [
        child.text or ""
        for run in item
        if local(run) != "rPh"
        for child in ([run] if local(run) == "t" else run)
        if local(child) == "t"
    ]
    return _unescaped("".join(parts))


def decoded(text: str) -> str:
    """Character data of the plain form as text. Raises the module's signal where XML's own rules are needed."""
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise _NotPlain
        text = _ENTITY.sub(_entity, text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _unescaped(text) if "_x" in text else text


def _entity(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    if number in (0, 0xFFFE, 0xFFFF) or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        raise _NotPlain
    return chr(number)


def _unescaped(text: str) -> str:
    """_x000D_ as spreadsheets write control characters (ECMA-376 22.9.2.19)."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if not 0xD800 <= int(m[1], 16) <= 0xDFFF else m[0], text)


def _is_plain_utf8(data: bytes, until: int) -> bool:
    head = data[:until]
    declared = re.search(rb"encoding=[\"']([^\"']+)", head)
    return b"<!" not in head and (declared is None or declared[1].lower() == b"utf-8") and b"\0" not in head


def read_cells(data: bytes, context: CellContext) -> tuple[SheetCells, bytes]:
    """All cells of a sheet part, and the part without its cells: its frame (columns, merged ranges, relations).

    Raises UnreadableFile for broken XML, attacks and more than three million cells.
    """
    start = re.search(rb"<sheetData>", data)
    end = data.rfind(b"</sheetData>")
    if start is not None and end >= start.end() and _is_plain_utf8(data, start.start()):
        try:
            return _plain_cells(data, context, start.end(), end), data[: start.end()] + data[end:]
        except _NotPlain:
            pass
    return _parsed_cells(data, context)


def _plain_cells(data: bytes, context: CellContext, start: int, end: int) -> SheetCells:
    found = SheetCells()
    try:
        region = data[start:end].decode("utf-8")
    except UnicodeDecodeError as e:
        raise _NotPlain from e
    tidy = _is_tidy(region)
    row_text, row, last, seen = "", 0, -1, 0
    cells, strings, text_kind = found.cells, context.strings, CellKind.TEXT
    count, fills = len(strings), {str(n): style.fill for n, style in enumerate(context.styles)}
    for number, match in enumerate(_ROW_OR_CELL.findall(region)):
        whole, label, letters, at_row, style, kind, called, formula, value, inline, attributes = match
        seen += len(whole)
        if number % 5000 == 4999:
            _tick(found, context)
        if not label:
            if attributes and "hidden=" in attributes:
                _note_hidden_row(found, attributes)
            continue
        if at_row != row_text:
            if int(at_row) <= row:
                raise _NotPlain
            row_text, row, last = at_row, int(at_row), -1
        column = column_number(letters)
        if column <= last:
            raise _NotPlain
        last = column
        text = value or inline
        if kind == "s" and value and not called and len(value) < 8:
            index = int(value)
            if index < count and (text := strings[index]):
                cells.append(_new(Cell, (row, column, text, text_kind, label, False, fills.get(style, ""))))
                continue
            text = value
        if not tidy:
            text, formula = decoded(text), decoded(formula)
        if text and not called and not style and (kind == "inlineStr" or kind == "str"):
            cells.append(_new(Cell, (row, column, text, text_kind, label, False, "")))
        else:
            _add_plain(found, context, (row, column), (kind or "n", style, whole, called, formula, text))
    if seen + len(region) - len(region.rstrip()) < len(region):
        raise _NotPlain
    return found


def _add_plain(
    found: SheetCells, context: CellContext, here: tuple[int, int], parts: tuple[str, str, str, str, str, str]
) -> None:
    kind, style, whole, called, formula, text = parts
    held = text if text or "<v>" in whole or "<is>" in whole else None
    add_cell(found, context, here, kind, int(style or 0), held, formula if called else None)


def _note_hidden_row(found: SheetCells, attributes: str) -> None:
    number = re.search(r' r="(\d+)"', attributes)
    hidden = re.search(r' hidden="(1|true)"', attributes)
    if hidden and number is None:
        raise _NotPlain
    if hidden and number:
        found.hidden_rows.add(int(number[1]))


def _tick(found: SheetCells, context: CellContext) -> None:
    if len(found.cells) > MAX_CELLS:
        raise UnreadableFile("intake.too-many-cells", limit=MAX_CELLS)
    if context.tick:
        context.tick(len(found.cells), 0)


def _parsed_cells(data: bytes, context: CellContext) -> tuple[SheetCells, bytes]:
    found = SheetCells()
    row = column = number = 0
    for event, element in guarded_events(data):
        tag = local(element)
        if event == "start":
            if tag == "row":
                row, column = _integer(element.get("r"), row + 1), 0
                if element.get("hidden") in ("1", "true"):
                    found.hidden_rows.add(row)
            continue
        if tag == "c":
            label = element.get("r") or ""
            match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", label)
            row, column = (int(match[2]), column_number(match[1])) if match else (row, column + 1)
            _add_parsed(found, context, (row, column), element)
            number += 1
            if number % 5000 == 0:
                _tick(found, context)
        elif tag == "row":
            element.clear()
    start, end = re.search(rb"<(\w+:)?sheetData[ >]", data), re.search(rb"</(\w+:)?sheetData>", data)
    frame = data[: start.start()] + data[end.end() :] if start and end else data
    return found, frame


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _add_parsed(found: SheetCells, context: CellContext, here: tuple[int, int], element: Element) -> None:
    text: str | None = None
    formula: str | None = None
    for child in element:
        tag = local(child)
        if tag == "v":
            text = _unescaped(child.text or "")
        elif tag == "f":
            formula = child.text or ""
        elif tag == "is":
            text = _rich_text(child)
    add_cell(found, context, here, element.get("t") or "n", _integer(element.get("s"), 0), text, formula)


def add_cell(
    found: SheetCells,
    context: CellContext,
    here: tuple[int, int],
    kind: str,
    style_index: int,
    text: str | None,
    formula: str | None,
) -> None:
    """Appends one cell unless it is empty: no value, no text and no formula."""
    style = context.styles[style_index] if style_index < len(context.styles) else Style()
    if text == "" and formula is not None and kind not in ("str", "inlineStr"):
        text = None  # some programs write an empty value where they computed none
    if formula is not None:
        _note_formula(found, here, formula)
    if text is None or (text == "" and kind != "s"):
        if formula is None:
            return
        cell_kind, text = (CellKind.PENDING, "") if text is None else (CellKind.TEXT, "")
    else:
        cell_kind, text = _typed(context, kind, text, style)
        if text == "" and formula is None:
            return
    label = f"{column_letters(here[1])}{here[0]}"
    if found.cells and here <= (found.cells[-1].row, found.cells[-1].column):
        label = _unique_label(found, label)
    found.cells.append(Cell(here[0], here[1], text, cell_kind, label, formula is not None, style.fill))


def _unique_label(found: SheetCells, label: str) -> str:
    """A broken file may name one address twice; both cells must be accounted for."""
    taken = {cell.label for cell in found.cells}
    number = 2
    while label in taken or f"{label}#{number}" in taken:
        if label not in taken:
            return label
        number += 1
    return f"{label}#{number}" if label in taken else label


def _note_formula(found: SheetCells, here: tuple[int, int], formula: str) -> None:
    upper = formula.upper()
    image = re.search(r"DISPIMG\(\s*&?\"([^\"]+)\"", formula, re.IGNORECASE)
    if image:
        found.image_formulas.append((*here, image[1]))
    if "|" in upper and re.search(r"\w+\|.*!|\bDDE\b", upper):
        found.dde += 1


def _typed(context: CellContext, kind: str, text: str, style: Style) -> tuple[CellKind, str]:
    if kind == "s":
        known = text.isascii() and text.isdigit() and int(text) < len(context.strings)
        return (CellKind.TEXT, context.strings[int(text)]) if known else (CellKind.ERROR, "#REF!")
    if kind in ("str", "inlineStr"):
        return CellKind.TEXT, text
    if kind == "b":
        return CellKind.BOOL, "FALSE" if text in ("0", "false") else "TRUE"
    if kind == "e":
        return CellKind.ERROR, text
    if kind == "d":
        return CellKind.DATE, text[:10]
    if style.date:
        day = serial_date(text, epoch_1904=context.epoch_1904)
        if day:
            return CellKind.DATE, day
    return CellKind.NUMBER, text


def serial_date(text: str, *, epoch_1904: bool = False) -> str:
    """A day number as ISO 8601 date ("" when it is none): day 1 is 1 January 1900 or 2 January 1904 (ECMA-376 18.17.4).

    >>> serial_date("45292")
    '2024-01-01'
    """
    try:
        number = float(text)
    except ValueError:
        return ""
    if not 1 <= number < 2_958_466:
        return ""
    days = int(number)
    if epoch_1904:
        return (_EPOCH_1904 + datetime.timedelta(days=days)).isoformat()
    if days < 60:  # the 29 February 1900 that never was
        days += 1
    return (_EPOCH + datetime.timedelta(days=days)).isoformat()
