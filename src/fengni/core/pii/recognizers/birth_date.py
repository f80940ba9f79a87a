"""Days of birth: a date right after its name, or before 出生.

>>> [f.value for f in find(Page("出生日期:1988年2月29日,签署日期 2026-11-25；1990.01.02出生；DOB 03/04/1985"))]
['1988-02-29', '1985-03-04', '1990-01-02']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import named, right_after

TYPE: Final = "BIRTH_DATE"
_LABELS: Final = named(
    "出生(?:年月日?|日期|时间|于)?|生日|生于|生辰",
    r"(?:date|day) of birth|birth[ _]?(?:day|date)|birth|d\.?o\.?b\.?|born(?: on| in)?",
)
_WORDS: Final = ("出生", "生日", "生于", "生辰", "birth", "born", "dob", "d.o.b")
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE: Final = re.compile(
    "(?<![0-9A-Za-z./-])(?:"
    r"(?P<y0>(?:19|20)[0-9]{2}) ?[-./年] ?(?P<m0>1[0-2]|0?[1-9]) ?(?:[-./月] ?(?P<d0>[12][0-9]|3[01]|0?[1-9]) ?日?|月)"
    r"|(?P<y1>(?:19|20)[0-9]{2})(?P<m1>0[1-9]|1[0-2])(?P<d1>0[1-9]|[12][0-9]|3[01])"
    r"|(?P<m2>0?[1-9]|1[0-2])/(?P<d2>[12][0-9]|3[01]|0?[1-9])/(?P<y2>(?:19|20)[0-9]{2})"
    rf"|(?P<d3>[12][0-9]|3[01]|0?[1-9]) (?P<m3>{_MONTHS})[a-z]* (?P<y3>(?:19|20)[0-9]{{2}})"
    rf"|(?P<m4>{_MONTHS})[a-z]* (?P<d4>[12][0-9]|3[01]|0?[1-9]),? (?P<y4>(?:19|20)[0-9]{{2}})"
    ")(?![0-9A-Za-z]|[-/.][0-9])", re.IGNORECASE,
)  # fmt: skip
_LONGEST: Final = 18


def find(page: Page) -> Iterator[Finding]:
    """The days of a page."""
    for match in right_after(page, _DATE, _LABELS, *_WORDS):
        yield from _found(match)
    for at in page.hits("出生"):
        for match in _DATE.finditer(page.text, max(0, at - _LONGEST), at):
            if not page.text[match.end() : at].strip(" "):
                yield from _found(match)


def _found(match: re.Match[str]) -> Iterator[Finding]:
    value = _value(match)
    if value:
        yield Finding(TYPE, value, *match.span(), 0.9)


def _value(match: re.Match[str]) -> str:
    """The day as ISO 8601, a month alone as 1988-02, nothing for a day that does not exist."""
    found = {name[0]: text for name, text in match.groupdict().items() if text}
    month = _MONTHS.split("|").index(found["m"].lower()) + 1 if found["m"].isalpha() else int(found["m"])
    try:
        day = date(int(found["y"]), month, int(found.get("d", 1))).isoformat()
    except ValueError:
        return ""
    return day if "d" in found else day[:7]
