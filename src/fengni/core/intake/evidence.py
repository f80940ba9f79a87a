"""What the values of a column show by themselves, whatever its heading says.

Rules: a kind is shown when at least 60 % of the values (a spread sample) are plainly of it; kinds that look alike (an
ID number and an all-digit code) are told apart by their check.

>>> from fengni.core.intake.workbook import Cell, CellKind
>>> kind_of_values([Cell(1, 1, "15400000001", CellKind.NUMBER, "A1"), Cell(2, 1, "15400000002", CellKind.TEXT, "A2")])
'mobile'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from fengni.core.intake.dates import read_date
from fengni.core.intake.identifiers import id_number_faults, is_uscc
from fengni.core.intake.names import looks_like_company
from fengni.core.intake.passwords import looks_secret
from fengni.core.intake.texts import fold, tidy_code
from fengni.core.intake.workbook import Cell, CellKind

SHARE: Final = 0.6
_SAMPLE: Final = 60
_ID: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}.*")
_USCC: Final = re.compile(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def sample_of(cells: Sequence[Cell]) -> Sequence[Cell]:
    """At most sixty cells, spread over the column."""
    return cells if len(cells) <= _SAMPLE else cells[:: len(cells) // _SAMPLE + 1]


def kind_of_values(cells: Sequence[Cell]) -> str:
    """The kind that most values are of: id_number, uscc, mobile, email, date, company_name, secret; or ""."""
    sample = [c for c in sample_of(cells) if c.text.strip() and c.kind not in (CellKind.ERROR, CellKind.PENDING)]
    if not sample:
        return ""
    counts: dict[str, int] = {}
    for cell in sample:
        kind = kind_of(cell)
        if kind:
            counts[kind] = counts.get(kind, 0) + 1
    kind, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return kind if count >= SHARE * len(sample) else ""


def kind_of(cell: Cell) -> str:
    """What one value plainly is, or ""."""
    if cell.kind is CellKind.DATE:
        return "date"
    text = fold(cell.text).strip()
    if len(text) > 120:
        return ""
    code = tidy_code(text)
    return next((kind for kind, is_it in _TESTS if is_it(text, code)), "")


def _is_id(text: str, code: str) -> bool:
    return (
        _ID.fullmatch(code) is not None
        and (len(code) == 15 or not id_number_faults(code) or not is_uscc(code))
        and _has_birth(code)
    )


def _has_birth(code: str) -> bool:
    day = code[6:14] if len(code) == 18 else "19" + code[6:12]
    return bool(read_date(day))


_TESTS: Final[tuple[tuple[str, Callable[[str, str], bool]], ...]] = (
    ("email", lambda text, code: "@" in text and _EMAIL.fullmatch(text) is not None),
    ("uscc", lambda text, code: len(code) == 18 and is_uscc(code) and not (code.isdecimal() and _has_birth(code))),
    ("id_number", _is_id),
    ("uscc", lambda text, code: _USCC.fullmatch(code) is not None and not code[:17].isdecimal()),
    ("mobile", lambda text, code: _MOBILE.match(code) is not None),
    ("date", lambda text, code: len(text) >= 6 and bool(read_date(text)) and not text.isdecimal()),
    ("company_name", lambda text, code: looks_like_company(text)),
    ("secret", lambda text, code: text.isascii() and not text.isdecimal() and looks_secret(text)),
)
