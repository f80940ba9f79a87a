"""What several recognizers share: a number is theirs because its name stands right before it, or over its column.

>>> labels = named("出生日期|生日", r"dob|birth ?day")
>>> [m[0] for m in right_after(Page("DOB: 1988-02-29,1990-01-01"), re.compile("[0-9-]{10}"), labels, "dob")]
['1988-02-29']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import Match, Pattern
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

# What may stand between a name and its number: 号码为：, no. =, (本人), the end of the line …
_JOINT: Final = (
    r"(?: ?(?:号码?|编号|账号|帐号|代码|名|id|no\.?|num(?:ber)?|code|is|为|是|[(][^()\n]{0,12}[)]))*"
    r"[ \t]*[:=\"'|,]{0,3}[ \t]*\n?[ \t]*[\"']?"
)
_BEFORE, _AFTER = 12, 64  # characters of a name before and after the word it holds
_SPACE: Final = " \t\"'"
SEPARATORS: Final = re.compile("[ -]")


def named(chinese: str, latin: str) -> Pattern[str]:
    """Names with what stands between them and their numbers, `|` between them; Latin ones stand alone."""
    return re.compile(f"(?:(?:{chinese})|(?<![A-Za-z])(?:{latin})(?![A-Za-z])){_JOINT}", re.IGNORECASE)


def right_after(page: Page, number: Pattern[str], labels: Pattern[str], *words: str) -> Iterator[Match[str]]:
    """Matches with one of the names right before them, or alone in a cell under one. Each name holds one of `words`,
    in lower case."""
    end = 0
    for at in page.hits(*words):
        label = labels.search(page.text, max(end, at - _BEFORE), at + _AFTER) if at >= end else None
        if label:
            match, end = number.match(page.text, label.end()), label.end()
            if match:
                yield match
    if any(heading and labels.search(heading) for heading in page.headings):
        for match in number.finditer(page.text):
            left, heading = page.before(match.start())
            if not left.strip(_SPACE) and labels.search(heading):
                yield match


def around(text: str, cheap: Pattern[str], whole: Pattern[str]) -> Iterator[Match[str]]:
    """Matches of a pattern near those of a cheap one, whose first character is fixed and so found fast."""
    end = 0
    for hint in cheap.finditer(text):
        if hint.start() >= end:
            match = whole.search(text, max(end, hint.start() - _BEFORE), hint.end() + _AFTER)
            if match and match.start() < hint.end():
                end = match.end()
                yield match


def found_beside(page: Page, pattern: Pattern[str], wanted: Pattern[str], type_: str) -> Iterator[Finding]:
    """Matches whose nearest term is a wanted one."""
    for match in pattern.finditer(page.text):
        if page.evidence(match.start(), wanted) > 0:
            yield Finding(type_, SEPARATORS.sub("", match[0]).upper(), *match.span(), 0.9)
