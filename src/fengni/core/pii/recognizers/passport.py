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
from fengni.core.pii.recognizers.beside import found_beside

TYPE: Final = "PASSPORT"
TERMS: Final = terms("护照|因私普通", r"passport(?:[ _-]?(?:no|num|number))?")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z-])[A-Za-z](?:[ -]?[A-Za-z])?(?:[ -]?[0-9]){7,8}(?![0-9A-Za-z]|[ -][0-9])")


def find(page: Page) -> Iterator[Finding]:
    """The passport numbers of a page."""
    if page.mentions("护照", "因私", "passport"):
        yield from found_beside(page, _NUMBER, TERMS, TYPE)
