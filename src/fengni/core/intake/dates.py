"""Dates as people type them, read only where there is one way to read them.

>>> read_date("2024.1.5"), read_date("二〇二四年一月"), read_date("20240105"), read_date("长期")
('2024-01-05', '2024-01', '2024-01-05', '长期')
>>> read_date("24/1/5"), read_date("13/1/2024"), read_date("1/5/2024"), read_date("2023-02-30")
('', '2024-01-13', '', '')
>>> read_in_order("24/1/5", "ymd"), read_in_order("1/5/2024", "dmy")
('2024-01-05', '2024-05-01')
>>> read_span("2020年1月1日至2040-01-01"), read_span("2020-01-01 至 长期")
(('2020-01-01', '2040-01-01'), ('2020-01-01', '长期'))
"""

from __future__ import annotations

import datetime
import re
from typing import Final

from fengni.definitions import load

LONG_TERM: Final = "长期"
_ENDLESS: Final = frozenset(load("intake")["long_term"])
_NUMERALS: Final = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_HAN_NUMBER: Final = re.compile("[〇零○一二三四五六七八九十廿卅]+")
_NUMBERS: Final = re.compile(r"\d+")
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})(?:[-/.\\_]|年)(\d{1,2})(?:(?:[-/.\\_]|月)(\d{1,2})日?|月)?(?:[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SPAN: Final = re.compile(r"(.+?)(?:至|到|~|～|—+|–|--| - |起至)(.+)")
_ORDERS: Final = {"ymd": (0, 1, 2), "mdy": (2, 0, 1), "dmy": (2, 1, 0)}


def read_date(text: str) -> str:
    """YYYY-MM-DD, YYYY-MM or 长期; "" when it is no date or can be read in more than one way."""
    text = _plain(text)
    if text.lower() in _ENDLESS:
        return LONG_TERM
    if match := _YEAR_FIRST.fullmatch(text):
        return _iso(match[1], match[2], match[3])
    if match := _COMPACT.fullmatch(text):
        return _iso(match[1], match[2], match[3])
    if match := _YEAR_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        if first > 12:
            return _iso(match[3], match[2], match[1])
        if second > 12 or first == second:
            return _iso(match[3], match[1], match[2])
    return ""


def read_in_order(text: str, order: str) -> str:
    """A date whose order (ymd, mdy, dmy) somebody told us; "" when even that does not fit."""
    numbers = _NUMBERS.findall(_plain(text))
    if order not in _ORDERS or len(numbers) not in (2, 3):
        return ""
    if len(numbers) == 2:
        return _iso(numbers[0], numbers[1], None) if order == "ymd" else _iso(numbers[1], numbers[0], None)
    year, month, day = (numbers[i] for i in _ORDERS[order])
    return _iso(("20" if int(year) < 70 else "19") + year if len(year) == 2 else year, month, day)


def read_span(text: str) -> tuple[str, str] | None:
    """Both ends of "from … to …", or None when it is no such span."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    ends = read_date(match[1].removesuffix("起").removeprefix("自")), read_date(match[2].removesuffix("止"))
    return ends if all(ends) else None


def _plain(text: str) -> str:
    text = "".join(text.split()) if ":" not in text else text.strip()
    return _HAN_NUMBER.sub(lambda m: _numeral(m[0]), text).removesuffix("止").removesuffix("号")


def _numeral(text: str) -> str:
    """A Chinese numeral below 100, or its digits one by one (二〇二四)."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    if not ten:
        return text.translate(_NUMERALS)
    return (tens.translate(_NUMERALS) or "1") + (ones.translate(_NUMERALS) or "0")


def _iso(year: str, month: str, day: str | None) -> str:
    try:
        found = datetime.date(int(year), int(month), int(day or 1))
    except (ValueError, OverflowError):
        return ""
    if not 1800 <= found.year <= 2200:
        return ""
    return found.isoformat() if day else found.isoformat()[:7]
