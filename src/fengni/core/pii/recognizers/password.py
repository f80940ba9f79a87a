"""Login passwords in notes and cells: a word for it, then something typed on a keyboard.

>>> [f.value for f in find(Page("电子税务局密码：Example#2024；密码已重置,请勿再问"))]
['Example#2024']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page

TYPE: Final = "PASSWORD"
HINT: Final = re.compile(r"密\s*码|口\s*令|密\s*钥|passw|pwd|pass\s?code|\bpin\b|\bmm[:：]", re.IGNORECASE)
"""A cheap test: a text without any of this holds no password."""
_TYPED: Final = r"(?=[^\s，。；;,、()（）\u3400-\u9fff]{0,24}[0-9A-Za-z])[!-~]{3,24}"
_STATED: Final = re.compile(
    r"(?:密\s?码|口\s?令|密\s?钥|p(?:ass)?word|passwd|pwd|pass\s?code|\bpin码?|\bmm)"
    rf"(?:[^\s\w]|为|是|改为|改成|都是|统一|就是|\s|[(（][^)）]{{0,12}}[)）]){{0,8}}({_TYPED})",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(rf"({_TYPED})\s*[(（]?\s*(?:是|为)\s*(?:\w{{0,8}})(?:密码|口令)", re.IGNORECASE)
_WORDS: Final = ("密", "口", "pass", "pwd", "pin", "mm")
_REACH: Final = 44
_END: Final = re.compile(r"[;,，；。、)）\"']+$")


def find(page: Page) -> Iterator[Finding]:
    """The passwords of a page."""
    for at in page.hits(*_WORDS):
        match = _STATED.match(page.text, at) or _BEFORE.search(page.text, max(0, at - _REACH), at + 2)
        value = _END.sub("", match[1]) if match else ""
        if match and value:
            yield Finding(TYPE, value, match.start(1), match.start(1) + len(value), 0.85)
