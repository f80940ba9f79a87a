"""Identifiers that cannot belong to anybody, for demo data and tests.

Region 990101 does not exist in GB/T 2260, mobile prefix 154 is not assigned, bank numbers begin with 99 (no issuer).
Checksums are right (GB 11643, GB 32100, GB 11714, Luhn), so detectors treat these values like real ones.

>>> id_number("19880229", 21)
'990101198802290212'
>>> uscc(1)
'91990101MADEM00117'
>>> mobile(1)
'15400000001'
"""

from __future__ import annotations

AREA = "990101"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def id_number(birth: str, sequence: int) -> str:
    """A resident ID number of region 990101: `birth` as YYYYMMDD, `sequence` 0-999 (odd male, even female)."""
    return with_id_check(f"{AREA}{birth}{sequence:03d}")


def with_id_check(body: str) -> str:
    """17 digits and their check character (GB 11643)."""
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def with_code_checks(body: str) -> str:
    """16 characters of a USCC with both check characters (GB 11714 over the last 8, GB 32100 over all)."""
    coded = body[:8] + _with_organisation_check(body[8:])
    total = sum(_USCC_ALPHABET.index(a) * (3**i % 31) for i, a in enumerate(coded))
    return coded + _USCC_ALPHABET[(31 - total % 31) % 31]


def _with_organisation_check(body: str) -> str:
    check = 11 - sum(_ORG_ALPHABET.index(a) * b for a, b in zip(body, _ORG_WEIGHTS, strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def uscc(number: int) -> str:
    """A unified social credit code 91 990101 MADEM…; `number` 0-999 (three digits), or up to 36³ in base 36."""
    digits = f"{number:03d}" if number < 1000 else _base36(number)
    return with_code_checks(f"91{AREA}MADEM{digits}")


def nobodys_uscc(number: int) -> str:
    """One of 31⁸ codes 91 990101 … with right check characters: of no enterprise, and hardly twice the same.

    >>> nobodys_uscc(0), nobodys_uscc(31**8 - 1)
    ('91990101000000000Q', '91990101YYYYYYYY7J')
    """
    body = ""
    for _ in range(8):
        number, rest = divmod(number, len(_USCC_ALPHABET))
        body = _USCC_ALPHABET[rest] + body
    return with_code_checks(f"91{AREA}{body}")


def _base36(number: int) -> str:
    alphabet, digits = "0123456789ABCDEFGHJKLMNPQRTUWXY", ""
    number -= 1000
    for _ in range(2):
        number, rest = divmod(number, len(alphabet))
        digits = alphabet[rest] + digits
    return alphabet[10 + number % 21] + digits


def mobile(number: int) -> str:
    """A mobile number of the unassigned prefix 154; `number` 0-99999999."""
    return f"154{number:08d}"


def bank_account(number: int) -> str:
    """A 19-digit card-like number beginning 99 with a right Luhn digit."""
    body = f"99{number:016d}"
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)
