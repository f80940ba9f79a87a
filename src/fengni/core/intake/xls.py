"""XLS (BIFF, also what WPS writes as .et): values by calamine, the rest by a walk over the records.

Rules: the walk finds what calamine leaves out: hidden sheets, rows and columns, comments, error cells, formulas, links
and pictures ([MS-XLS]); it follows no offset it has not checked. Books older than Excel 97 get values only.
"""

from __future__ import annotations

import datetime
import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from fengni.core.errors import UnreadableFile
from fengni.core.intake.hostile import MAX_CELLS
from fengni.core.intake.workbook import Attached, Cell, CellKind, Progress, Sheet, Workbook, address

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_OWN_BOOKS = (b"\x01\x04", b"\x01\x3a")  # this workbook itself, and add-ins
_VISIBILITY = {0: "visible", 1: "hidden", 2: "very-hidden"}


@dataclass(slots=True)
class _SheetFacts:
    name: str
    offset: int
    visibility: str
    kind: int
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    comments: list[Attached] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    pictures: int = 0


@dataclass(slots=True)
class _BookFacts:
    sheets: list[_SheetFacts] = field(default_factory=list)
    links: int = 0
    encrypted: bool = False


def is_encrypted(stream: bytes) -> bool:
    """Whether a BIFF stream says FILEPASS before its first sheet ([MS-XLS] 2.4.117)."""
    for number, (code, _, _) in enumerate(_records(stream, 0)):
        if code == 0x2F:
            return True
        if number > 20 or code == 0x85:
            return False
    return False


def read_xls(content: bytes, *, stream: bytes, macros: int, progress: Progress | None = None) -> Workbook:
    """The workbook in an OLE file whose book stream is `stream`. Raises UnreadableFile when it is damaged."""
    import python_calamine

    facts = _book_facts(stream)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            hidden, very = python_calamine.SheetVisibleEnum.Hidden, python_calamine.SheetVisibleEnum.VeryHidden
            visible = {
                m.name: "hidden" if m.visible == hidden else "very-hidden" if m.visible == very else "visible"
                for m in book.sheets_metadata
                if m.typ == python_calamine.SheetTypeEnum.WorkSheet
            }
            values = {name: list(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in visible}
    except (python_calamine.CalamineError, ValueError, OSError, IndexError) as e:
        raise UnreadableFile("intake.truncated") from e
    sheets, total = [], 0
    for name, rows in values.items():
        fact = next((f for f in facts.sheets if f.name == name), _SheetFacts(name, 0, "visible", 0))
        if fact.offset == 0:
            fact.visibility = visible[name]
        sheet = _sheet(fact, rows)
        total += len(sheet.cells)
        if total > MAX_CELLS:
            raise UnreadableFile("intake.too-many-cells", limit=MAX_CELLS)
        sheets.append(sheet)
        if progress:
            progress(len(sheets), len(values))
    notices = ["intake.notice.macros"] * bool(macros) + ["intake.notice.external-links"] * bool(facts.links)
    return Workbook(tuple(sheets), "xls", notices=tuple(notices), external_links=facts.links, macros=macros)


def _sheet(fact: _SheetFacts, rows: Sequence[Sequence[object]]) -> Sheet:
    cells: list[Cell] = []
    for number, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            here = (number, column)
            formula = here in fact.formulas
            if here in fact.errors:
                cells.append(Cell(number, column, fact.errors[here], CellKind.ERROR, address(*here), formula))
            elif value not in ("", None) or formula:
                kind, text = _typed(value)
                cells.append(Cell(number, column, text, kind, address(*here), formula))
    seen = {(c.row, c.column) for c in cells}
    extra = [
        Cell(*here, text, CellKind.ERROR, address(*here)) for here, text in fact.errors.items() if here not in seen
    ]
    if extra:
        cells = sorted([*cells, *extra])
    pictures = [Attached(f"#picture{i}", "picture", media_type="image/unknown") for i in range(1, fact.pictures + 1)]
    return Sheet(
        name=fact.name,
        cells=tuple(cells),
        visibility=fact.visibility,
        attached=(*fact.comments, *pictures),
        hidden_rows=frozenset(fact.hidden_rows),
        hidden_columns=frozenset(fact.hidden_columns),
        merged=tuple(fact.merged),
    )


def _typed(value: object) -> tuple[CellKind, str]:
    if isinstance(value, bool):
        return CellKind.BOOL, "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return CellKind.DATE, value.date().isoformat()
    if isinstance(value, datetime.date):
        return CellKind.DATE, value.isoformat()
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return CellKind.NUMBER, f"{number:f}".removesuffix(".0") if abs(number) < Decimal("1e21") else str(number)
    return CellKind.TEXT, "" if value is None else str(value)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """(code, offset, body) of each record from `at` on; stops at the end or at a record that is cut off."""
    while at >= 0 and at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size > len(stream):
            return
        yield code, at, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _book_facts(stream: bytes) -> _BookFacts:
    facts = _BookFacts()
    first = next(_records(stream, 0), None)
    if first is None or first[0] != 0x0809 or first[2][:2] != b"\x00\x06":
        return facts
    for code, _, body in _records(stream, 0):
        if code == 0x0A:  # EOF of the workbook globals
            break
        if code == 0x85 and len(body) >= 8:  # BoundSheet8
            offset, state, kind = struct.unpack_from("<IBB", body)
            name = _short_string(body[6:])
            facts.sheets.append(_SheetFacts(name, offset, _VISIBILITY.get(state & 3, "visible"), kind))
        elif code == 0x01AE and body[2:4] not in _OWN_BOOKS:  # SupBook
            facts.links += 1
    for fact in facts.sheets:
        _sheet_facts(stream, fact)
    return facts


def _short_string(body: bytes) -> str:
    count, wide = body[0], body[1] & 1
    return body[2 : 2 + count * 2].decode("utf-16-le", "replace") if wide else body[2 : 2 + count].decode("latin-1")


def _sheet_facts(stream: bytes, fact: _SheetFacts) -> None:
    depth = 0
    texts: list[str] = []
    shape_ids: list[int] = []
    notes: list[tuple[int, int, int]] = []
    pending = False
    last_shape = 0
    for code, _, body in _records(stream, fact.offset):
        if code == 0x0809:
            depth += 1
        elif code == 0x0A:
            depth -= 1
            if depth == 0:
                break
        elif code == 0x5D and len(body) >= 8:  # Obj
            kind, last_shape = struct.unpack_from("<HH", body, 4)
            fact.pictures += kind == 8
        elif code == 0x01B6:  # TxO: its text follows in a Continue record
            pending = True
        elif code == 0x3C and pending:
            pending = False
            texts.append(_continued_text(body))
            shape_ids.append(last_shape)
        elif code == 0x1C and len(body) >= 8:  # Note
            row, column, _, shape = struct.unpack_from("<HHHH", body)
            notes.append((row + 1, column + 1, shape))
        else:
            _grid_fact(fact, code, body)
    known = dict(zip(shape_ids, texts, strict=True))
    for row, column, shape in notes:
        fact.comments.append(Attached(f"{address(row, column)}#comment", "comment", row, column, known.get(shape, "")))
    orphans = [text for shape, text in known.items() if shape not in {n[2] for n in notes} and text.strip()]
    fact.comments += [Attached(f"#shape{i}", "shape", text=text) for i, text in enumerate(orphans, 1)]


def _continued_text(body: bytes) -> str:
    if not body:
        return ""
    return body[1:].decode("utf-16-le", "replace") if body[0] & 1 else body[1:].decode("latin-1")


def _grid_fact(fact: _SheetFacts, code: int, body: bytes) -> None:
    if code == 0x0208 and len(body) >= 16:  # Row
        row, flags = struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, 12)[0]
        if flags & 0x20:
            fact.hidden_rows.add(row + 1)
    elif code == 0x7D and len(body) >= 10:  # ColInfo
        first, last, _, _, flags = struct.unpack_from("<HHHHH", body)
        if flags & 1:
            fact.hidden_columns.update(range(first + 1, min(last, 255) + 2))
    elif code == 0xE5 and len(body) >= 2:  # MergeCells
        for index in range(min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 8)):
            r1, r2, c1, c2 = struct.unpack_from("<HHHH", body, 2 + 8 * index)
            fact.merged.append((r1 + 1, c1 + 1, r2 + 1, c2 + 1))
    elif code == 0x0205 and len(body) >= 8:  # BoolErr
        row, column, _, value, is_error = struct.unpack_from("<HHHBB", body)
        if is_error:
            fact.errors[row + 1, column + 1] = _ERRORS.get(value, "#N/A")
    elif code == 0x06 and len(body) >= 14:  # Formula
        row, column = struct.unpack_from("<HH", body)
        fact.formulas.add((row + 1, column + 1))
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            fact.errors[row + 1, column + 1] = _ERRORS.get(body[8], "#N/A")
