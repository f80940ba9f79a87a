"""Telephone numbers in a cell: several, with remarks, with a country code; each with its kind.

>>> read_phones("15400000001/15400000002"), read_phones("0990-1234567转801")
([('mobile', '15400000001'), ('mobile', '15400000002')], [('landline', '0990-1234567-801')])
>>> read_phones("1540000000"), read_phones("+852 5555 0001")
([], [('mobile', '+85255550001')])
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.intake.texts import fold

_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86[- ]?)?(1[3-9][0-9])[- ]?([0-9]{4})[- ]?([0-9]{4})(?![0-9])")
_LANDLINE: Final = re.compile(
    r"(?:(?:\+|00)?86[- ]?)?[(]?(0[1-9][0-9]{1,2})[)]?[- ]?([2-9][0-9]{2,3}[- ]?[0-9]{4}|[1-9][0-9]{6,7})"
    r"(?:(?:-|转|ext\.?|分机|x)\s*([0-9]{1,6}))?(?![0-9])",
    re.IGNORECASE,
)
_SERVICE: Final = re.compile(r"([48]00)[- ]?([0-9]{3,4})[- ]?([0-9]{3,4})(?![0-9])")
_LOCAL: Final = re.compile(r"([2-9][0-9]{6,7})(?:(?:-|转|ext\.?|分机)\s*([0-9]{1,6}))?(?![0-9])", re.IGNORECASE)
_FOREIGN: Final = re.compile(r"(?:\+|00)([1-9][0-9 -]{6,16}[0-9])(?![0-9])")
_BREAKS: Final = re.compile(r"[–—‐‑−]")


def read_phones(text: str) -> list[tuple[str, str]]:
    """(kind, number) of each number, in order and once; [] unless every run of five digits belongs to one."""
    plain = _BREAKS.sub("-", fold(text))
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(plain):
        if not (plain[at].isdigit() or plain[at] in "+("):
            at += 1
            continue
        number, end = _number_at(plain, at)
        if number:
            found.append(number)
            at = end
        elif plain[at] in "+(":
            at += 1
        else:
            end = at
            while end < len(plain) and plain[end].isdigit():
                end += 1
            if end - at > 4:
                return []
            at = end
    return list(dict.fromkeys(found))


def _number_at(text: str, at: int) -> tuple[tuple[str, str] | None, int]:
    if m := _MOBILE.match(text, at):
        return ("mobile", m[1] + m[2] + m[3]), m.end()
    if m := _LANDLINE.match(text, at):
        local = re.sub("[- ]", "", m[2])
        return ("landline", f"{m[1]}-{local}" + (f"-{m[3]}" if m[3] else "")), m.end()
    if m := _SERVICE.match(text, at):
        digits = m[1] + m[2] + m[3]
        if len(digits) == 10:
            return ("landline", f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"), m.end()
    if m := _FOREIGN.match(text, at):
        return ("mobile", "+" + re.sub("[ -]", "", m[1])), m.end()
    if m := _LOCAL.match(text, at):
        return ("landline", m[1] + (f"-{m[2]}" if m[2] else "")), m.end()
    return None, at
