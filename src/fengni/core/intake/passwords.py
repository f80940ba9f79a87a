"""Where login passwords lie: in columns by their heading, in any text by its words. The password is never returned.

>>> holds_password("电子税务局密码：Example#2024"), holds_password("pwd=abc123"), holds_password("密码已重置,请勿再问")
(True, True, False)
>>> service_of("国税电子税务局登录密码"), service_of("网银密码"), service_of("密码")
('tax', 'bank', 'other')
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.intake.texts import fold
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.password import HINT, find
from fengni.definitions import load

_DATA: Final = load("intake")
_SERVICES: Final[dict[str, list[str]]] = _DATA["services"]
_LOOKS_SECRET: Final = re.compile(
    r"(?=[!-~]*[A-Za-z])(?=[!-~]*[0-9])[!-~]{6,32}|(?=[!-~]*[!#$%^&*@~])[!-~]{6,32}|[0-9]{6}"
)


def holds_password(text: str) -> bool:
    """Whether a text states a password: a word for it, then something typed on a keyboard."""
    return HINT.search(text) is not None and any(True for _ in find(Page(fold(text))))


def looks_secret(text: str) -> bool:
    """Whether a value by itself looks like a password or PIN rather than a word or a number of another kind."""
    return _LOOKS_SECRET.fullmatch(fold(text).strip()) is not None


def service_of(text: str) -> str:
    """tax, bank, ukey, registry or other: where a login named like this belongs to."""
    plain = "".join(fold(text).lower().split())
    found = [(plain.find(w), s) for s, words in _SERVICES.items() for w in words if w in plain]
    return min(found)[1] if found else "other"
