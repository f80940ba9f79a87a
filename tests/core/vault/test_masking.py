"""Masks show what the catalogue allows and nothing else, whatever the value is."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fengni.core import fictitious
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.masking import AMOUNT, HIDDEN, contains_mask, mask, mask_list, mask_name
from fengni.core.vault.surnames import DOUBLE

ENDS = {"id_number": (6, 4), "bank_account": (6, 4), "mobile": (3, 4), "passport": (1, 3)}
MASKED = [e.kind for e in ELEMENTS.values() if e.mask != "none"]
IN_LISTS = [e.kind for e in ELEMENTS.values() if e.mask not in ("none", "name")]
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)
DIGITS = st.text("0123456789X", min_size=1, max_size=30)
ANYTHING = st.one_of(st.text(min_size=1, max_size=40), DIGITS, HAN).filter(str.strip)
STARS = re.compile(r"[*•]+")


@pytest.mark.parametrize(
    ("kind", "value", "page", "listed"),
    [
        ("name", "陆知衡", "陆*衡", "陆知衡"),
        ("id_number", fictitious.id_number("19880229", 21), "990101********0212", "9****************2"),
        ("id_number", "990101 19880229 0212", "990101********0212", "9****************2"),
        ("id_number", "９９０１０１１９８８０２２９０２１２", "990101********0212", "9****************2"),
        ("id_number", "990101880229021", "990101*****9021", "9*************1"),
        ("mobile", fictitious.mobile(1), "154****0001", "1*********1"),
        ("mobile", "154-0000-0001\n15400000002", "154****0001\n154****0002", "1*********1\n1*********2"),
        ("landline", "0990-50001234", "0990-****1234", "0**********4"),
        ("landline", "010 5000123", "010-****123", "0********3"),
        ("landline", "50001234", "5******4", "5******4"),
        ("passport", "E99001234", "E*****234", "E*******4"),
        ("bank_account", "9900000000000000013", "990000*********0013", "9*****************3"),
        ("corporate_account", "9900000000005678", "****5678", "****8"),
        ("email", "example@example.com", "e***@example.com", "e***@example.com"),
        ("email", "e@example.com", "***@example.com", "***@example.com"),
        ("home_address", "示例省示例市演示区示例路1号", "示例省示例市演示区****", "示例省示例市演示区****"),
        ("service_fee", "6000", AMOUNT, AMOUNT),
        ("person_note", "见附件", HIDDEN, HIDDEN),
        ("uscc", fictitious.uscc(1), fictitious.uscc(1), fictitious.uscc(1)),
    ],
)
def test_the_masks_of_the_data_elements(kind: str, value: str, page: str, listed: str) -> None:
    assert mask(kind, value) == page
    assert mask_list(kind, value) == listed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("示例", "示*"),
        ("示", "*"),
        ("欧阳示例", "欧阳**"),
        ("欧阳示", "欧阳*"),
        ("欧阳", "欧*"),
        ("示 例", "示*"),
        ("示例样本", "示**本"),
        ("Example Person", "E****** P*****"),
        ("X", "*"),
        ("Exámple Pérson", "E****** P*****"),
        ("Example示", "E******示"),
        ("阿依古丽·买买提", "阿***·买**"),
        ("示例（法人）", "示*(法*)"),
        ("—", HIDDEN),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("示例市市辖区示例路1号", "示例市市辖区****"),
        ("示例省镇示市示例区某路", "示例省镇示市示例区****"),
        ("示例自治区示例自治州示例县示例镇", "示例自治区示例自治州示例县****"),
        ("示例市示例工业园区示例街", "示例市****"),
        ("示例路3号示例小区", HIDDEN),
        ("示例花园3号", HIDDEN),
        ("示例市示例镇示例南区", "示例市****"),
        ("示例市示例大厦东区", "示例市****"),
        ("示例市示例路东区", "示例市****"),
        ("1 Example Road", HIDDEN),
    ],
)
def test_addresses_end_at_the_county(address: str, shown: str) -> None:
    assert mask("home_address", address) == shown


@given(st.sampled_from(sorted(ENDS)), st.text("0123456789X", min_size=1, max_size=40))
def test_numbers_keep_two_ends_and_hide_at_least_four_characters(kind: str, number: str) -> None:
    for shown, (first, last) in ((mask(kind, number), ENDS[kind]), (mask_list(kind, number), (1, 1))):
        if shown == HIDDEN:
            assert len(number) < 6
            continue
        stars = shown.count("*")
        head, tail = shown.split("*" * stars)
        assert stars >= 4
        assert (len(head), len(tail)) in ((first, last), (1, 1))
        assert number == head + number[len(head) : len(head) + stars] + tail


@given(st.sampled_from(sorted(ENDS)), st.text("0123456789", min_size=1, max_size=5))
def test_a_short_number_is_hidden_with_its_length(kind: str, number: str) -> None:
    assert mask(kind, number) == mask_list(kind, number) == HIDDEN


@given(st.sampled_from(MASKED), ANYTHING)
def test_a_mask_is_recognised_as_one(kind: str, value: str) -> None:
    assert contains_mask(mask(kind, value))


@given(st.sampled_from(IN_LISTS), ANYTHING)
def test_a_list_mask_is_recognised_as_one(kind: str, value: str) -> None:
    assert contains_mask(mask_list(kind, value))


@given(st.sampled_from(MASKED), ANYTHING)
def test_a_value_never_stands_in_its_own_mask(kind: str, value: str) -> None:
    shown = mask(kind, value)
    assume(not contains_mask(value))
    if ELEMENTS[kind].mask != "address":  # "示例市演示区" is nothing but what an address may show
        assert value.strip() not in shown


@given(st.sampled_from(MASKED), ANYTHING)
def test_masking_a_mask_shows_nothing_more(kind: str, value: str) -> None:
    once = mask(kind, value)
    for again in (mask(kind, once), mask_list(kind, once)):
        if ELEMENTS[kind].mask == "name":
            again = mask(kind, once)
        left = STARS.sub("", again).replace("-", "").replace(AMOUNT[0], "")
        assert set(left) <= set(once)
        assert len(left) <= len(STARS.sub("", once))


@given(HAN)
def test_a_name_hides_at_least_one_character_and_keeps_its_length(name: str) -> None:
    shown = mask_name(name)
    assert len(shown) == len(name)
    assert "*" in shown
    kept = [a for a, b in zip(shown, name, strict=True) if a == b]
    assert len(kept) <= 2
    assert shown[0] in (name[0], "*")
    assert len(kept) < 2 or name[:2] in DOUBLE or shown[1] == "*"


@given(HAN, st.sampled_from(["示例路1号", "示例村2组", "示例小区3栋", "示例大厦8楼", "示例街道办事处", "No. 5"]))
def test_what_follows_the_county_never_shows(district: str, rest: str) -> None:
    assert rest not in mask("home_address", f"示例市{district}区{rest}")
    assert rest not in mask("home_address", rest)


@given(st.text(min_size=2, max_size=20).filter(lambda t: "@" not in t and t.strip() == t and "\n" not in t))
def test_of_an_address_of_mail_one_letter_and_the_domain_remain(local: str) -> None:
    assume(len(local.splitlines()) == 1)
    assert mask("email", f"{local}@example.com") == f"{local[0]}***@example.com"


@given(st.lists(DIGITS, min_size=1, max_size=4))
def test_each_of_several_values_is_masked_for_itself(numbers: list[str]) -> None:
    assert mask("mobile", "\n".join(numbers)).split("\n") == [mask("mobile", n) for n in numbers]


def test_nothing_has_no_mask() -> None:
    assert mask("mobile", "") == mask_list("id_number", "") == ""


@pytest.mark.parametrize("value", ["154****0001", "＊", "•", "1●2"])
def test_replacement_refuses_marks_of_masks(value: str) -> None:
    assert contains_mask(value)


@given(st.text("0123456789X示例·@. -", max_size=30))
def test_ordinary_values_carry_no_mark(value: str) -> None:
    assert not contains_mask(value)
