"""One spelling for matching, with the way back to the original positions.

Full-width characters, exotic spaces and dashes are replaced one for one; characters without width are taken out.
Positions in the folded text lead back to the original exactly.

>>> folded = fold("手机１５４\\u200b００００－0001")
>>> folded.text
'手机1540000-0001'
>>> folded.original(2, 14)
(2, 15)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_SPACES: Final = "\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2000\u2001\u202f\u205f\u3000"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_KEPT: Final = "，；"  # marks of sentences, not of tables
_TABLE: Final = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT}
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, "\u0425\u0445\u00d7\u2715\u2716"), "X")  # typed for the X of a check digit
)
_NO_WIDTH: Final = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `cuts` are folded positions at which characters were taken out, `gone` how many until there."""

    text: str
    cuts: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that a non-empty folded span came from."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, position: int) -> int:
        at = bisect_right(self.cuts, position)
        return position + (self.gone[at - 1] if at else 0)


def fold(text: str) -> Folded:
    """The folded form of a text. ASCII stays as it is."""
    if text.isascii():
        return Folded(text)
    parts, cuts, gone, last, removed = [], [], [], 0, 0
    for match in _NO_WIDTH.finditer(text):
        parts.append(text[last : match.start()])
        cuts.append(match.start() - removed)
        removed += match.end() - match.start()
        gone.append(removed)
        last = match.end()
    parts.append(text[last:])
    return Folded("".join(parts).translate(_TABLE), tuple(cuts), tuple(gone))
