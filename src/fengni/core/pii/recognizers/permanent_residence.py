"""Permanent residence cards of foreigners: until 2023 three letters of the country and twelve digits.

Cards since then bear 18 characters that begin with 9 and pass the check of GB 11643: id_card.py judges those.

>>> [f.value for f in find(Page("外国人永久居留身份证:CAN 110188022902"))]
['CAN110188022902']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import SEPARATORS, named, right_after

TYPE: Final = "PERMANENT_RESIDENCE"
_LABELS: Final = named("永久居留(?:身份)?证|永居证|绿卡", r"permanent resid(?:ence|ent)(?: card| permit)?|prc card")
_WORDS: Final = ("永久居留", "永居", "绿卡", "permanent resid", "prc card")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z-])[A-Za-z]{3}(?:[ -]?[0-9]){12}(?![0-9A-Za-z]|[ -][0-9])")


def find(page: Page) -> Iterator[Finding]:
    """The card numbers of a page."""
    for match in right_after(page, _NUMBER, _LABELS, *_WORDS):
        yield Finding(TYPE, SEPARATORS.sub("", match[0]).upper(), *match.span(), 0.9)
