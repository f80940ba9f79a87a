"""Initials of names: the small table says what the large package says."""

from __future__ import annotations

import unicodedata

import pytest
from pypinyin.constants import PINYIN_DICT

from fengni.core.vault.initials import initials


def _letter(reading: str) -> str:
    return unicodedata.normalize("NFD", reading.split(",")[0])[0].lower()


def test_the_table_agrees_with_the_package_it_was_made_from() -> None:
    wrong = [
        hex(code)
        for code, reading in PINYIN_DICT.items()
        if (0x3400 <= code < 0xA000 or 0x20000 <= code < 0x323B0)
        and _letter(reading).isascii()
        and initials(chr(code))[0] != _letter(reading)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("陆知衡", ("lzh",)),
        ("解小雨", ("jxy", "xxy")),
        ("尉迟敬", ("wcj", "ycj")),
        ("𬭊小雨", ("dxy",)),
        ("㛃小雨", ("jxy",)),
        ("阿依古丽·艾山", ("aygla" + "s",)),
        ("Anna-Maria Schmidt", ("as",)),
        ("12", ()),
    ],
)
def test_names_give_their_initials(name: str, expected: tuple[str, ...]) -> None:
    assert initials(name) == expected
