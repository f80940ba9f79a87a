"""Groups of digits that may belong together: `154-0000 0001` is three groups and one number.

Rules: no `\\b` and no `\\d`, since between a Han character and a digit there is no word boundary, and `\\d` takes
digits of other scripts. A number inside a longer run of letters and digits is no number of a person; nor is one that a
hyphen ties to more digits, nor the inside of a decimal, a date or an amount.

>>> def mobile(candidate):
...     return Finding("CN_MOBILE", candidate.compact, candidate.start, candidate.end, 0.9)
>>> judges = {11: ((re.compile("1[0-9]+"), mobile),)}
>>> [f.value for f in find_numbers(Page("call 154 0000 0001, order A154000000012"), judges)]
['15400000001']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

# A digit and at least six more characters; a group after a separator must hold a digit soon.
_CLUSTER: Final = re.compile(
    r"[0-9](?:[0-9A-Za-z]|[ \-)]{1,3}(?=[A-Za-z]{0,8}[0-9]|[A-Z]{9,10}(?![0-9A-Za-z])|[Xx](?![0-9A-Za-z]))){6,}"
)
_GROUP: Final = re.compile(r"[0-9A-Za-z]+")
_DATE: Final = re.compile(
    r"(?<![0-9A-Za-z-])(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])(?![0-9A-Za-z])"
)
_AMOUNT_BEFORE: Final = tuple("¥$￥€£*")
_AMOUNT_AFTER: Final = ("元", "万", "亿", "美元", "港元", "欧元", "日元", "股", "吨", "米", "%", "‰", "*")
LONGEST: Final = 20
_NAMES: Final = frozenset({"tel", "phone", "mobile", "mob", "cell", "id", "idcard", "sfz", "card", "wx", "vx", "uscc"})
_EXTENSION: Final = 5
_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring groups read as one number. `compact` has upper case letters and no separators."""

    page: Page
    start: int
    end: int
    compact: str
    groups: tuple[int, ...]
    separators: frozenset[str]

    @property
    def lead(self) -> str:
        """The character before, or nothing."""
        return self.page.text[self.start - 1 : self.start]


Judge = Callable[[Candidate], Finding | None]
Judges = Mapping[int, tuple[tuple[re.Pattern[str], Judge], ...]]  # by length: what it must look like, who decides
_Group = tuple[int, int]


def find_numbers(page: Page, judges: Judges) -> Iterator[Finding]:
    """What the judges of each length accept: numbers in one piece first, then the longest joined groups."""
    text = page.text
    for cluster in _CLUSTER.finditer(text):
        start, end = cluster.span()
        while start and text[start - 1] in _ALPHANUMERIC:
            start -= 1  # letters before the first digit belong to its group, unless they name it
        if text[start : cluster.start()].lower() in _NAMES:
            start = cluster.start()
        if not text[start:end].isalnum():
            yield from _in_cluster(page, start, end, judges)
        elif end - start in judges:
            found = _judged(page, [(start, end)], 0, 1, judges)
            if found:
                yield found


def _in_cluster(page: Page, start: int, end: int, judges: Judges) -> Iterator[Finding]:
    text = page.text
    groups: list[_Group] = [m.span() for m in _GROUP.finditer(text, start, end)]
    free = [True] * len(groups)
    for date in _DATE.finditer(text, start, end) if "-" in text[start:end] else ():
        free = [ok and not date.start() <= group[0] < date.end() for ok, group in zip(free, groups, strict=True)]
    for first, group in enumerate(groups):
        if free[first] and group[1] - group[0] in judges:
            found = _judged(page, groups, first, first + 1, judges)
            if found:
                free[first] = False
                yield found
    first = 0
    while first < len(groups) - 1:
        last = first + 1
        for stop in reversed(_reach(groups, free, first)):
            found = _judged(page, groups, first, stop, judges)
            if found:
                yield found
                last = stop
                break
        first = last


def _reach(groups: list[_Group], free: list[bool], first: int) -> list[int]:
    """Ends of the runs of two and more free groups from `first` that are not too long for a number."""
    stops, length = [], 0
    for at in range(first, len(groups)):
        length += groups[at][1] - groups[at][0]
        if not free[at] or length > LONGEST:
            break
        if at > first:
            stops.append(at + 1)
    return stops


def _judged(page: Page, groups: list[_Group], first: int, stop: int, judges: Judges) -> Finding | None:
    text, run = page.text, groups[first:stop]
    start, end = run[0][0], run[-1][1]
    compact = "".join([text[a:b] for a, b in run]).upper()
    able = [judge for shape, judge in judges.get(len(compact), ()) if shape.fullmatch(compact)]
    if not able or _is_tied(text, groups, first, stop, compact) or (compact.isdigit() and _is_amount(text, start, end)):
        return None
    gaps = frozenset(text[a[1] : b[0]] for a, b in pairwise(run))
    candidate = Candidate(page, start, end, compact, tuple(b - a for a, b in run), gaps)
    return next((found for judge in able if (found := judge(candidate))), None)


def _is_tied(text: str, groups: list[_Group], first: int, stop: int, compact: str) -> bool:
    """Whether a hyphen or another letter ties more to it. The extension of a telephone does not count."""
    start, end = groups[first][0], groups[stop - 1][1]
    before, follow = text[max(0, start - 2) : start], text[end : end + 2]
    if follow[:1] in _ALPHANUMERIC and follow:
        return True
    if before[1:] == "-" and before[0] in _ALPHANUMERIC:
        return True
    if follow[:1] != "-" or follow[1:] not in _ALPHANUMERIC or len(follow) < 2:
        return False
    after = _GROUP.match(text, end + 1)
    return not (after and compact.startswith(("0", "86")) and len(after[0]) <= _EXTENSION and after[0].isdigit())


def _is_amount(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before.rstrip().endswith(_AMOUNT_BEFORE) or text[end : end + 4].lstrip().startswith(_AMOUNT_AFTER):
        return True
    decimal_before = before[-1:] == "." and before[:1].isdigit() and len(before) == 2
    return decimal_before or (after[:1] == "." and after[1:].isdigit())
