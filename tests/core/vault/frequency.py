"""An attack by frequencies on indexes of names: what somebody reads who has the table and knows how common names are.

The attacker has every tag of every record, the shares of surnames and given names exactly as the population was drawn
from (more than anybody has), the way the index cuts and spreads, and no key. Tags are sorted by how many records carry
them, values by how many should; the first tag is taken for the first value, and so on. The recovery rate is the share
of records for which that is right. Whoever guesses the commonest surname for everybody is right for 8 in 100.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from fengni.core.vault.blind_index import IndexKey
from fengni.core.vault.grams import grams, spread
from fengni.core.vault.initials import initials
from fengni.core.vault.suites import Suite
from fengni.definitions import load

# Given names are ours: the n-th of these characters is drawn with weight 1/(n+8); two of them in four of five names.
_GIVEN = (
    "明文华国建志军平英红春海永玉金秀丽伟芳强敏静涛磊洋艳勇杰娟霞刚桂兰飞鹏辉玲梅琴云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉娣叶璧璐娅琦晶妍茜秋珊莎锦黛青"
    "倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琳蕊薇菁梦岚苑筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思良裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维"
    "启克伦翔旭晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘义兴栩"
)
SURNAMES: Mapping[str, int] = load("surnames")["per_million"]
_KEY = bytes(range(32))


class People:
    """A population, and how common each value in it is expected to be."""

    def __init__(self, persons: int, *, characters: int = 200, seed: int = 1) -> None:
        letters = list(dict.fromkeys(_GIVEN))[:characters]
        self._weights = {letter: 1 / (rank + 8) for rank, letter in enumerate(letters)}
        total = sum(self._weights.values())
        self._weights = {letter: weight / total for letter, weight in self._weights.items()}
        everybody = sum(SURNAMES.values())
        self.surnames = {one: share / everybody for one, share in SURNAMES.items()}
        self.given = {one: weight * 0.2 for one, weight in self._weights.items()}
        self.given |= {a + b: x * y * 0.8 for a, x in self._weights.items() for b, y in self._weights.items()}
        draw = random.Random(seed)
        first = draw.choices(list(self.surnames), list(self.surnames.values()), k=persons)
        rest = draw.choices(list(self.given), list(self.given.values()), k=persons)
        self.names = [a + b for a, b in zip(first, rest, strict=True)]
        self.random = draw

    def name_shares(self, most: int) -> dict[str, float]:
        """The commonest names and their shares."""
        given = dict(heapq.nlargest(4_000, self.given.items(), key=lambda item: item[1]))
        pairs = ((a + b, x * y) for a, x in self.surnames.items() for b, y in given.items())
        return dict(heapq.nlargest(most, pairs, key=lambda item: item[1]))

    def initials_shares(self) -> dict[str, float]:
        """Initials and their shares, by first readings."""
        shares: Counter[str] = Counter()
        for surname, x in self.surnames.items():
            for letter, y in self._weights.items():
                shares[_first(surname) + _first(letter)] += x * y * 0.2  # type: ignore[assignment]  # shares, no counts
        seconds: Counter[str] = Counter()
        for letter, y in self._weights.items():
            seconds[_first(letter)] += y  # type: ignore[assignment]  # as above
        for surname, x in self.surnames.items():
            for a, y in seconds.items():
                for b, z in seconds.items():
                    shares[_first(surname) + a + b] += x * y * z * 0.8  # type: ignore[assignment]  # as above
        return dict(shares)

    def pair_shares(self) -> dict[str, float]:
        """Two characters that touch, and the share of names that hold them."""
        shares = {a + b: x * y for a, x in self.surnames.items() for b, y in self._weights.items()}
        for a, x in self._weights.items():
            for b, y in self._weights.items():
                shares[a + b] = shares.get(a + b, 0) + x * y * 0.8
        return shares


def recovered(
    tags: Sequence[object],
    truth: Sequence[str],
    shares: Mapping[str, float],
    places: Callable[[str], int] = lambda _: 1,
) -> float:
    """The share of records that the attacker reads. `places` tells over how many tags a value is spread."""
    counted = [tag for tag, _ in Counter(tags).most_common()]
    split: Iterable[tuple[float, str]] = (
        (share / places(value), value) for value, share in shares.items() for _ in range(places(value))
    )
    guesses = [value for _, value in heapq.nlargest(len(counted), split)]
    guess = dict(zip(counted, guesses, strict=False))
    return sum(guess.get(tag) == value for tag, value in zip(tags, truth, strict=True)) / len(truth)


def table(people: People) -> dict[str, dict[str, float]]:
    """Recovery rates by index and form of its tags. The tags of our forms are made by the index keys themselves."""
    return {
        "surname": _surnames(people),
        "name": _values(people, "name", people.names, people.name_shares(60_000)),
        "initials": _values(
            people, "name_initials", [initials(name)[0] for name in people.names], people.initials_shares()
        ),
        "two characters": _pairs(people),
    }


def _surnames(people: People) -> dict[str, float]:
    truth, draw = [name[0] for name in people.names], people.random
    key = _index("name_part")
    several = [draw.randrange(8) for _ in truth]
    return {
        "guess": max(people.surnames.values()),
        "whole": recovered(truth, truth, people.surnames),
        "cut": recovered(key.tags([f"^{one}/0" for one in truth]), truth, people.surnames),
        "8 places": recovered(list(zip(truth, several, strict=True)), truth, people.surnames, lambda _: 8),
        "ours": recovered(
            key.tags([f"^{one}/{draw.randrange(spread('^' + one))}" for one in truth]), truth, people.surnames,
            lambda one: spread("^" + one),
        ),
    }  # fmt: skip


def _values(people: People, index: str, truth: Sequence[str], shares: Mapping[str, float]) -> dict[str, float]:
    several = [people.random.randrange(4) for _ in truth]
    return {
        "guess": max(shares.values()),
        "whole": recovered(truth, truth, shares),
        "4 places": recovered(list(zip(truth, several, strict=True)), truth, shares, lambda _: 4),
        "ours": recovered(_index(index).tags(truth), truth, shares),
    }


def _pairs(people: People) -> dict[str, float]:
    truth = [gram for name in people.names for gram in grams("name_part", name) if not gram.startswith("^")]
    shares = people.pair_shares()
    return {
        "guess": max(shares.values()) / sum(shares.values()),
        "whole": recovered(truth, truth, shares),
        "ours": recovered(_index("name_part").tags(truth), truth, shares),
    }


def _first(character: str) -> str:
    return initials(character)[0]


def _index(kind: str) -> IndexKey:
    return IndexKey(_KEY, kind=kind, suite=Suite.AES_256_GCM)
