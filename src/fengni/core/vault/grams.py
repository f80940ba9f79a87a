"""Grams: the pieces of a name by which a part of it is found ("若溪" in 林若溪, "智造" in a company's name).

Rules: a name is normalised as for equality, a company's legal form is left out. Of signs written without spaces every
two that touch are one gram, of letters and digits every three of a word. A word's beginning is a gram of its own: the
first ideograph, or two letters; by it alone are queries of one character answered, so "沈" means whoever is called
Shen, not every 沈 somewhere in a name. A gram of a part is a gram of the whole; the reverse is not so, therefore
whoever searches compares with `holds` before showing anything.

First characters of persons' names are surnames, whose shares everybody knows (definitions/surnames.yml). A common one
is spread: a record takes one of `spread` tags at random, a search asks for all, and each holds about as many persons.

>>> sorted(grams("name_part", "林若溪"))
['^林', '林若', '若溪']
>>> wanted("name_part", "若溪"), wanted("name_part", "ex")
(('若溪',), ('^EX',))
>>> sorted(grams("company_part", "示例·青禾智造有限公司"))
['^示', '^青', '例青', '智造', '示例', '禾智', '青禾']
>>> holds("name_part", "溪", "林若溪"), holds("name_part", "若溪", "林若溪")
(False, True)
>>> spread("^王"), spread("^禤"), spread("若溪")
(60, 1, 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from fengni.core.errors import BadInput
from fengni.core.vault.blind_index import DOTS, normalise
from fengni.definitions import load

PARTS: Final = MappingProxyType({"name_part": "name", "company_part": "company_name"})
BEGIN: Final = "^"
_PER_TAG: Final = 1_250  # persons in a million that one tag of a surname shall hold
_LEGAL_FORM: Final = re.compile("(?:股份有限公司|有限责任公司|有限公司|分公司|总公司|公司)?(?:[（(][^（）()]*[）)])?$")
_SPELLED_BELOW: Final = "\u2e80"  # alphabets lie below, signs written without spaces above


def grams(index: str, value: str) -> frozenset[str]:
    """Everything by which parts of a value are found; of several lines those of each."""
    found: set[str] = set()
    for line in value.splitlines():
        found.update(_inside(_normal(index, line)))
        found.update(_beginnings(index, line))
    return frozenset(found)


def wanted(index: str, words: str) -> tuple[str, ...]:
    """The grams that whatever holds these words has, sorted; empty where they are too short to be looked for."""
    text = _normal(index, words)
    inside = set(_inside(text))
    return tuple(sorted(inside)) if inside else _beginning(text)


def holds(index: str, words: str, value: str) -> bool:
    """Whether a value holds the words: anywhere, or at a beginning where they are one character."""
    text = _normal(index, words)
    asked = wanted(index, words)
    if not asked:
        return False
    if asked[0].startswith(BEGIN):
        lines = [line for line in value.splitlines() if asked[0] in _beginnings(index, line)]
        return bool(lines) if len(text) < 3 else any(text in _normal(index, line) for line in lines)
    return any(text in _normal(index, line) for line in value.splitlines())


def spread(gram: str) -> int:
    """Over how many tags a gram of persons' names is spread."""
    return max(1, -(-_SHARES.get(gram, 0) // _PER_TAG))


def brand(company_name: str) -> str:
    """What people call a company: without what stands before the dot, and without its legal form.

    >>> brand("示例·青禾智造有限公司"), brand("青禾智造股份有限公司(有限合伙)"), brand("有限公司")
    ('青禾智造', '青禾智造', '有限公司')
    """
    short = without_form(company_name).rpartition("·")[2]
    return short if len(short) > 1 else company_name


def without_form(company_name: str) -> str:
    """A company's name without its legal form."""
    return _LEGAL_FORM.sub("", company_name.strip())


def _normal(index: str, value: str) -> str:
    kind = PARTS[index]
    try:
        return normalise(kind, without_form(value) if kind == "company_name" else value)
    except BadInput:
        return ""


def _inside(text: str) -> Iterator[str]:
    for at in range(len(text) - 1):
        pair = text[at : at + 2]
        if " " in pair:
            continue
        if max(pair) >= _SPELLED_BELOW:
            yield pair
        else:
            three = text[at : at + 3]
            if len(three) == 3 and " " not in three and max(three) < _SPELLED_BELOW:
                yield three


def _beginnings(index: str, line: str) -> set[str]:
    """The beginnings of what stands between dots, and of each word in letters."""
    found: set[str] = set()
    for piece in DOTS.split(line):
        text = _normal(index, piece)
        found.update(_beginning(text))
        if text and text[0] < _SPELLED_BELOW:
            for word in piece.split():
                found.update(_beginning(_normal(index, word)))
    return found


def _beginning(text: str) -> tuple[str, ...]:
    if text and text[0] >= _SPELLED_BELOW:
        return (BEGIN + text[0],)
    return (BEGIN + text[:2],) if len(text) > 1 and text[1] < _SPELLED_BELOW and text[1] != " " else ()


_SHARES: Final[Mapping[str, int]] = MappingProxyType(
    {BEGIN + surname: share for surname, share in load("surnames")["per_million"].items()}
)
