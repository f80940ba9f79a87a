"""Mobile telephone numbers: 1, 3 to 9, nine digits; with or without the code of the country.

Rules: no table of operators, since segments change; prefix 154 of fictitious numbers falls under the same rule. There
is no check digit, so grouped digits must be grouped as people write telephones, and a term of other numbers rejects.
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.numbers import Candidate
from fengni.core.pii.page import MOBILE_TERMS

TYPE: Final = "CN_MOBILE"
LENGTHS: Final = frozenset({11, 12, 13, 15})
SHAPE: Final = re.compile(r"(0|86|0086)?(1[3-9][0-9]{9})")
_GROUPED: Final = frozenset(
    {(3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (3, 5, 3), (4, 4, 3), (5, 6), (4, 3, 4), (3, 3, 3, 2), (1,) * 11}
)


def judge(candidate: Candidate) -> Finding | None:
    """A mobile number, or None."""
    match = SHAPE.fullmatch(candidate.compact)
    if match is None or len(candidate.separators) > 2:
        return None
    groups, start, prefix = list(candidate.groups), candidate.start, match[1] or ""
    if prefix:
        if groups[0] == len(prefix) and len(groups) > 1:
            del groups[0]
            start = _after_prefix(candidate, len(prefix))
        else:
            groups[0] -= len(prefix)
            start += len(prefix)
            if prefix == "86" and candidate.lead != "+" and groups == [11]:
                return _found(candidate, match[2], start, least=1)
    if ")" in "".join(candidate.separators) and not (prefix and candidate.lead in ("(", "+")):
        return None
    if groups != [11] and tuple(groups) not in _GROUPED:
        return None
    return _found(candidate, match[2], start, least=0)


def _found(candidate: Candidate, value: str, start: int, *, least: int) -> Finding | None:
    evidence = candidate.page.evidence(candidate.start, MOBILE_TERMS)
    if evidence < least:
        return None
    return Finding(TYPE, value, start, candidate.end, 0.97 if evidence else 0.85)


def _after_prefix(candidate: Candidate, length: int) -> int:
    text, start = candidate.page.text, candidate.start + length
    while text[start] in " -)":
        start += 1
    return start
