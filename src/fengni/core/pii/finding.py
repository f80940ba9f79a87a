"""What was found: type, value in one spelling, place in the original text, and how sure we are.

>>> Finding("EMAIL", "a@example.com", 3, 16, 0.99).moved(10).start
13
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

TYPES: Final = (
    "PERSON", "CN_ID_CARD", "CN_MOBILE", "CN_LANDLINE", "BANK_CARD", "EMAIL", "CN_USCC", "ADDRESS", "COMPANY",
    "PASSPORT", "HK_MACAU_PERMIT", "PLATE", "TAIWAN_PERMIT", "PERMANENT_RESIDENCE", "CN_OLD_REGISTRATION", "IP_ADDRESS",
    "MAC_ADDRESS", "WECHAT_ID", "QQ_ID", "BANK_ACCOUNT", "INVOICE_NO", "SEAL_CODE", "BIRTH_DATE", "PASSWORD",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `value` is normalised; `start` and `end` are positions in the text as it was given."""

    type: str
    value: str
    start: int
    end: int
    score: float
    place: str = ""  # the part of the document, as `#Sheet1!C5`; see docs/spec/scan.md

    def moved(self, by: int, place: str = "") -> Finding:
        """The same finding in a text that begins `by` characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by, place=place)
