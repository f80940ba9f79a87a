"""A piece of a document to scan.

`offset` is where its text begins in the text of its part, `place` names the part (docs/spec/scan.md). The first `known`
characters were scanned before and are there as context only.

>>> Passage("15400000001", place="#Sheet1!C5", heading="手机").offset
0
"""

from __future__ import annotations

from dataclasses import dataclass

from fengni.core.pii.page import Table


@dataclass(frozen=True, slots=True)
class Passage:
    """See the module's text."""

    text: str
    place: str = ""
    offset: int = 0
    heading: str = ""
    table: Table | None = None
    known: int = 0
