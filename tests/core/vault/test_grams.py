"""Grams: a part of a name has grams that the whole has too, whatever the script; what only shares them is no hit."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fengni.core.vault.grams import BEGIN, PARTS, grams, holds, wanted

NAMES = st.text("林若溪沈示例𠮷禤ABxyz19 ·é김철수アイ()-", min_size=1, max_size=14)


@pytest.mark.parametrize("index", PARTS)
@given(name=NAMES, data=st.data())
def test_whatever_is_part_of_a_name_is_found_by_its_grams(index: str, name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    words = name[start : data.draw(st.integers(start + 1, len(name)))]
    asked = wanted(index, words)
    assume(asked and not asked[0].startswith(BEGIN))
    if holds(index, words, name):
        assert set(asked) <= grams(index, name)


@pytest.mark.parametrize("index", PARTS)
@given(name=NAMES)
def test_the_whole_name_and_its_beginning_are_found(index: str, name: str) -> None:
    for words in (name, name[:1], name[:2]):
        if holds(index, words, name):
            assert set(wanted(index, words)) <= grams(index, name)


@pytest.mark.parametrize(
    ("words", "name", "there"),
    [
        ("若溪", "林若溪", True), ("溪林", "林若溪", False), ("林溪", "林若溪", False), ("若", "林若溪", False),
        ("示例", "例示例", True), ("示示", "示例示", False), ("ann", "Joanna", True), ("an", "Joanna", False),
        ("jo", "Joanna Example", True), ("ex", "Joanna Example", True), ("AB C", "Abel Xen", False),
        ("", "林若溪", False),
        ("철수", "김철수", True), ("·", "阿·买", False),
    ],
)  # fmt: skip
def test_what_is_a_part(words: str, name: str, there: bool) -> None:
    assert holds("name_part", words, name) == there
