"""Plain and delimited text in blocks, so that a log of any size needs little memory.

Rules: a byte order mark decides the encoding; else UTF-16 by its zero bytes, UTF-8 if every byte fits, else GB18030 if
every byte fits, else UTF-8 with the broken bytes replaced. Positions count characters after the mark; line ends stay as
they are. Blocks end at a line end, or where no number can be cut.

>>> import io
>>> [p.text for p in text_passages(io.BytesIO("手机".encode("gb18030")), delimited=False)]
['手机']
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO, Final

from fengni.core.documents.headings import ROWS_LOOKED_AT, heading_row
from fengni.core.errors import UnreadableFile
from fengni.core.pii.folding import fold
from fengni.core.pii.page import Table
from fengni.core.pii.passage import Passage

_BLOCK: Final = 256 * 1024
_CONTEXT: Final = 64
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL: Final = re.compile(b"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAFE_CUT: Final = re.compile(r"[^0-9A-Za-z\s@._+()（）０-９ー－—-](?=[^\n]*\Z)")
_LONGEST_LINE: Final = 4 * _BLOCK


def text_passages(source: IO[bytes], *, delimited: bool) -> Iterator[Passage]:
    """The text of a stream that can seek. Raises UnreadableFile when it is no text."""
    mark, encoding, errors = _encoding(source)
    source.seek(mark)
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    table: Table | None = None
    before, pending, offset, begun = "", "", 0, False
    while True:
        data = source.read(_BLOCK)
        pending += decoder.decode(data, final=not data)
        cut = len(pending) if not data else _cut(pending)
        if cut:
            if delimited and not begun:
                table = _table(pending)
            begun = True
            block, pending = pending[:cut], pending[cut:]
            yield Passage(before + block, offset=offset - len(before), table=table, known=len(before))
            offset += cut
            before = _context(before + block)
        if not data:
            return


def whole_text(source: IO[bytes]) -> str:
    """A stream that fits in memory, decoded by the same rules. Raises UnreadableFile when it is no text."""
    mark, encoding, errors = _encoding(source)
    source.seek(mark)
    return source.read().decode(encoding, errors)


def _context(text: str) -> str:
    """The end of a block that the next is read after: from the begin of a line, so that columns still count right."""
    line = text.rfind("\n", 0, -1) + 1
    if text.endswith("\n"):
        return text[line:] if len(text) - line <= 4 * _CONTEXT else ""
    return text[-_CONTEXT:]


def _cut(text: str) -> int:
    """Where a block may end: after the last line end; in an endless line after something that is in no number."""
    end = text.rfind("\n") + 1
    if end or len(text) < _LONGEST_LINE:
        return end
    safe = [match.end() for match in _SAFE_CUT.finditer(text, len(text) - 4096)]
    return safe[-1] if safe else len(text)


def _encoding(source: IO[bytes]) -> tuple[int, str, str]:
    """Length of the mark, encoding, and what to do with broken bytes."""
    source.seek(0)
    head = source.read(65_536)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return len(mark), name, "replace"
    zeros = head.count(0)
    if zeros > len(head) // 8:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if min(even, odd) * 8 < max(even, odd):
            return 0, "utf-16-le" if odd > even else "utf-16-be", "replace"
    if len(_CONTROL.findall(head)) > len(head) // 512:
        raise UnreadableFile("pii.not-text")
    if _fits(source, "utf-8"):
        return 0, "utf-8", "strict"
    if _fits(source, "gb18030"):
        return 0, "gb18030", "strict"
    return 0, "utf-8", "replace"


def _fits(source: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    source.seek(0)
    try:
        while data := source.read(_BLOCK):
            decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _table(text: str) -> Table | None:
    """The delimiter and the headings, when the first lines look like a table with headings."""
    lines = [line for line in fold(text[:65_536]).text.split("\n") if line.strip()][:ROWS_LOOKED_AT]
    if not lines:
        return None
    delimiter = max(",\t;|，", key=lambda d: sum(line.count(d) for line in lines))
    rows = [[cell.strip(' "\r') for cell in line.split(delimiter)] for line in lines]
    row = heading_row(rows)
    return Table(delimiter, tuple(rows[row])) if row is not None else Table(delimiter, ())
