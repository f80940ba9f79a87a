"""Addresses of the Internet, version 4 and 6. They point at a person (GB/T 35273, annex A: network identity).

Rules: numbers of versions and clauses look alike, so without a term two of four parts have two digits. Addresses that
mean the machine itself, nobody or everybody are nobody's.

>>> [f.value for f in find(Page("登录IP地址10.23.45.67,版本 10.23.45.67,127.0.0.1,2001:DB8::7"))]
['10.23.45.67', '2001:db8::7']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page, terms
from fengni.core.pii.recognizers.beside import around

TYPE: Final = "IP_ADDRESS"
TERMS: Final = terms("地址|登录|来源|访问|设备", r"ip(?:v[46])?(?:[ _-]?addr(?:ess)?)?|host|client|remote|from|src")
_OTHERS: Final = re.compile(
    r"(?:版本|版|第|章|节|条|款|编号|序号|规范|标准|固件|(?<![A-Za-z])(?:v|ver|version|release|rev|build|firmware|section|oid|sec))"
    r"[ .:号]{0,3}$", re.IGNORECASE,
)  # fmt: skip
_FOUR: Final = re.compile(r"(?<![0-9A-Za-z.\-_])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9A-Za-z_]|\.[0-9]|-[0-9A-Za-z])")
_SIX: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?<![0-9A-Fa-f:]:)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:.])"
)
_DOTTED: Final = re.compile(
    r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
)  # cheap questions: a fixed first character is found fast
_COLONS: Final = re.compile(r"::|:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:")
_CLOCK: Final = re.compile("[0-9]{1,2}(?::[0-9]{2}){1,3}")
_LONG, _FEW = 2, 3


def find(page: Page) -> Iterator[Finding]:
    """The addresses of a page."""
    for match in around(page.text, _DOTTED, _FOUR):
        left, _ = page.before(match.start())
        sure = page.evidence(match.start(), TERMS) > 0
        parts = sum(len(part) >= _LONG for part in match[0].split("."))
        if not _OTHERS.search(left) and (sure or parts >= _LONG):
            yield from _found(match, 0.95 if sure else 0.7)
    for match in around(page.text, _COLONS, _SIX):
        if sum(map(str.isalnum, match[0])) > _FEW and not _CLOCK.fullmatch(match[0]):
            yield from _found(match, 0.9)


def _found(match: re.Match[str], score: float) -> Iterator[Finding]:
    try:
        value = ip_address(match[0])
    except ValueError:
        return
    if not (value.is_loopback or value.is_unspecified or value.is_multicast or match[0] == "255.255.255.255"):
        yield Finding(TYPE, str(value), *match.span(), score)
