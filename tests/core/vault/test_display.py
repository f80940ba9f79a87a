"""Masks sealed for lists: bound to tenant, record and revision; long-lived keys never repeat a nonce by themselves."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.display import DisplayKey
from fengni.core.vault.envelope import open_display, seal_display
from fengni.core.vault.slots import BATCH_LIMIT, LongLivedKey
from fengni.core.vault.suites import OFFERED, Suite

SUITES = pytest.mark.parametrize("suite", OFFERED)
TENANT, RECORD = UUID(int=7), UUID(int=1)
MASKS = {"name": "示例", "mobile": "1*********1"}


def _key(suite: Suite = Suite.AES_256_GCM, *, tenant: UUID = TENANT, byte: int = 5, version: int = 1) -> DisplayKey:
    return DisplayKey(bytes([byte]) * 32, tenant=tenant, suite=suite, version=version)


def _refused(key: DisplayKey, record: UUID, revision: int, sealed: bytes) -> None:
    with pytest.raises(SealRefused, match=r"^vault\.sealed-value-refused$"):
        key.open_masks([(record, revision, sealed)])


@SUITES
@given(
    rows=st.lists(
        st.tuples(
            st.uuids(),
            st.integers(0, 2**64 - 1),
            st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4),
        ),
        max_size=5,
    )
)
def test_masks_go_in_and_out_in_order(suite: Suite, rows: list[tuple[UUID, int, dict[str, str]]]) -> None:
    key = _key(suite)
    sealed = key.seal_masks(rows)
    opened = key.open_masks([(record, revision, s) for (record, revision, _), s in zip(rows, sealed, strict=True)])
    assert opened == [masks for _, _, masks in rows]


@SUITES
def test_every_flipped_bit_and_every_truncation_is_refused(suite: Suite) -> None:
    key = _key(suite)
    [sealed] = key.seal_masks([(RECORD, 1, MASKS)])
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        _refused(key, RECORD, 1, bytes(flipped))
    for end in range(len(sealed)):
        _refused(key, RECORD, 1, sealed[:end])
    _refused(key, RECORD, 1, sealed + b"\x00")


@SUITES
def test_another_record_revision_tenant_version_or_key_is_refused(suite: Suite) -> None:
    [sealed] = _key(suite).seal_masks([(RECORD, 2, MASKS)])
    _refused(_key(suite), UUID(int=2), 2, sealed)
    _refused(_key(suite), RECORD, 1, sealed)
    _refused(_key(suite), RECORD, 3, sealed)
    _refused(_key(suite), RECORD, -1, sealed)
    _refused(_key(suite, tenant=UUID(int=8)), RECORD, 2, sealed)
    _refused(_key(suite, version=2), RECORD, 2, sealed)
    _refused(_key(suite, byte=6), RECORD, 2, sealed)
    _refused(_key(next(s for s in OFFERED if s is not suite)), RECORD, 2, sealed)


@SUITES
def test_rows_of_one_batch_cannot_change_places(suite: Suite) -> None:
    key = _key(suite)
    one, two = key.seal_masks([(RECORD, 1, MASKS), (UUID(int=2), 1, MASKS)])
    _refused(key, RECORD, 1, two)
    for at in (16, 20, 24, 28):
        _refused(key, RECORD, 1, one[:at] + two[at:])


def test_the_one_row_forms_want_the_keys_own_tenant() -> None:
    sealed = seal_display(_key(), TENANT, RECORD, 1, MASKS)
    assert open_display(_key(), TENANT, RECORD, 1, sealed) == MASKS
    with pytest.raises(SealRefused):
        open_display(_key(), UUID(int=8), RECORD, 1, sealed)
    with pytest.raises(SealRefused):
        seal_display(_key(), UUID(int=8), RECORD, 1, MASKS)


def test_a_mask_that_is_not_text_is_refused() -> None:
    with pytest.raises(BadInput):
        _key().seal_masks([(RECORD, 1, {"name": 1})])  # type: ignore[dict-item]


@SUITES
def test_each_batch_has_a_salt_and_so_a_key_of_its_own(suite: Suite) -> None:
    key = _key(suite)
    batches = [key.seal_masks([(RECORD, 1, MASKS)] * 3) for _ in range(40)]
    salt_end, body_at = (16, 28) if suite is Suite.AES_256_GCM else (20, 24)
    assert len({row[4:salt_end] for batch in batches for row in batch}) == 40
    counts = [[int.from_bytes(row[salt_end:body_at], "big") for row in batch] for batch in batches]
    assert all([n - batch[0] for n in batch] == [0, 1, 2] for batch in counts)
    assert len({batch[0] for batch in counts}) == (40 if suite is Suite.AES_256_GCM else 1)
    assert len({key.batch(1)[0].encrypt(bytes(12), bytes(16), b"") for _ in range(40)}) == 40


def test_nonces_count_on_over_the_end_of_their_twelve_bytes() -> None:
    def last(length: int) -> bytes:
        return b"\xff" * length

    key = _key()
    sealed = key.seal_masks([(RECORD, 1, MASKS)] * 3, random=last)
    assert [row[4:28].hex() for row in sealed] == ["ff" * 24, "ff" * 12 + "00" * 12, "ff" * 12 + "00" * 11 + "01"]
    assert key.open_masks([(RECORD, 1, row) for row in sealed]) == [MASKS] * 3
    with pytest.raises(ValueError):
        key.batch(BATCH_LIMIT)


@SUITES
def test_purpose_version_and_suite_separate_the_subkeys_of_one_secret(suite: Suite) -> None:
    def first_block(key: LongLivedKey) -> bytes:
        return key.batch(1, bytes)[0].encrypt(bytes(12), bytes(16), b"")

    made = [
        LongLivedKey(bytes(32), suite=suite, version=version, purpose=purpose)
        for version in (1, 2)
        for purpose in (b"wrap", b"display", b"")
    ]
    assert len({first_block(key) for key in made}) == 6
    for size, version in ((31, 1), (33, 1), (32, 0), (32, 65536)):
        with pytest.raises(ValueError):
            LongLivedKey(bytes(size), suite=suite, version=version, purpose=b"wrap")
