"""What the path of a scan says: which kind of document it may be, and which words may name a client or a person.

A name proposes and never decides: what comes out is shown to somebody who says yes. The words are data,
`definitions/scans.yml`. Of a path the file's own name is read first, then its folders from the inside to the outside.

>>> read("青禾智造/2024/陆知衡身份证(正面).jpg")
Named(kinds=('id_front',), words=('陆知衡', '青禾智造'))
>>> read("青禾智造 身份证.pdf").kinds
('id_front', 'id_back')
>>> read("营业执照/青禾材料 扫描件.jpg")
Named(kinds=('licence',), words=('青禾材料', '青禾'))
>>> read("lease licence.png").kinds
('licence', 'lease')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from fengni.definitions import load

LONGEST_PATH: Final = 240
_BETWEEN: Final = r"[\s_\-—.,，、()\[\]【】]*"
_APART: Final = re.compile(r"[\s_\-—.,，、;；:：+&@#~!()\[\]{}【】《》“”\"'\d/\\]+")
_LATIN_EDGE: Final = ("(?<![a-z])", "(?![a-z])")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_HIDDEN: Final = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Named:
    """`kinds` a scan may be, by its name; `words` that may name whose it is, the nearest to the file first."""

    kinds: tuple[str, ...]
    words: tuple[str, ...] = field(default=())


def is_noise(path: str) -> bool:
    """Whether a file is one that systems and programs leave lying about, and nobody scanned.

    >>> [is_noise(one) for one in ("甲/.DS_Store", "甲/Thumbs.db", "甲/~$合同.docx", ".git/x.jpg", "甲/合同.pdf")]
    [True, True, True, True, False]
    """
    parts = PurePosixPath(path.replace("\\", "/")).parts
    name = parts[-1].casefold() if parts else ""
    return name in _HIDDEN or name.startswith("~$") or any(part.startswith(".") for part in parts)


def read(path: str) -> Named:
    """What the names in a path say."""
    pure = PurePosixPath(path.replace("\\", "/"))
    kinds: tuple[str, ...] = ()
    words: list[str] = []
    for part in (pure.stem, *reversed(pure.parts[:-1])):
        found, left = _taken_out(unicodedata.normalize("NFKC", part).casefold())
        kinds = kinds or found
        for text in (left, _without_noise(left)):  # "材料" says nothing, but in "青禾材料" it belongs to the name
            words += [word for word in _APART.split(text) if len(word) > 1 and _LETTERS.search(_without_noise(word))]
    return Named(kinds, tuple(dict.fromkeys(words)))


def together(own: Named, others: Sequence[Named]) -> Named:
    """What the names of one file say that lies in several places; its first place goes before the others.

    >>> together(read("1.jpg"), [read("青禾智造/营业执照.jpg")])
    Named(kinds=('licence',), words=('青禾智造',))
    """
    kinds = next((one.kinds for one in (own, *others) if len(one.kinds) == 1), own.kinds)
    words = dict.fromkeys(word for one in (own, *others) for word in one.words)
    return Named(kinds, tuple(words))


def _taken_out(name: str) -> tuple[tuple[str, ...], str]:
    """The kinds that a name says, in the order of the table, and the name without the words that say so."""
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        found.update(_kinds()[_close(match[0])])
        return " "

    left = _pattern("kinds").sub(take, name)
    order = list(load("scans")["kinds"])
    return tuple(sorted(found, key=order.index)), left


def _without_noise(name: str) -> str:
    return _pattern("noise").sub(" ", name)


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """The kinds that each word stands for, blanks left out."""
    table = load("scans")
    single = {_close(word): (kind,) for kind, words in table["kinds"].items() for word in words}
    return single | {_close(word): tuple(kinds) for word, kinds in table["several"].items()}


@cache
def _pattern(which: str) -> re.Pattern[str]:
    words = _kinds() if which == "kinds" else {_close(word) for word in load("scans")["noise"]}
    return re.compile("|".join(_spaced(word) for word in sorted(words, key=len, reverse=True)))


def _spaced(word: str) -> str:
    spaced = _BETWEEN.join(re.escape(letter) for letter in word)
    return spaced.join(_LATIN_EDGE) if word.isascii() else spaced


def _close(word: str) -> str:
    return re.sub(_BETWEEN, "", word.casefold())
