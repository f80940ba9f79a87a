"""Other numbers of the same form, for test data and formats that take nothing else: FF1 of NIST SP 800-38G, never FF3.

Never for hiding real data from anybody: equal values give equal results, and the form itself is told. Random tokens
(tokens.py) are for that. Rules: one key per tenant, the tweak names tenant and kind, and what is encrypted has at least
1,000,000 values (SP 800-38G Rev. 1, 2nd public draft), which the library checks.

    mobile       the first 3 digits stay, 8 are encrypted
    id_number    the region stays; birth date and sequence are one number below 73,049,000, encrypted by cycle walking,
                 so that the date exists; the check digit (GB 11643) is made anew
    uscc         the first 8 characters stay; 8 of the organisation code are encrypted in the code's 31 characters; both
                 check characters (GB 11714, GB 32100) are made anew

>>> form = Forms(bytes(16), tweak=b"demo")
>>> made = form.encrypt("id_number", "990101198802290212")
>>> made[:6], form.decrypt("id_number", made)
('990101', '990101198802290212')
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from ffx import FF1

from fengni.core import fictitious
from fengni.core.errors import BadInput
from fengni.core.vault.suites import Secret

KINDS: Final = ("mobile", "id_number", "uscc")
_FIRST_DAY: Final = date(1900, 1, 1)
_DAYS: Final = (date(2100, 1, 1) - _FIRST_DAY).days
_CODE: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPES: Final = {
    "mobile": re.compile("1[0-9]{10}"),
    "id_number": re.compile("[0-9]{17}[0-9X]"),
    "uscc": re.compile(f"[{_CODE}]{{18}}"),
}


class Forms(Secret):
    """FF1 under one key for the three kinds of number. Thread-safe."""

    __slots__ = ("_codes", "_digits", "_tweak")

    def __init__(self, key: bytes, *, tweak: bytes) -> None:
        """`key` has 16, 24 or 32 bytes; `tweak` names whose numbers these are."""
        self._digits = FF1(key, radix=10)
        self._codes = FF1(key, alphabet=_CODE)
        self._tweak = tweak

    def encrypt(self, kind: str, value: str) -> str:
        """Another number of the same form. Raises BadInput for a kind that has none, or a value that is not one."""
        return self._by(kind, value, lambda form, text, tweak: form.encrypt(text, tweak=tweak))

    def decrypt(self, kind: str, value: str) -> str:
        """The number again. Raises BadInput as `encrypt` does."""
        return self._by(kind, value, lambda form, text, tweak: form.decrypt(text, tweak=tweak))

    def _by(self, kind: str, value: str, step: Callable[[FF1, str, bytes], str]) -> str:
        if kind not in KINDS:
            raise BadInput("vault.format-unknown")
        if not _SHAPES[kind].fullmatch(value):
            raise BadInput("vault.format-unfit")
        tweak = self._tweak + b"\x00" + kind.encode()
        if kind == "mobile":
            return value[:3] + step(self._digits, value[3:], tweak)
        if kind == "uscc":
            return fictitious.with_code_checks(value[:8] + step(self._codes, value[8:16], tweak))
        number = _day_and_sequence(value)
        while True:  # a permutation of 10⁸ numbers comes back into a part of it
            number = int(step(self._digits, f"{number:08d}", tweak))
            if number < _DAYS * 1000:
                break
        day = _FIRST_DAY + timedelta(days=number // 1000)
        return fictitious.with_id_check(f"{value[:6]}{day:%Y%m%d}{number % 1000:03d}")


def _day_and_sequence(value: str) -> int:
    try:
        day = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        raise BadInput("vault.format-unfit") from None
    days = (day - _FIRST_DAY).days
    if not 0 <= days < _DAYS or fictitious.with_id_check(value[:17]) != value:
        raise BadInput("vault.format-unfit")
    return days * 1000 + int(value[14:17])
