"""An envelope opens in its own place with its own key, unchanged; anything else is one refusal without a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.envelope import (
    OVERHEAD,
    Binding,
    associated_data,
    key_version,
    open_,
    open_fields,
    open_rows,
    seal,
    seal_fields,
    seal_rows,
)
from fengni.core.vault.fields import BLOCK, pack, unpack
from fengni.core.vault.suites import OFFERED, Suite
from fengni.core.vault.unit_key import UnitKey

SUITES = pytest.mark.parametrize("suite", OFFERED)
PLACE = Binding(tenant=UUID(int=1), unit=UUID(int=2), record=UUID(int=3), class_="contact", revision=4)
FIELDS = {"name": "示例", "mobile": "15400000001"}
TEXTS = st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=6)
PLACES = st.builds(
    Binding,
    tenant=st.uuids(),
    unit=st.just(PLACE.unit),
    record=st.uuids(),
    class_=st.from_regex("[a-z][a-z0-9_]{0,31}", fullmatch=True),
    revision=st.integers(0, 2**64 - 1),
)


def _key(suite: Suite = Suite.AES_256_GCM, *, byte: int = 7, version: int = 1, unit: UUID = PLACE.unit) -> UnitKey:
    return UnitKey(bytes([byte]) * suite.key_size, unit=unit, suite=suite, version=version)


def _refused(key: UnitKey, place: Binding, envelope: bytes) -> None:
    """Refused, and in exactly the one way that says nothing."""
    for attempt in (lambda: open_fields(key, place, envelope), lambda: open_rows([(key, place, envelope)])):
        with pytest.raises(SealRefused) as refusal:
            attempt()
        assert str(refusal.value) == "vault.sealed-value-refused"
        assert refusal.value.params == {}
        assert refusal.value.__cause__ is None


@SUITES
@given(place=PLACES, fields=TEXTS)
def test_what_goes_in_comes_out(suite: Suite, place: Binding, fields: dict[str, str]) -> None:
    key = _key(suite)
    sealed = seal_fields(key, place, fields)
    assert open_fields(key, place, sealed) == fields
    assert len(sealed) % BLOCK == 0
    assert open_rows([(key, place, s) for s in seal_rows([(key, place, fields)] * 3)]) == [fields] * 3


@SUITES
@given(plaintext=st.binary(max_size=200))
def test_bytes_go_in_and_out_as_well(suite: Suite, plaintext: bytes) -> None:
    sealed = seal(_key(suite), PLACE, plaintext)
    assert len(sealed) == len(plaintext) + OVERHEAD
    assert open_(_key(suite), PLACE, sealed) == plaintext


@SUITES
def test_every_single_flipped_bit_is_refused(suite: Suite) -> None:
    key = _key(suite)
    sealed = seal_fields(key, PLACE, FIELDS)
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        _refused(key, PLACE, bytes(flipped))


@SUITES
def test_every_truncation_and_any_addition_is_refused(suite: Suite) -> None:
    key = _key(suite)
    sealed = seal_fields(key, PLACE, FIELDS)
    for end in range(len(sealed)):
        _refused(key, PLACE, sealed[:end])
    for more in (b"\x00", b" ", sealed):
        _refused(key, PLACE, sealed + more)


@SUITES
@pytest.mark.parametrize(
    "elsewhere",
    [
        {"tenant": UUID(int=9)},
        {"record": UUID(int=9)},
        {"class_": "identity"},
        {"class_": "contac"},
        {"revision": 3},
        {"revision": 5},
        {"unit": UUID(int=9)},
        {"tenant": PLACE.record, "record": PLACE.tenant},
    ],
    ids=str,
)
def test_an_envelope_moved_elsewhere_is_refused(suite: Suite, elsewhere: dict[str, Any]) -> None:
    _refused(_key(suite), replace(PLACE, **elsewhere), seal_fields(_key(suite), PLACE, FIELDS))


@SUITES
@given(places=st.lists(PLACES, min_size=2, max_size=2, unique_by=repr))
def test_no_two_places_accept_one_envelope(suite: Suite, places: list[Binding]) -> None:
    _refused(_key(suite), places[1], seal_fields(_key(suite), places[0], FIELDS))


@SUITES
def test_another_key_unit_version_or_suite_is_refused(suite: Suite) -> None:
    sealed = seal_fields(_key(suite), PLACE, FIELDS)
    other = next(s for s in OFFERED if s is not suite)
    _refused(_key(suite, byte=8), PLACE, sealed)
    _refused(_key(suite, version=2), PLACE, sealed)
    _refused(_key(other), PLACE, sealed)
    elsewhere = _key(suite, unit=UUID(int=9))
    _refused(elsewhere, PLACE, sealed)
    _refused(elsewhere, replace(PLACE, unit=UUID(int=9)), sealed)


@SUITES
@pytest.mark.parametrize("header", ["00", "02", "03", "ff"])
def test_an_unknown_format_is_refused(suite: Suite, header: str) -> None:
    sealed = seal_fields(_key(suite), PLACE, FIELDS)
    _refused(_key(suite), PLACE, bytes.fromhex(header) + sealed[1:])
    with pytest.raises(SealRefused):
        key_version(bytes.fromhex(header) + sealed[1:])


@pytest.mark.parametrize("number", [0, 2, 3, 4, 5, 6, 255])
def test_an_unknown_suite_is_refused(number: int) -> None:
    sealed = seal_fields(_key(), PLACE, FIELDS)
    _refused(_key(), PLACE, sealed[:1] + bytes([number]) + sealed[2:])


def test_one_bad_row_refuses_the_batch() -> None:
    key = _key()
    good = seal_rows([(key, PLACE, FIELDS), (key, replace(PLACE, revision=5), FIELDS)])
    with pytest.raises(SealRefused):
        open_rows([(key, PLACE, good[0]), (key, PLACE, good[1])])


def test_a_batch_repeats_no_nonce() -> None:
    sealed = seal_rows([(_key(), PLACE, FIELDS)] * 500) + [seal_fields(_key(), PLACE, FIELDS) for _ in range(500)]
    assert len({envelope[4:16] for envelope in sealed}) == 1000


def test_sealing_under_another_units_key_is_refused() -> None:
    with pytest.raises(SealRefused):
        seal_fields(_key(unit=UUID(int=9)), PLACE, FIELDS)
    with pytest.raises(SealRefused):
        seal_rows([(_key(unit=UUID(int=9)), PLACE, FIELDS)])


@given(version=st.integers(1, 65535))
def test_an_envelope_names_the_version_of_its_key(version: int) -> None:
    assert key_version(seal_fields(_key(version=version), PLACE, FIELDS)) == version


@given(st.lists(PLACES, min_size=2, max_size=2, unique_by=repr))
def test_no_two_places_have_one_encoding(places: list[Binding]) -> None:
    one, other = (associated_data(b"\x01\x01\x00\x01", place) for place in places)
    assert one != other


@pytest.mark.parametrize("class_", ["", "Contact", "1contact", "con tact", "c" * 33, "身份", "contact\n"])
def test_a_class_that_has_no_form_is_no_place(class_: str) -> None:
    with pytest.raises(ValueError):
        seal_fields(_key(), replace(PLACE, class_=class_), FIELDS)
    _refused(_key(), replace(PLACE, class_=class_), seal_fields(_key(), PLACE, FIELDS))


@pytest.mark.parametrize("revision", [-1, 2**64])
def test_a_revision_that_has_no_form_is_no_place(revision: int) -> None:
    with pytest.raises((ValueError, OverflowError)):
        seal_fields(_key(), replace(PLACE, revision=revision), FIELDS)
    _refused(_key(), replace(PLACE, revision=revision), seal_fields(_key(), PLACE, FIELDS))


@given(TEXTS)
def test_fields_are_packed_in_one_way(fields: dict[str, str]) -> None:
    packed = pack(fields)
    assert len(packed) % BLOCK == 0
    assert unpack(packed) == fields
    assert pack(dict(reversed(fields.items()))) == packed
    assert pack(unpack(packed)) == packed


@pytest.mark.parametrize(
    "fields", [{"name": 1}, {"name": None}, {1: "x"}, {"name": "\ud800"}, {"name": ["x"]}], ids=str
)
def test_what_is_not_text_cannot_be_sealed(fields: Any) -> None:
    for attempt in (lambda: seal_fields(_key(), PLACE, fields), lambda: seal_rows([(_key(), PLACE, fields)])):
        with pytest.raises(BadInput, match=r"^vault\.fields-not-text$"):
            attempt()


@pytest.mark.parametrize("packed", [b"", b"[]", b"null", b'{"a":1}', b'{"a":null}', b'{"a":{}}', b"\xff", b"[" * 9000])
def test_a_plaintext_of_another_shape_is_refused(packed: bytes) -> None:
    _refused(_key(), PLACE, seal(_key(), PLACE, packed))
