"""Codes on seals: 13 or 14 digits under the ring, registered with the police; right after their name.

>>> [f.value for f in find(Page("公章编码:9901010012345,印章编码 99010100123456"))]
['9901010012345', '99010100123456']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import SEPARATORS, named, right_after

TYPE: Final = "SEAL_CODE"
_LABELS: Final = named(
    "(?:印|公|财务|合同|法人|发票|专用)章(?:防伪)?(?:编码|编号|备案号|号码?)|章(?:防伪)?编码|印章防伪码",
    r"seal (?:no|code|number)",
)
_WORDS: Final = ("章", "seal")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z.\-])[0-9](?:[ -]?[0-9]){12,13}(?![0-9A-Za-z]|[.\- ][0-9])")


def find(page: Page) -> Iterator[Finding]:
    """The codes of a page."""
    for match in right_after(page, _NUMBER, _LABELS, *_WORDS):
        yield Finding(TYPE, SEPARATORS.sub("", match[0]), *match.span(), 0.9)
