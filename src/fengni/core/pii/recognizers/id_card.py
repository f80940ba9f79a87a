"""Resident ID numbers: 18 characters with the check of GB 11643, and the old ones of 15 digits beside their name.

Rules: the province must exist, not today's county, since numbers keep abolished codes for life; region 99 is that of
fictitious numbers and is found like a real one. A 15-digit number has no check digit, so it needs a context term.

>>> is_id_number("990101198802290212"), is_id_number("990101198802290213"), is_id_number("990101198702290212")
(True, False, False)
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.numbers import Candidate
from fengni.core.pii.page import terms
from fengni.core.pii.recognizers import permanent_residence

TYPE: Final = "CN_ID_CARD"
LENGTHS: Final = frozenset({15, 18})
PROVINCES: Final = frozenset(
    str(n) for n in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
) | {"71", "81", "82", "83", "99"}
SHAPE: Final = re.compile("[1-9][0-9]{14}(?:[0-9]{2}[0-9X])?")
TERMS: Final = terms(
    "身份证|身份号|证件号|公民身份|证件|证号",
    r"id[ _-]?card(?:[ _-]?no)?|id[ _-]?(?:no|num|number)|identity(?:[ _-]?card)?|sfz|cert(?:[ _-]?no)?",
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS: Final = frozenset("0123456789")
_LAST_YEAR: Final = 2100


def judge(candidate: Candidate) -> Finding | None:
    """An ID number, or None."""
    value = candidate.compact
    if ")" in "".join(candidate.separators):
        return None
    if len(value) == 18:
        if not is_id_number(value):
            return None
        sure = candidate.page.evidence(candidate.start, TERMS) > 0
        type_ = TYPE if value[:2] in PROVINCES else permanent_residence.TYPE
        return Finding(type_, value, candidate.start, candidate.end, 0.99 if sure else 0.95)
    if not is_old_id_number(value) or candidate.page.evidence(candidate.start, TERMS) <= 0:
        return None
    return Finding(TYPE, value, candidate.start, candidate.end, 0.85)


def is_id_number(value: str) -> bool:
    """Whether 18 characters have a province, a day of birth and the right check digit."""
    body = value[:17]
    if not _DIGITS.issuperset(body) or not _has_province(value) or not _is_day(value[6:10], value[10:14]):
        return False
    return "10X98765432"[sum(int(a) * b for a, b in zip(body, _WEIGHTS, strict=True)) % 11] == value[17]


def is_old_id_number(value: str) -> bool:
    """Whether 15 digits have a province and a day of birth of the twentieth century."""
    return _DIGITS.issuperset(value) and value[:2] in PROVINCES and _is_day("19" + value[6:8], value[8:12])


def _has_province(value: str) -> bool:
    foreigner = value[0] == "9" and value[1:3] in PROVINCES  # permanent residence card, since 2023
    return value[:2] in PROVINCES or foreigner


def _is_day(year: str, day: str) -> bool:
    try:
        return 1850 <= date(int(year), int(day[:2]), int(day[2:])).year < _LAST_YEAR
    except ValueError:
        return False
