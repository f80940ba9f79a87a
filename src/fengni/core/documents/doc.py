"""Old Word documents by their piece table ([MS-DOC] 2.4.1), without Word: body, notes, headers, comments, text boxes.

The text of the file is Word's own stream of characters, so positions are Word's character positions: a paragraph, a
cell and a page end in one character each, read as a line feed. A cell knows its left neighbour and the cell of its
column in the first row. Text that a fast save left behind is no part of it.
Documents older than Word 97 and those with a password are named.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from typing import Final

from fengni.core.documents.inside import Inside
from fengni.core.documents.ole import Ole
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

_WORD97: Final = 0xC1
_ENCRYPTED, _TABLE_ONE = 0x0100, 0x0200
_CLX: Final = 0x01A2  # where the file's head says where the piece table lies
_SEQUENCE, _TABLE = 1, 2
_ONE_BYTE: Final = 0x40000000
_CELL: Final = "\x07"
_BLOCK: Final = 100_000
_SIGNS: Final = dict.fromkeys(range(32), " ") | {
    7: "\n", 9: "\t", 10: "\n", 11: "\n", 12: "\n", 13: "\n", 14: "\n", 0x1E: "-", 0x1F: "\u00ad",
}  # fmt: skip


def doc_passages(ole: Ole, inside: Inside) -> Iterator[Passage]:
    """The text of a document and what is embedded in it. Raises UnreadableFile (pii.encrypted, pii.old-office ...)."""
    try:
        text = _text(ole)
    except (struct.error, IndexError) as e:
        raise UnreadableFile("pii.truncated") from e
    yield from _flow(text)
    if "Data" in ole:
        inside.refuse("Data", "pii.picture-not-read")
    yield from ole.objects(inside, ("ObjectPool",))


def _flow(text: str) -> Iterator[Passage]:
    """Paragraphs in blocks, and tables cell by cell."""
    at = 0
    while (mark := text.find(_CELL, at)) >= 0:
        start = max(text.rfind(end, at, mark) + 1 for end in "\r\x0c") or at
        yield from _paragraphs(text, at, start)
        at = yield from _table(text, start)
    yield from _paragraphs(text, at, len(text))


def _paragraphs(text: str, at: int, stop: int) -> Iterator[Passage]:
    while at < stop:
        end = stop if stop - at <= _BLOCK else text.rfind("\r", at, at + _BLOCK) + 1 or at + _BLOCK
        yield Passage(text[at:end].translate(_SIGNS), offset=at)
        at = end


def _table(text: str, at: int) -> Generator[Passage, None, int]:
    """The cells of a table with what stands left of and over them; returns where it ends.

    A row ends with one mark more than it has cells. A row that does not has merged cells: from there on nothing is said
    of what stands over a cell.
    """
    above: list[str] = []
    while (mark := text.find(_CELL, at)) >= 0:
        if above and "\r" in text[at:mark]:
            break  # a paragraph: the next table is another
        row: list[tuple[int, str]] = []
        while mark >= 0 and not (row and mark == at and len(row) >= len(above)):
            row.append((at, text[at:mark].translate(_SIGNS)))
            at, mark = mark + 1, text.find(_CELL, mark + 1)
        above = above if len(above) in (0, len(row)) else [""] * len(row)
        for column, (offset, cell) in enumerate(row):
            left = row[column - 1][1] if column else ""
            yield Passage(cell, offset=offset, heading=f"{left}\n{above[column] if above else ''}")
        above = above or [cell for _, cell in row]
        at = max(at, mark + 1)
    return at


def _text(ole: Ole) -> str:
    stream = ole.read("WordDocument")
    sign, version, _, _, _, flags = struct.unpack_from("<6H", stream)
    if sign != 0xA5EC or version < _WORD97:
        raise UnreadableFile("pii.old-office")
    if flags & _ENCRYPTED:
        raise UnreadableFile("pii.encrypted")
    table = ole.read("1Table" if flags & _TABLE_ONE else "0Table")
    start, size = struct.unpack_from("<II", stream, _CLX)
    return "".join(_pieces(stream, _piece_table(table[start : start + size])))


def _piece_table(clx: bytes) -> bytes:
    at = 0
    while clx[at] == _SEQUENCE:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at] != _TABLE:
        raise UnreadableFile("pii.truncated")
    return clx[at + 5 : at + 5 + struct.unpack_from("<I", clx, at + 1)[0]]


def _pieces(stream: bytes, table: bytes) -> Iterator[str]:
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table)
    left = len(stream)  # no character is read twice, so that a table cannot make more text than the file holds
    for n in range(count):
        size = places[n + 1] - places[n]
        where = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * n + 2)[0]
        wide = not where & _ONE_BYTE
        begin = where & ~_ONE_BYTE if wide else (where & ~_ONE_BYTE) // 2
        data = stream[begin : begin + size * (2 if wide else 1)]
        left -= len(data)
        if size < 0 or left < 0 or len(data) < size * (2 if wide else 1):
            raise UnreadableFile("pii.truncated")
        yield data.decode("utf-16-le", "replace") if wide else data.decode("cp1252", "replace")
