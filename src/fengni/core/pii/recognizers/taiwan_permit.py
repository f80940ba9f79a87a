"""Permits between the mainland and Taiwan: eight digits (ten on old ones), T or L before those of mainlanders.

Nothing public checks them, so the name has to stand right before the number.

>>> [f.value for f in find(Page("台胞证号:0012 3456；往来台湾通行证 T12345678,订单 00123456"))]
['00123456', 'T12345678']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import SEPARATORS, named, right_after

TYPE: Final = "TAIWAN_PERMIT"
_LABELS: Final = named(
    "台胞证|台湾(?:居民)?(?:来往)?(?:大陆)?通行证|来往大陆通行证",
    r"taiwan(?: residents?| compatriot)? (?:travel )?permit|mtp",
)
_WORDS: Final = ("台胞", "台湾", "来往大陆", "taiwan", "mtp")
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z-])[TtLl]?[0-9](?:[ -]?[0-9]){7}(?:(?:[ -]?[0-9]){2})?(?![0-9A-Za-z]|[ -][0-9])"
)


def find(page: Page) -> Iterator[Finding]:
    """The permit numbers of a page."""
    for match in right_after(page, _NUMBER, _LABELS, *_WORDS):
        yield Finding(TYPE, SEPARATORS.sub("", match[0]).upper(), *match.span(), 0.9)
