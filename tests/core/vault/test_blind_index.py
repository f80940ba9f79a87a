"""Blind indexes: one value however it is typed, never a repaired one; tags say nothing without the key."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fengni.core import fictitious
from fengni.core.errors import BadInput
from fengni.core.vault.blind_index import KINDS, TAG_SIZE, IndexKey, last4_surname, normalise, same, tag
from fengni.core.vault.suites import OFFERED, Suite

SUITES = pytest.mark.parametrize("suite", OFFERED)
ID = fictitious.id_number("19880229", 21)
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
TYPED = st.one_of(
    st.text(max_size=30),
    st.text("0123456789Xx×Хх０１２Ｘ -－—+·•・．（）()〔〕　\u200b\u200d\ufeff", max_size=30),
    st.text("示例样本公司（）·•Éé ßẞﬁ㈱№/", max_size=20),
)


def _key(kind: str, suite: Suite = Suite.AES_256_GCM, *, byte: int = 3) -> IndexKey:
    return IndexKey(bytes([byte]) * 32, kind=kind, suite=suite)


@pytest.mark.parametrize("kind", KINDS)
@example(value="K¸")
@example(value="A´㏠")
@given(value=TYPED)
def test_normalising_twice_is_normalising_once(kind: str, value: str) -> None:
    try:
        once = normalise(kind, value)
    except BadInput:
        return
    assert normalise(kind, once) == once


@pytest.mark.parametrize(
    ("kind", "typed", "normal"),
    [
        ("id_number", " 990101 19880229 021x ", "99010119880229021X"),
        ("id_number", "99010119880229021Х", "99010119880229021X"),  # Cyrillic
        ("id_number", "99010119880229021х", "99010119880229021X"),
        ("id_number", "99010119880229021×", "99010119880229021X"),
        ("id_number", "９９０１０１１９８８０２２９０２１２", "990101198802290212"),
        ("id_number", "990101-19880229-0212\u200b", "990101198802290212"),
        ("id_number", "990101198802290213", "990101198802290213"),  # a wrong check digit stays wrong
        ("id_number", "9.90101198802e17", "990101198802E17"),  # a damaged number stays damaged
        ("uscc", "91990101 madem 00117", "91990101MADEM00117"),
        ("mobile", "+86 154-0000-0001", "15400000001"),
        ("mobile", "008615400000001", "15400000001"),
        ("mobile", "8615400000001", "15400000001"),
        ("mobile", "154 0000 0001", "15400000001"),
        ("mobile", "+1 555 0100", "+15550100"),
        ("mobile", "86154000", "86154000"),
        ("name", "示 例", "示例"),
        ("name", "阿依古丽•买买提", "阿依古丽买买提"),
        ("name", "example  person", "EXAMPLE PERSON"),
        ("name_initials", "czy", "CZY"),
        ("company_name", "示例（北京） 科技有限公司", "示例北京科技有限公司"),
        ("company_name", "示例(北京)科技有限公司", "示例北京科技有限公司"),
        ("company_name", "示例·青禾智造有限公司", "示例青禾智造有限公司"),
        ("company_name", "K ̧", "Ķ"),  # the blank gone, letter and accent meet
        ("name", "A´㏠", "Á1日"),
        ("passport", "e 9900 1234", "E99001234"),
        ("last4_surname", "示/0212", "示/0212"),
        ("last4_surname", "示/990101198802290212", "示/0212"),
    ],
)
def test_what_people_type_is_brought_to_one_form(kind: str, typed: str, normal: str) -> None:
    assert normalise(kind, typed) == normal


@given(st.integers(0, 999), st.lists(st.sampled_from([" ", "-", "　", "\u200b", "\xa0", "—"]), max_size=4), st.data())
def test_an_id_number_is_found_however_it_is_spaced(sequence: int, fillers: list[str], data: st.DataObject) -> None:
    number = fictitious.id_number("19880229", sequence)
    typed = number if data.draw(st.booleans()) else number.translate(FULL_WIDTH)
    for filler in fillers:
        at = data.draw(st.integers(0, len(typed)))
        typed = typed[:at] + filler + typed[at:]
    assert _key("id_number").tag(typed.lower()) == _key("id_number").tag(number)


@given(st.text("0123456789", min_size=18, max_size=18), st.text("0123456789", min_size=18, max_size=18))
def test_two_numbers_never_share_a_form(one: str, other: str) -> None:
    assert (normalise("id_number", one) == normalise("id_number", other)) == (one == other)


@SUITES
def test_tags_differ_by_value_kind_key_and_hash(suite: Suite) -> None:
    tags = {
        _key("id_number", suite).tag(ID),
        _key("id_number", suite).tag(fictitious.id_number("19880229", 22)),
        _key("uscc", suite).tag(ID),
        _key("id_number", suite, byte=4).tag(ID),
        _key("id_number", next(s for s in OFFERED if (s is Suite.SM4_GCM) != (suite is Suite.SM4_GCM))).tag(ID),
    }
    assert len(tags) == 5
    assert {len(t) for t in tags} == {TAG_SIZE}
    assert tag(_key("id_number", suite), "id_number", ID) == _key("id_number", suite).tag(ID)


@pytest.mark.parametrize("kind", KINDS)
@given(values=st.lists(TYPED, max_size=5))
def test_many_tags_are_the_single_ones_and_none_where_nothing_is_left(kind: str, values: list[str]) -> None:
    key = _key(kind)
    for value, found in zip(values, key.tags(values), strict=True):
        if found is None:
            with pytest.raises(BadInput, match=r"^vault\.nothing-to-index$"):
                key.tag(value)
        else:
            assert same(found, key.tag(value))


@pytest.mark.parametrize("kind", ["home_address", "email", "", "ID_NUMBER", "note"])
def test_a_kind_without_an_index_is_refused(kind: str) -> None:
    for attempt in (lambda: normalise(kind, "x"), lambda: _key(kind), lambda: tag(_key("mobile"), kind, "x")):
        with pytest.raises(BadInput, match=r"^vault\.no-index$"):
            attempt()


@pytest.mark.parametrize("version", [-1, 0, 65536])
def test_a_version_that_has_no_number_is_refused(version: int) -> None:
    with pytest.raises(BadInput):
        IndexKey(bytes(32), kind="mobile", suite=Suite.AES_256_GCM, version=version)


def test_the_last_four_stand_only_together_with_a_surname() -> None:
    assert normalise("last4_surname", last4_surname("欧阳示例", ID)) == "欧阳/0212"
    assert normalise("last4_surname", last4_surname("示例", ID)) == "示/0212"
    for typed in ("/0212", "0212", "示/", "示/021", "示"):
        with pytest.raises(BadInput):
            normalise("last4_surname", typed)


def test_equal_tags_are_equal_and_others_are_not() -> None:
    one, other = _key("mobile").tag("15400000001"), _key("mobile").tag("15400000002")
    assert same(one, bytes(one))
    assert not same(one, other)
