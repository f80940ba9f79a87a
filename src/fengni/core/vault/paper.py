"""Secrets on paper: numbered lines of four groups of four letters, each with its own check.

A line is eight bytes and the first two bytes of a check, in base32, so that a mistyped line can be named. When it is
typed again, case, blanks, hyphens, full width, 0 for O and 1 for I do not matter, and the number in front may be left
out.

>>> line(1, bytes(8), b"ab")
'1  AAAA AAAA AAAA AYLC'
>>> read(1, typed("1 aaaa-aaaa AAAA aylc")[0], lambda part: b"ab") == bytes(8)
True
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import unicodedata
from collections.abc import Callable
from typing import Final

PART: Final = 8
CHECK: Final = 2
_LETTERS: Final = 16


def line(number: int, part: bytes, check: bytes) -> str:
    """One line to be printed."""
    letters = base64.b32encode(part + check[:CHECK]).decode()
    return f"{number}  " + " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def typed(text: str) -> list[str]:
    """The lines somebody typed, as letters and digits only, without empty ones."""
    lines = unicodedata.normalize("NFKC", text).upper().splitlines()
    return [kept for kept in (re.sub("[^0-9A-Z]", "", one) for one in lines) if kept]


def read(number: int, letters: str, check: Callable[[bytes], bytes]) -> bytes | None:
    """The eight bytes of a typed line, None where it cannot be what was printed as line `number`."""
    if len(letters) == _LETTERS + 1 and letters[0] == str(number):
        letters = letters[1:]
    try:
        found = base64.b32decode(letters, map01="I")
    except binascii.Error:
        return None
    if len(found) != PART + CHECK or not hmac.compare_digest(check(found[:PART])[:CHECK], found[PART:]):
        return None
    return found[:PART]
