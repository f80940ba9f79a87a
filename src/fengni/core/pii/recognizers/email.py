"""E-mail addresses. A picture name with `@2x`, a login inside a web address and a repository address are none.

>>> [f.value for f in find(Page("邮箱a.b@example.com，图icon@2x.png，git@example.com:a/b"))]
['a.b@example.com']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

TYPE: Final = "EMAIL"
_ADDRESS: Final = re.compile(
    r"(?<![0-9A-Za-z._%+@/-])[0-9A-Za-z_%+](?:[0-9A-Za-z._%+-]{0,62}[0-9A-Za-z_%+])?"
    r"@(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.){1,6}([A-Za-z]{2,18})(?![0-9A-Za-z@-])"
)
_LOGIN: Final = re.compile(r"://[^\s/@]*:\Z")
_ENDINGS_OF_FILES: Final = frozenset(
    {"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "html", "zip", "json", "ico", "pdf"}
)


def find(page: Page) -> Iterator[Finding]:
    """The addresses of a page."""
    if "@" not in page.text:
        return
    for match in _ADDRESS.finditer(page.text):
        repository = match[0].startswith("git@") and page.text[match.end() : match.end() + 1] == ":"
        if _LOGIN.search(page.text, max(0, match.start() - 80), match.start()):
            continue
        if not repository and match[1].lower() not in _ENDINGS_OF_FILES and ".." not in match[0]:
            yield Finding(TYPE, match[0], *match.span(), 0.98)
