"""Hardware addresses: six pairs of hexadecimal digits, or three groups of four, with one mark between them.

>>> [f.value for f in find(Page("设备MAC:AA-BB-CC-15-40-00,散列 aabb.ccdd.eeff.0011"))]
['aa:bb:cc:15:40:00']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import around

TYPE: Final = "MAC_ADDRESS"
_HEX: Final = "[0-9A-Fa-f]"
_ADDRESS: Final = re.compile(
    rf"(?<![0-9A-Za-z.\-])(?<!:{_HEX}{{2}}:)(?:{_HEX}{{2}}([:-]){_HEX}{{2}}(?:\1{_HEX}{{2}}){{4}}|{_HEX}{{4}}\.{_HEX}{{4}}\.{_HEX}{{4}})(?![0-9A-Za-z:\-]|\.{_HEX})"
)
_CHEAP: Final = (
    *(re.compile(f"{mark}{_HEX}{{2}}{mark}{_HEX}{{2}}{mark}{_HEX}{{2}}") for mark in ":-"),
    re.compile(rf"\.{_HEX}{{4}}\.{_HEX}{{4}}"),
)
_NOBODY: Final = frozenset({"000000000000", "ffffffffffff"})


def find(page: Page) -> Iterator[Finding]:
    """The addresses of a page."""
    for cheap in _CHEAP:
        for match in around(page.text, cheap, _ADDRESS):
            digits = re.sub("[:.-]", "", match[0]).lower()
            if digits not in _NOBODY and not digits.isdigit():  # digits alone are an instant or a number
                yield Finding(TYPE, ":".join(digits[at : at + 2] for at in range(0, 12, 2)), *match.span(), 0.9)
