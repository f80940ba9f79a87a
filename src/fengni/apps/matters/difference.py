"""Two readings of one number, told apart by positions alone: nobody sees a digit.

Rules: blanks, dashes and case do not count; positions count from 1. Numbers of another length differ as a whole.

>>> compare("990101198802290212", "990101 1988 0229 0122").spans
((16, 17),)
>>> compare("15400000001", "15400000001").same
True
>>> compare("15400000001", "1540000001").lengths
(11, 10)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from fengni.core.vault.blind_index import normalise


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two readings differ: first and last position of each run; `lengths` when they are not equally long."""

    kind: str
    digits: int
    spans: tuple[tuple[int, int], ...]
    lengths: tuple[int, int] | None = None

    @property
    def same(self) -> bool:
        """Whether the readings agree."""
        return not self.spans and self.lengths is None


def compare(one: str, other: str, kind: str = "id_number") -> Difference:
    """Hold two readings against each other."""
    a, b = normalise(kind, one), normalise(kind, other)
    if len(a) != len(b):
        return Difference(kind, len(a), (), (len(a), len(b)))
    unlike = [place for place, (x, y) in enumerate(zip(a, b, strict=True), 1) if x != y]
    runs = [[place for _, place in run] for _, run in groupby(enumerate(unlike), lambda pair: pair[1] - pair[0])]
    return Difference(kind, len(a), tuple((run[0], run[-1]) for run in runs))
