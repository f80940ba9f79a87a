"""Payment cards: a length and prefix that issuers use, the Luhn digit, and a way of writing or a term that says so.

Rules: one of ten random numbers passes Luhn, so without a term only prefixes of issuers count, and grouped digits must
be grouped as on a card. Prefix 99 has no issuer: it is that of fictitious numbers and is found like a real one.

>>> passes_luhn("9900000000000000010"), passes_luhn("9900000000000000011")
(True, False)
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.numbers import Candidate
from fengni.core.pii.page import terms

TYPE: Final = "BANK_CARD"
LENGTHS: Final = frozenset({15, 16, 17, 18, 19})
TERMS: Final = terms(
    "卡号|银行卡|储蓄卡|借记卡|信用卡|账号|帐号|账户|帐户|开户行?|收款|付款|银行",
    r"(?:bank[ _-]?)?card(?:[ _-]?(?:no|num|number))?|account|acct|pan|iban",
)
_ISSUED: Final = re.compile(
    r"62[0-9]{14,17}|4[0-9]{15}|5[1-5][0-9]{14}|35[0-9]{14}|2(?:2[3-9]|[3-6][0-9])[0-9]{13}"
    r"|9(?:5588|5595|558)[0-9]{11,14}|99[0-9]{17}"
)
SHAPE: Final = re.compile(r"3[47][0-9]{13}|35[0-9]{14}|2[0-9]{15}|[4-69][0-9]{15,18}|10[0-9]{14,17}")
_AS_ON_CARD: Final = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (6, 13), (6, 10), (4, 6, 5), (4, 12), (4, 15)}
)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def judge(candidate: Candidate) -> Finding | None:
    """A card number, or None."""
    value = candidate.compact
    issued = _ISSUED.fullmatch(value)
    if ")" in "".join(candidate.separators) or not passes_luhn(value):
        return None
    evidence = candidate.page.evidence(candidate.start, TERMS)
    if evidence < 0 or (evidence == 0 and not issued):
        return None
    if len(candidate.groups) > 1 and candidate.groups not in _AS_ON_CARD and evidence == 0:
        return None
    score = 0.97 if evidence else 0.85 if candidate.groups in _AS_ON_CARD else 0.75
    return Finding(TYPE, value, candidate.start, candidate.end, score)


def passes_luhn(value: str) -> bool:
    """Whether the last digit is right (ISO/IEC 7812-1, annex B)."""
    digits = [int(c) for c in reversed(value)]
    return (sum(digits[::2]) + sum(_DOUBLED[d] for d in digits[1::2])) % 10 == 0
