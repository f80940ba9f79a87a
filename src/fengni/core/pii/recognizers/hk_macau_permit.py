"""Permits between the mainland and Hong Kong or Macau: C or W and eight characters, H or M and eight or ten digits.

>>> [f.value for f in find(Page("港澳通行证号 C12345678"))]
['C12345678']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page, terms
from fengni.core.pii.recognizers.beside import found_beside

TYPE: Final = "HK_MACAU_PERMIT"
TERMS: Final = terms(
    "通行证|回乡证|港澳证|港澳居民", r"(?:home[ -]?return |exit[ -]entry )?permit(?:[ _-]?(?:no|number))?"
)
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z-])(?:[CcWw](?:[ -]?[0-9A-Za-z])(?:[ -]?[0-9]){7}|[HhMm](?:[ -]?[0-9]){8}(?:(?:[ -]?[0-9]){2})?)"
    r"(?![0-9A-Za-z]|[ -][0-9])"
)


def find(page: Page) -> Iterator[Finding]:
    """The permit numbers of a page."""
    if page.mentions("通行证", "回乡证", "港澳", "permit"):
        yield from found_beside(page, _NUMBER, TERMS, TYPE)
