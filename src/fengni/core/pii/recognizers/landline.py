"""Fixed-line telephones with their area code; without it only right after a term that says so.

Rules: `0571-88888888`, `(0571) 8888 8888`, `+86 571 88888888`; the value is written area, hyphen, number; an extension
is left out. Service numbers (400, 95xxx, 12345) belong to nobody.
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.numbers import Candidate
from fengni.core.pii.page import terms

TYPE: Final = "CN_LANDLINE"
LENGTHS: Final = frozenset({7, 8, 10, 11, 12, 13})
SHAPE: Final = re.compile("0[0-9]{9,11}|86[0-9]{9,11}|[2-8][0-9]{6,7}")
TERMS: Final = terms("座机|固话|电话|传真|总机|热线|联系方式", "tel|telephone|phone|fax|landline|office")
_WITH_AREA: Final = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([1-9][0-9]{6,7})")
_ABROAD: Final = re.compile(r"86(10|2[0-9]|[3-9][0-9]{2})([1-9][0-9]{6,7})")
_RIGHT_AFTER: Final = re.compile(r"(?:座机|固话|电话|传真|总机|tel|telephone|fax)(?:号码?)?\s*:?\s*\Z", re.IGNORECASE)
_LOCAL: Final = frozenset({(7,), (8,), (4, 4), (3, 4)})


def judge(candidate: Candidate) -> Finding | None:
    """A fixed-line number, or None."""
    value = candidate.compact
    if len(value) < 9:
        return _local(candidate)
    match = _WITH_AREA.fullmatch(value)
    if match:
        area, number = match[1], match[2]
    elif (abroad := _ABROAD.fullmatch(value)) and candidate.lead == "+":
        area, number = "0" + abroad[1], abroad[2]
    else:
        return None
    if len(area) == 3 and len(number) != 8:
        return None
    return _with_area(candidate, area, number)


def _with_area(candidate: Candidate, area: str, number: str) -> Finding | None:
    groups, evidence = candidate.groups, candidate.page.evidence(candidate.start, TERMS)
    if evidence < 0:
        return None
    if candidate.compact.startswith("0"):
        apart = groups[0] == len(area) and (groups[1:] in _LOCAL)
        if not apart and not (len(groups) == 1 and evidence > 0):
            return None
    return Finding(TYPE, f"{area}-{number}", candidate.start, candidate.end, 0.95 if evidence else 0.85)


def _local(candidate: Candidate) -> Finding | None:
    """A number without an area code, right after 电话: or alone under such a heading."""
    if candidate.groups not in _LOCAL or ")" in "".join(candidate.separators):
        return None
    before, heading = candidate.page.before(candidate.start)
    named = _RIGHT_AFTER.search(before) or (not before.strip() and _RIGHT_AFTER.search(heading))
    return Finding(TYPE, candidate.compact, candidate.start, candidate.end, 0.7) if named else None
