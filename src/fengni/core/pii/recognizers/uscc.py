"""Unified social credit codes: GB 32100 check character over the GB 11714 check of the organisation inside.

Rules: the alphabet has no I, O, S, V, Z. Some ID numbers pass both checks of a code; they are ID numbers unless a term
says otherwise.

>>> is_uscc("91990101MADEM00117"), is_uscc("91990101MADEM00118")
(True, False)
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.numbers import Candidate
from fengni.core.pii.page import terms
from fengni.core.pii.recognizers.id_card import PROVINCES, is_id_number

TYPE: Final = "CN_USCC"
LENGTHS: Final = frozenset({18})
SHAPE: Final = re.compile("[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
TERMS: Final = terms("信用代码|统一代码|税号|纳税人|营业执照", "uscc|credit code|tax(?:payer)?(?:[ _-]?(?:id|no))?")
_ALPHABET: Final = {c: i for i, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # powers of 3 modulo 31
_ORG: Final = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_REGIONS: Final = PROVINCES | {"10"}  # 10: registered with the state administration


def judge(candidate: Candidate) -> Finding | None:
    """A unified social credit code, or None."""
    value = candidate.compact
    if not is_uscc(value) or ")" in "".join(candidate.separators):
        return None
    sure = candidate.page.evidence(candidate.start, TERMS) > 0
    if not sure and is_id_number(value):
        return None
    return Finding(TYPE, value, candidate.start, candidate.end, 0.99 if sure else 0.97)


def is_uscc(value: str) -> bool:
    """Whether 18 characters are a code with both checks right."""
    if SHAPE.fullmatch(value) is None or value[2:4] not in _REGIONS:
        return False
    organisation = 11 - sum(_ORG[c] * w for c, w in zip(value[8:16], _ORG_WEIGHTS, strict=True)) % 11
    if {10: "X", 11: "0"}.get(organisation, str(organisation)) != value[16]:
        return False
    total = sum(_ALPHABET[c] * w for c, w in zip(value, _WEIGHTS, strict=False))
    return _ALPHABET[value[17]] == (31 - total % 31) % 31
