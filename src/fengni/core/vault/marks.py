"""Marks of an exported list: an order of rows and rows of nobody, both made again from the seed of the job.

Rules: the seed is 16 bytes of the key process, made of the job's id; without it nobody tells a mark from chance. A
row's rank is a keyed digest of what the row is called, so a rank is computed from the row alone, whatever else is
missing beside it. `chance` is how likely another job would fit a sample as well: docs/spec/tokens.md has the formula.

>>> seed = bytes(16)
>>> rows = in_order(seed, ["甲", "乙", "丙", "丁", "戊", "己"])
>>> fit(seed, 0, rows, ()).chance * 720
1.0
>>> fit(bytes(15) + b"1", 0, rows, ()).chance > 0.05
True
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from fengni.core import fictitious
from fengni.core.vault.tokens import token_of

ORDER_FROM: Final = 4  # rows; fewer have hardly an order
CANARIES_FROM: Final = 20  # rows
ONE_CANARY_IN: Final = 10  # rows: between two of them stand 19 others at most
_BITS: Final = {"token": 128.0, "uscc": 8 * math.log2(31), "name": 20.0}
_KINDS: Final = ("client", "client", "person", "person", "person")
_FIRST: Final = "安邦昌诚达德鼎丰福富冠广海汉昊恒"
_SECOND: Final = "佳建金锦京景巨凯康科联隆茂铭宁普"
_THIRD: Final = "启乾庆荣瑞润盛顺泰腾天通万旺伟祥"
_FOURTH: Final = "信兴旭轩雅扬逸益盈永优裕元源远泽"
_TRADES: Final = (
    "商贸", "科技", "实业", "建材", "服装", "食品", "机电", "物流", "广告", "装饰",
    "咨询", "农业", "环保", "家居", "文化", "餐饮",
)  # fmt: skip
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Canary:
    """An enterprise that is nobody: region 990101 does not exist (core/fictitious.py). `tokens`: two of an enterprise,
    three of a person, that stand for nothing."""

    name: str
    uscc: str
    tokens: tuple[str, ...]

    @property
    def known_by(self) -> dict[str, float]:
        """What it is recognised by, and how many bits of chance each carries."""
        bits = {self.name: _BITS["name"], self.uscc: _BITS["uscc"]}
        return bits | dict.fromkeys(self.tokens, _BITS["token"])


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a sample fits a job. `rows` tell an order, `exchanged` pairs of them stand the other way round."""

    rows: int
    exchanged: int
    canaries: int
    chance: float


def digest(seed: bytes, purpose: bytes, what: str) -> bytes:
    """32 bytes that only the seed gives."""
    return hmac.digest(seed, purpose + b"\x00" + what.encode(), "sha256")


def named(cells: Sequence[str]) -> str:
    """What a row is called, by the cells that name it: blanks and a guarding apostrophe do not matter."""
    return "\x1f".join("".join(cell.split()).removeprefix("'") for cell in cells)


def in_order(seed: bytes, names: Sequence[str]) -> list[str]:
    """Names in the order of the job; equal ones stay together."""
    return sorted(names, key=lambda name: digest(seed, b"row", name))


def order_of(seed: bytes, names: Sequence[str]) -> list[int]:
    """The places of names in the order of the job."""
    ranks = [digest(seed, b"row", name) for name in names]
    return sorted(range(len(names)), key=ranks.__getitem__)


def number_of_canaries(rows: int) -> int:
    """How many rows of nobody a list of enterprises gets."""
    return 0 if rows < CANARIES_FROM else -(-rows // ONE_CANARY_IN)


def canaries(seed: bytes, number: int) -> list[Canary]:
    """The rows of nobody of a job, always the same."""
    return [_canary(seed, n) for n in range(number)]


def woven(seed: bytes, rows: Sequence[_Row], extra: Sequence[_Row]) -> list[_Row]:
    """Rows with the extra ones among them: one somewhere in every block of ONE_CANARY_IN rows."""
    made: list[_Row] = []
    for n, one in enumerate(extra):
        block = list(rows[n * ONE_CANARY_IN : (n + 1) * ONE_CANARY_IN])
        block.insert(digest(seed, b"place", str(n))[0] % (len(block) + 1), one)
        made += block
    return made + list(rows[len(extra) * ONE_CANARY_IN :])


def marked(
    seed: bytes,
    rows: Sequence[Sequence[str]],
    *,
    named_by: int,
    canary: Callable[[Canary, Sequence[str]], list[str]] | None,
) -> tuple[list[Sequence[str]], int]:
    """Rows in the job's order, with rows of nobody where `canary` writes them (given one and the row it stands by), and
    how many. The first `named_by` cells say what a row is called. Few rows stay as they are."""
    if len(rows) < ORDER_FROM:
        return list(rows), 0
    ordered = [rows[at] for at in order_of(seed, [named(row[:named_by]) for row in rows])]
    if canary is None:
        return ordered, 0
    found = canaries(seed, number_of_canaries(len(rows)))
    extra = [canary(one, ordered[n * ONE_CANARY_IN]) for n, one in enumerate(found)]
    return woven(seed, ordered, extra), len(extra)


def fit(seed: bytes, number: int, names: Sequence[str], cells: Collection[str]) -> Fit:
    """How well a sample fits a job with `number` canaries.

    `names` are what its rows are called, in the sample's order, those of canaries left out; `cells` all its cells.
    """
    ranks = [digest(seed, b"row", name) for name in dict.fromkeys(names)]
    known = {text for cell in cells for text in (cell, cell.rpartition("·")[2])}
    exchanged = sum(a > b for i, a in enumerate(ranks) for b in ranks[i + 1 :])
    chance, found = (as_ordered(len(ranks), exchanged) if len(ranks) >= 2 else 1.0), 0
    for one in canaries(seed, number) if cells else ():
        bits = max((bits for text, bits in one.known_by.items() if text in known), default=0.0)
        if bits:
            found += 1
            chance *= min(1.0, len(cells) * number * 2.0**-bits)
    return Fit(len(ranks), exchanged, found, chance)


def of_canaries(seed: bytes, number: int) -> frozenset[str]:
    """Every text that canaries of a job are recognised by."""
    return frozenset(text for one in canaries(seed, number) for text in one.known_by)


def as_ordered(rows: int, exchanged: int) -> float:
    """The part of all orders of `rows` rows that have at most `exchanged` pairs the other way round (D. Knuth, The Art
    of Computer Programming 3, 5.1.1).

    >>> as_ordered(3, 0) * 6, as_ordered(3, 3)
    (1.0, 1.0)
    """
    return _cumulated(rows)[min(exchanged, rows * (rows - 1) // 2)]


@lru_cache(64)
def _cumulated(rows: int) -> tuple[float, ...]:
    counts = [1.0]
    for n in range(2, rows + 1):
        longer = [0.0] * (len(counts) + n - 1)
        for at, count in enumerate(counts):
            for step in range(n):
                longer[at + step] += count / n
        counts = longer
    total, sums = 0.0, []
    for count in counts:
        total += count
        sums.append(min(total, 1.0))
    return (*sums[:-1], 1.0)


def _canary(seed: bytes, n: int) -> Canary:
    bits = digest(seed, b"canary", str(n))
    brand = "".join(part[bits[at] % 16] for at, part in enumerate((_FIRST, _SECOND, _THIRD, _FOURTH)))
    tokens = [token_of(kind, digest(seed, b"token", f"{n}.{at}")[:16]) for at, kind in enumerate(_KINDS)]
    uscc = fictitious.nobodys_uscc(int.from_bytes(bits[8:16], "big"))
    return Canary(f"{brand}{_TRADES[bits[4] % 16]}有限公司", uscc, tuple(tokens))
