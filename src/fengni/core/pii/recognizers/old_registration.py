"""Registration numbers of enterprises before 2015: fifteen digits with the check of GS 15 (ISO 7064, MOD 11,10).

>>> is_registration_number("990101000000018"), is_registration_number("990101000000019")
(True, False)
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.numbers import Candidate
from fengni.core.pii.page import terms

TYPE: Final = "CN_OLD_REGISTRATION"
LENGTHS: Final = frozenset({15})
SHAPE: Final = re.compile("[1-9][0-9]{14}")
TERMS: Final = terms(
    "(?:工商|企业|营业执照)?(?:登记)?注册号|执照号|工商登记号|营业执照(?:编号)?",
    r"(?:business |company )?(?:registration|licence|license)[ _-]?(?:no|num|number)",
)


def judge(candidate: Candidate) -> Finding | None:
    """A registration number, or None."""
    value = candidate.compact
    if not is_registration_number(value) or candidate.page.evidence(candidate.start, TERMS) <= 0:
        return None
    return Finding(TYPE, value, candidate.start, candidate.end, 0.96)


def is_registration_number(value: str) -> bool:
    """Whether the last of fifteen digits is right (ISO/IEC 7064:2003, MOD 11,10, clause 9)."""
    product = 10
    for digit in value[:-1]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(value[-1])) % 10 == 1
