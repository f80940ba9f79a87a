"""Passport numbers: one or two letters and seven to eight digits, beside a term. Nothing public checks them.

>>> [f.value for f in find(Page("护照号码：E 1234 5678；型号 E12345679"))]
['E12345678']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page, terms

TYPE: Final = "PASSPORT"
TERMS: Final = terms("护照|因私普通", r"passport(?:[ _-]?(?:no|num|number))?")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z-])[A-Za-z](?:[ -]?[A-Za-z])?(?:[ -]?[0-9]){7,8}(?![0-9A-Za-z]|[ -][0-9])")
_SEPARATORS: Final = re.compile("[ -]")


def find(page: Page) -> Iterator[Finding]:
    """The passport numbers of a page."""
    if page.mentions("护照", "因私", "passport"):
        yield from found_beside(page, _NUMBER, TERMS, TYPE)


def found_beside(page: Page, pattern: re.Pattern[str], wanted: re.Pattern[str], type_: str) -> Iterator[Finding]:
    """Matches whose nearest term is a wanted one."""
    for match in pattern.finditer(page.text):
        if page.evidence(match.start(), wanted) > 0:
            yield Finding(type_, _SEPARATORS.sub("", match[0]).upper(), *match.span(), 0.9)
