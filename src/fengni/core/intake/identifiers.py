"""Numbers that carry their own check: ID numbers (GB 11643), codes of enterprises (GB 32100), bank cards (Luhn).

Rules: a check says what cannot be right; nothing here repairs. A proposal (an old 15-digit number in its new form, a
code with one right reading) is only ever shown.

>>> id_number_faults("990101198802290212"), id_number_faults("990101198802300212")
((), (13, 14))
>>> converted("990101880229021")
'990101198802290212'
>>> uscc_reading("9199O1O1MADEM00117")
'91990101MADEM00117'
"""

from __future__ import annotations

import datetime
from operator import mul
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS: Final = sum(_WEIGHTS) * ord("0")
_CHECKS: Final = "10X98765432"
_PROVINCES: Final = frozenset(
    f"{region}" for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for region in range(first, last + 1)
)  # fmt: skip
_USCC_VALUES: Final = {c: i for i, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_WEIGHTS: Final = (*(3**i % 31 for i in range(17)), 1)
_MISREAD: Final = str.maketrans("OISZ", "0152")  # letters a code cannot have, and what they were taken for
_OLDEST: Final = 1900
FICTITIOUS_REGION: Final = "99"


_DAYS: Final = frozenset(
    f"{(datetime.date(2001, 1, 1) + datetime.timedelta(days=n)):%m%d}" for n in range(365)
)  # those of every year


def id_check(first17: str) -> str:
    """The check character of 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[(sum(map(mul, first17.encode(), _WEIGHTS)) - _ZEROS) % 11]


def id_number_faults(number: str) -> tuple[int, ...]:
    """The 1-based characters of a well-formed 18-character number that cannot be right; () when all may be."""
    faults = [] if _is_region(number) else [1, 2]
    if number[10:14] not in _DAYS or not "1900" <= number[6:10] <= "2100":
        faults += _date_faults(number[6:14])
    if not faults and id_check(number[:17]) != number[17]:
        faults.append(18)
    return tuple(faults)


def _is_region(number: str) -> bool:
    """A province, a fictitious region, or a foreigner's number: 9 and then a province."""
    region = number[:2]
    return region == FICTITIOUS_REGION or region in _PROVINCES or (region[0] == "9" and number[1:3] in _PROVINCES)


def _date_faults(day: str) -> list[int]:
    year, month, of_month = int(day[:4]), int(day[4:6]), int(day[6:])
    faults = [7, 8, 9, 10] if not _OLDEST <= year <= 2100 else []
    if not 1 <= month <= 12:
        return [*faults, 11, 12]
    try:
        datetime.date(2000 if faults else year, month, of_month)
    except ValueError:
        faults += [13, 14]
    return faults


def converted(old: str) -> str:
    """A 15-digit number of before 1999 in its 18-digit form, or "" when its date cannot be."""
    if _date_faults("19" + old[6:12]) or not _is_region(old):
        return ""
    body = f"{old[:6]}19{old[6:]}"
    return body + id_check(body)


def is_uscc(code: str) -> bool:
    """Whether an 18-character code has the right alphabet and check character (GB 32100)."""
    try:
        return len(code) == 18 and sum(map(mul, map(_USCC_VALUES.__getitem__, code), _USCC_WEIGHTS)) % 31 == 0
    except KeyError:
        return False


def uscc_reading(code: str) -> str:
    """The one right code that a mistyped one can be read as (O for 0, I for 1, S for 5, Z for 2), or ""."""
    if len(code) != 18 or not any(c in "OISZ" for c in code):
        return ""
    reading = code.translate(_MISREAD)
    return reading if is_uscc(reading) else ""


def is_luhn(digits: str) -> bool:
    """Whether the last digit of a card number is right."""
    total = sum([sum(divmod(int(d) * (2 if i % 2 else 1), 10)) for i, d in enumerate(reversed(digits))])
    return total % 10 == 0
