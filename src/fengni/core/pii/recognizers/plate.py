"""Vehicle plates (GA 36): province, letter, five characters, or six on vehicles with new energy.

Rules: of five at most two are letters; a new-energy plate has its letter first or last. No letter I or O.

>>> [f.value for f in find(Page("车牌浙A·12345、京AD12345；京ABCDEFG"))]
['浙A12345', '京AD12345']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

TYPE: Final = "PLATE"
_PLATE: Final = re.compile(
    "([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])([A-HJ-NP-Z])[ ·•・.-]?"
    "([A-HJ-NP-Z][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJ-NP-Z]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![0-9A-Za-z])"
)


def find(page: Page) -> Iterator[Finding]:
    """The plates of a page."""
    if page.text.isascii():
        return
    for match in _PLATE.finditer(page.text):
        if sum(c.isdigit() for c in match[3]) >= 3:
            yield Finding(TYPE, match[1] + match[2] + match[3], *match.span(), 0.9)
