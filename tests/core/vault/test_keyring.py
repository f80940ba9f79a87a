"""The tree of keys: what a tenant wraps opens for that tenant, epoch, suite, unit and version, and for nothing else."""

from __future__ import annotations

import copy
import pickle
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import BadInput, SealRefused
from fengni.core.vault.keyring import NewSecret, Root, TenantKeys, WrappedUnit
from fengni.core.vault.suites import OFFERED, Suite
from fengni.core.vault.unit_key import UnitKey, commitment

SUITES = pytest.mark.parametrize("suite", OFFERED)
TENANT, OTHER = UUID(int=7), UUID(int=8)
UNITS = [UUID(int=n) for n in (1, 2, 3)]
ROOT = Root(bytes(range(32)))
SEED = bytes(range(100, 132))


def _wrapped(keys: TenantKeys, *, version: int = 1) -> tuple[list[NewSecret], list[WrappedUnit]]:
    made = keys.create_secrets(UNITS, versions=[version] * len(UNITS))
    return made, [
        WrappedUnit(unit, new.wrapped, new.commitment, version) for unit, new in zip(UNITS, made, strict=True)
    ]


def _refused(keys: TenantKeys, wrapped: list[WrappedUnit]) -> None:
    for attempt in (keys.unwrap_secrets, keys.unwrap_units):
        with pytest.raises(SealRefused, match=r"^vault\.sealed-value-refused$"):
            attempt(wrapped)


@SUITES
def test_a_unit_key_comes_out_as_it_went_in(suite: Suite) -> None:
    keys = ROOT.tenant(TENANT, suite=suite)
    made, wrapped = _wrapped(keys)
    assert keys.unwrap_secrets(wrapped) == [new.secret for new in made]
    assert keys.unwrap_secrets(wrapped[::-1]) == [new.secret for new in made[::-1]]
    assert len({new.secret for new in made}) == 3
    assert {len(new.secret) for new in made} == {suite.key_size}
    assert [key.unit for key in keys.unwrap_units(wrapped)] == UNITS


@SUITES
def test_batches_share_no_salt_and_rows_share_no_counter(suite: Suite) -> None:
    keys = ROOT.tenant(TENANT, suite=suite)
    wrapped = [new.wrapped for _ in range(50) for new in keys.create_secrets(UNITS)]
    salt_end, body_at = (16, 28) if suite is Suite.AES_256_GCM else (20, 24)
    assert len({w[:body_at] for w in wrapped}) == 150
    assert len({w[:salt_end] for w in wrapped}) == 50


@SUITES
def test_a_commitment_names_one_key_of_one_unit(suite: Suite) -> None:
    made, _ = _wrapped(ROOT.tenant(TENANT, suite=suite))
    for unit, new in zip(UNITS, made, strict=True):
        assert new.commitment == commitment(new.secret, suite=suite, tenant=TENANT, unit=unit)
    assert commitment(made[0].secret, suite=suite, tenant=TENANT, unit=UNITS[1]) != made[0].commitment
    assert commitment(made[0].secret, suite=suite, tenant=OTHER, unit=UNITS[0]) != made[0].commitment
    assert commitment(made[1].secret, suite=suite, tenant=TENANT, unit=UNITS[0]) != made[0].commitment


@SUITES
def test_every_flipped_bit_of_a_wrapped_key_or_commitment_is_refused(suite: Suite) -> None:
    keys = ROOT.tenant(TENANT, suite=suite)
    _, [good, *_rest] = _wrapped(keys)
    for bit in range(len(good.wrapped) * 8):
        flipped = bytearray(good.wrapped)
        flipped[bit // 8] ^= 1 << bit % 8
        _refused(keys, [good._replace(wrapped=bytes(flipped))])
    for bit in range(256):
        flipped = bytearray(good.commitment)
        flipped[bit // 8] ^= 1 << bit % 8
        _refused(keys, [good._replace(commitment=bytes(flipped))])
    for end in range(len(good.wrapped)):
        _refused(keys, [good._replace(wrapped=good.wrapped[:end])])
    _refused(keys, [good._replace(wrapped=good.wrapped + b"\x00")])
    _refused(keys, [good._replace(commitment=b"")])


@SUITES
def test_a_wrapped_key_moved_elsewhere_is_refused(suite: Suite) -> None:
    keys = ROOT.tenant(TENANT, suite=suite)
    _, wrapped = _wrapped(keys)
    one, two, _three = wrapped
    _refused(keys, [one._replace(unit=UNITS[1])])
    _refused(keys, [one._replace(wrapped=two.wrapped)])
    _refused(keys, [one._replace(commitment=two.commitment)])
    _refused(keys, [one._replace(wrapped=two.wrapped, commitment=two.commitment)])
    _refused(keys, [one._replace(version=2)])
    _refused(keys, [*wrapped[1:], one._replace(version=2)])
    _refused(ROOT.tenant(OTHER, suite=suite), wrapped)
    _refused(ROOT.tenant(TENANT, suite=suite, epoch=2), wrapped)
    _refused(ROOT.tenant(TENANT, suite=suite, seed=SEED), wrapped)
    _refused(Root(bytes(32)).tenant(TENANT, suite=suite), wrapped)
    _refused(ROOT.tenant(TENANT, suite=next(s for s in OFFERED if s is not suite)), wrapped)


@SUITES
def test_rewrapping_keeps_the_keys_and_a_lost_seed_ends_the_old_copies(suite: Suite) -> None:
    old, new = ROOT.tenant(TENANT, suite=suite, seed=SEED), ROOT.tenant(TENANT, suite=suite, epoch=2, seed=SEED[::-1])
    made, wrapped = _wrapped(old)
    moved = [w._replace(wrapped=again) for w, again in zip(wrapped, old.rewrap(wrapped, under=new), strict=True)]
    assert new.unwrap_secrets(moved) == [n.secret for n in made]
    _refused(old, moved)
    _refused(new, wrapped)
    _refused(ROOT.tenant(TENANT, suite=suite), wrapped)  # the seed is gone


def test_rewrapping_stays_within_tenant_and_suite() -> None:
    keys = ROOT.tenant(TENANT)
    _, wrapped = _wrapped(keys)
    for under in (ROOT.tenant(OTHER), ROOT.tenant(TENANT, suite=Suite.SM4_GCM)):
        with pytest.raises(ValueError):
            keys.rewrap(wrapped, under=under)
    with pytest.raises(SealRefused):
        keys.rewrap([wrapped[0]._replace(unit=UNITS[1])], under=ROOT.tenant(TENANT, epoch=2))


@given(st.lists(st.tuples(st.uuids(), st.sampled_from(OFFERED), st.integers(1, 9)), min_size=2, max_size=6))
def test_no_two_purposes_share_a_key(places: list[tuple[UUID, Suite, int]]) -> None:
    seen: dict[bytes, object] = {}
    for tenant, suite, number in places:
        keys = ROOT.tenant(tenant, suite=suite)
        for purpose, secret in (
            ("display", keys.display_secret(version=number)),
            ("checkpoint", ROOT.derive("checkpoint", tenant.bytes, number.to_bytes(2, "big"), suite=suite)),
        ):
            assert seen.setdefault(secret, (purpose, tenant, suite, number)) == (purpose, tenant, suite, number)


def test_index_tags_differ_by_tenant_kind_and_suite() -> None:
    kinds = ("id_number", "uscc")
    tags = {
        ROOT.tenant(tenant, suite=suite).index_key(kind).tag("990101198802290212")
        for tenant in (TENANT, OTHER)
        for suite in OFFERED
        for kind in kinds
    }
    assert len(tags) == 16
    with pytest.raises(BadInput, match=r"^vault\.no-index$"):
        ROOT.tenant(TENANT).index_key("home_address")


def test_a_purpose_may_not_take_a_label_of_the_keyring() -> None:
    with pytest.raises(ValueError):
        ROOT.derive("vault/wrap", TENANT.bytes)
    assert len(ROOT.derive("checkpoint", TENANT.bytes)) == 32


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_root_or_seed_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError):
        Root(bytes(size))
    if size:
        with pytest.raises(ValueError):
            ROOT.tenant(TENANT, seed=bytes(size))


@pytest.mark.parametrize("version", [0, -1, 65536])
def test_versions_and_epochs_lie_between_1_and_65535(version: int) -> None:
    for attempt in (
        lambda: ROOT.tenant(TENANT).display_key(version=version),
        lambda: ROOT.tenant(TENANT, epoch=version),
        lambda: UnitKey(bytes(32), unit=UNITS[0], suite=Suite.AES_256_GCM, version=version),
    ):
        with pytest.raises((ValueError, OverflowError)):
            attempt()


def test_no_tenant_and_no_unit_has_the_suite_of_long_lived_keys() -> None:
    for attempt in (
        lambda: ROOT.tenant(TENANT, suite=Suite.XAES_256_GCM),
        lambda: UnitKey(bytes(32), unit=UNITS[0], suite=Suite.XAES_256_GCM),
    ):
        with pytest.raises(ValueError):
            attempt()


def test_the_fingerprint_names_the_root_and_only_it() -> None:
    assert ROOT.fingerprint() == Root(bytes(range(32))).fingerprint() != Root(bytes(32)).fingerprint()
    assert Root.generate().fingerprint() != Root.generate().fingerprint()
    assert len(ROOT.fingerprint()) == 16


def test_nothing_that_holds_a_key_shows_it_or_lets_itself_be_copied() -> None:
    keys = ROOT.tenant(TENANT)
    new = keys.create_units(UNITS)[0]
    for held in (ROOT, keys, new.key, keys.display_key(), keys.index_key("mobile")):
        assert repr(held) == f"<{type(held).__name__}>"
        assert not hasattr(held, "__dict__")
        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                way(held)
    secret = keys.create_secrets(UNITS)[0]
    assert repr(secret) == "<NewSecret>"
    assert secret.secret.hex() not in f"{secret} {new}"
