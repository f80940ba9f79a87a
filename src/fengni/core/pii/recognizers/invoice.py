"""Invoice numbers and codes: 8, 10, 12 or (fully digital ones) 20 digits, right after their name.

>>> [f.value for f in find(Page("发票代码:144001900111 发票号码:00123456,金额 12345678"))]
['144001900111', '00123456']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import SEPARATORS, named, right_after

TYPE: Final = "INVOICE_NO"
_LABELS: Final = named(
    "发票(?:号码?|代码|编号)?|数电票号码?", r"(?:e-?)?invoice(?: ?(?:no|number|code))?|fapiao(?: ?(?:no|number|code))?"
)
_WORDS: Final = ("发票", "数电票", "invoice", "fapiao")
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:[0-9](?:[ -]?[0-9]){19}|[0-9]{12}|[0-9]{10}|[0-9]{8})(?![0-9A-Za-z]|[.\-][0-9])"
)


def find(page: Page) -> Iterator[Finding]:
    """The numbers of a page."""
    for match in right_after(page, _NUMBER, _LABELS, *_WORDS):
        yield Finding(TYPE, SEPARATORS.sub("", match[0]), *match.span(), 0.9)
