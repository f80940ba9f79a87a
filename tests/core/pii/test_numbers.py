"""Properties: whatever stands around and between, a number is found once, normalised, at its exact place."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fengni.core import fictitious
from fengni.core.pii.finding import Finding
from fengni.core.pii.folding import fold
from fengni.core.pii.scanner import scan_text

BIRTHS = st.dates(min_value=date(1900, 1, 1), max_value=date(2025, 12, 31))
IDS = st.builds(lambda d, n: fictitious.id_number(f"{d:%Y%m%d}", n), BIRTHS, st.integers(0, 999))
CARDS = st.builds(fictitious.bank_account, st.integers(0, 10**16 - 1))
MOBILES = st.builds(fictitious.mobile, st.integers(0, 10**8 - 1))
CODES = st.builds(fictitious.uscc, st.integers(0, 20_000))
SEPARATORS = st.sampled_from(["", " ", "-", "\u00a0", "\u3000", "－", "—", "\u200b", "\ufeff", "\u2060", "  ", " - "])
# Characters of which no word for an amount, an order or another number can be made: such words decide, rightly.
HAN = st.text("示例青禾云舟安若溪知衡南乔子墨望舒见微予述白明谨夏一诺远听澜景行书言以宁怀瑾星阑砚秋", max_size=8)
MARKS = st.sampled_from(["", "，", "。", "（", "）", ":", "：", ",", "\t", "\n", " ", '"', "'", "=", "|", "、"])


def only(text: str, type_: str) -> Finding:
    found = [f for f in scan_text(text) if f.type == type_]
    assert len(found) == 1, text
    return found[0]


def wide(value: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in value)


@given(IDS, st.lists(SEPARATORS, min_size=17, max_size=17), HAN, MARKS, HAN, st.booleans())
def test_an_id_number_is_found_whatever_separates_it(
    value: str, separators: list[str], before: str, mark: str, after: str, full: bool
) -> None:
    shown = wide(value) if full else value
    written = "".join(a + b for a, b in zip(shown, [*separators, ""], strict=True))
    text = f"{before}{mark}{written}{after}"
    found = only(text, "CN_ID_CARD")
    assert found.value == value
    assert text[found.start : found.end] == written


@given(CARDS, st.sampled_from([" ", "-", "－", "\u00a0"]), HAN)
def test_a_card_is_found_as_printed(value: str, by: str, around: str) -> None:
    written = by.join(value[at : at + 4] for at in range(0, 19, 4))
    text = f"{around}，{written}，{around}"
    found = only(text, "BANK_CARD")
    assert (found.value, text[found.start : found.end]) == (value, written)


PREFIXES = st.sampled_from(["", "+86", "+86 ", "0086-", "(+86)"])


@given(MOBILES, st.sampled_from([(3, 7), (3,), (7,), ()]), SEPARATORS, PREFIXES)
def test_a_mobile_number_is_found_as_people_write_it(value: str, cuts: tuple[int, ...], by: str, prefix: str) -> None:
    written, last = "", 0
    for at in (*cuts, 11):
        written += (by if last else "") + value[last:at]
        last = at
    text = f"电话{prefix}{written}。"
    found = only(text, "CN_MOBILE")
    assert (found.value, text[found.start : found.end]) == (value, written)


@given(CODES, HAN, MARKS, st.booleans())
def test_a_credit_code_is_found_in_either_case(value: str, around: str, mark: str, lower: bool) -> None:
    written = value.lower() if lower else value
    found = only(f"{around}{mark}{written}{around}", "CN_USCC")
    assert found.value == value


@given(st.one_of(IDS, MOBILES, CARDS, CODES), st.text("0123456789abcxyzABCXYZ", min_size=1, max_size=6), st.booleans())
def test_a_number_inside_a_longer_run_is_none(value: str, more: str, in_front: bool) -> None:
    run = more + value if in_front else value + more
    assume(run.removesuffix(value) not in {"0", "86", "0086"})  # dialled before it
    assert not [f for f in scan_text(run) if f.value == value]


@given(st.text(st.sampled_from("0123456789 -+()xX.@甲手机号：,\n\u200b０９－元"), max_size=80))
def test_any_text_is_scanned_and_positions_hold(text: str) -> None:
    last = 0
    for found in scan_text(text):
        assert last <= found.start < found.end <= len(text)
        last = found.end
        written = fold(text[found.start : found.end]).text
        kept = "".join(c for c in written.upper() if c.isalnum() or c in "@.")
        assert kept.endswith(found.value.upper().replace("-", "")) or found.type in {"EMAIL", "CN_LANDLINE"}


@given(st.text(max_size=200))
def test_folding_leads_back(text: str) -> None:
    folded = fold(text)
    for at in range(len(folded.text)):
        start, end = folded.original(at, at + 1)
        assert fold(text[start:end]).text == folded.text[at]


@pytest.mark.parametrize("size", [1_000, 20_000])
def test_long_runs_do_not_grow_worse_than_their_length(size: int) -> None:
    """Texts that make careless patterns quadratic."""
    for unit in ("1", "1 ", "a1", "1-", "有限公司", "路1号", "a@", "1a", "(", "京A", "姓名:", "股东股东"):
        scan_text((unit * size)[:size])
