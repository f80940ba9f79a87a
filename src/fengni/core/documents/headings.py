"""Which row of a table holds its headings: among the first rows the one with the most short texts and no numbers.

>>> heading_row([["客户台账", ""], ["姓名", "手机"], ["沈若溪", "15400000001"]])
1
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

ROWS_LOOKED_AT: Final = 10
_NUMBER: Final = re.compile(r"[0-9０-９]{6}|@")
_LONGEST: Final = 30


def heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the heading row, or None when no row looks like one."""
    best, most = None, 1
    for at, row in enumerate(rows[:ROWS_LOOKED_AT]):
        texts = [cell for cell in row if cell.strip()]
        if any(_NUMBER.search(cell) for cell in texts):
            break
        if len(texts) > most and all(len(cell) <= _LONGEST for cell in texts):
            best, most = at, len(texts)
    return best
