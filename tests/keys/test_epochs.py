"""Wrapping epochs: begun once, moved to without a key leaving, ended for good, whatever kills the process."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from fengni.core.errors import BadInput, Denied, HostProblem, SealRefused
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.keyring import Root
from fengni.core.vault.suites import Suite
from fengni.keys import epochs
from fengni.keys.epochs import Epochs
from tests.keys.running import KeyProcess

_SUITE = Suite.AES_256_GCM


@dataclass
class _House:
    keys: KeyProcess
    tenant: UUID

    def units(self, count: int, versions: tuple[int, ...] = ()) -> list[WrappedKey]:
        ids = [uuid4() for _ in range(count)]
        made = self.keys.custodian.new_units(self.tenant, _SUITE, ids, versions)
        rows = zip(ids, made.wrapped, made.commitments, versions or (1,) * count, strict=True)
        return [WrappedKey(unit, made.epoch, wrapped, seal, None, version) for unit, wrapped, seal, version in rows]

    def opens(self, *units: WrappedKey) -> int:
        return len(self.keys.custodian.unwrap(self.tenant, _SUITE, units, entry=uuid4(), purpose="purpose.fill_form"))

    def begin(self, epoch: int) -> list[int]:
        return self.keys.custodian.begin_epoch(self.tenant, epoch, entry=uuid4())

    def end(self, epoch: int) -> list[int]:
        return self.keys.custodian.end_epoch(self.tenant, epoch, entry=uuid4())

    def moved(self, units: list[WrappedKey]) -> list[WrappedKey | None]:
        epoch, wrapped = self.keys.custodian.rewrap(self.tenant, _SUITE, units)
        pairs = zip(units, wrapped, strict=True)
        return [one._replace(epoch=epoch, wrapped=again) if again else None for one, again in pairs]


@pytest.fixture
def house(keys: KeyProcess) -> _House:
    return _House(keys, uuid4())


def test_units_move_to_a_new_epoch_and_the_old_copies_die_with_its_seed(house: _House) -> None:
    ask = house.keys.custodian
    assert ask.epochs(house.tenant) == [1]
    assert house.begin(2) == house.begin(2) == [1, 2]  # asked again after a lost answer: nothing new
    for wrong in (1, 4):
        with pytest.raises(BadInput, match=r"keys\.epoch-not-next"):
            house.begin(wrong)
    second = house.units(3, (1, 7, 2))
    assert {one.epoch for one in second} == {2}
    assert house.begin(3) == [1, 2, 3]
    third = house.units(1)
    before = ask.status().releases
    moved = [one for one in house.moved([*second, *third]) if one]
    assert [(one.epoch, one.version) for one in moved] == [(3, 1), (3, 7), (3, 2), (3, 1)]
    assert ask.check(house.tenant, _SUITE, [*moved, *second]) == [True] * 4 + [False] * 3
    assert ask.status().releases == before
    assert house.opens(*second, *moved) == 7  # both forms, while both epochs live
    with pytest.raises(BadInput, match=r"keys\.epoch-newest"):
        house.end(3)
    assert house.end(2) == house.end(2) == [1, 3]
    assert house.end(1) == [3]
    with pytest.raises(SealRefused):
        house.opens(second[0])
    assert house.moved(second) == [None, None, None]
    house.keys.end(signal.SIGKILL)
    house.keys.start()
    assert ask.epochs(house.tenant) == [3]
    with pytest.raises(SealRefused):
        house.opens(second[0])
    assert house.opens(*moved) == 4
    assert ask.epochs(uuid4()) == [1]


def test_what_is_destroyed_changed_or_anothers_does_not_move_and_keeps_nobody_else(house: _House) -> None:
    ask, units = house.keys.custodian, house.units(9)
    house.begin(2)
    ask.destroy(house.tenant, [units[2].unit], entry=uuid4())
    units[5] = units[5]._replace(wrapped=units[5].wrapped[:-1] + bytes((units[5].wrapped[-1] ^ 1,)))
    units[7] = units[7]._replace(version=2)
    moved = house.moved(units)
    assert [number for number, one in enumerate(moved) if one is None] == [2, 5, 7]
    right = [one for one in moved if one]
    right[1] = right[1]._replace(commitment=bytes(32))
    assert ask.check(house.tenant, _SUITE, right) == [True, False, True, True, True, True]
    assert ask.check(uuid4(), _SUITE, right) == [False] * 6
    with pytest.raises(Denied, match=r"keys\.unit-destroyed"):
        ask.new_units(house.tenant, _SUITE, [units[2].unit], (2,))
    with pytest.raises(BadInput, match=r"keys\.release-unbound"):
        ask.begin_epoch(house.tenant, 3, entry=UUID(int=0))
    with pytest.raises(BadInput, match=r"keys\.release-unbound"):
        ask.end_epoch(house.tenant, 1, entry=UUID(int=0))


def test_a_crash_at_any_point_leaves_an_epoch_that_lives_or_one_that_is_over(tmp_path: Path) -> None:
    root, tenant, folder = Root(bytes(32)), uuid4(), tmp_path / "epochs"
    made = Epochs(folder, root)
    made.begin(tenant, 2)
    made.begin(tenant, 3)
    seeds = {epoch: made.seed(tenant, epoch) for epoch in (1, 2, 3)}
    assert seeds[1] == b""
    assert len({*seeds.values()}) == 3
    sealed = (folder / f"{tenant.hex}-2").read_bytes()
    assert seeds[2] not in sealed
    (folder / f"{tenant.hex}-4.new").write_bytes(sealed[:9])  # killed while a seed was written
    again = Epochs(folder, root)
    assert again.living(tenant) == (1, 2, 3)
    assert again.seed(tenant, 3) == seeds[3]
    for left in (sealed, b"\0" * len(sealed), b""):  # killed after the renaming: before, within, after the overwriting
        (folder / f"{tenant.hex}-2").unlink(missing_ok=True)
        (folder / f"{tenant.hex}-2.ended").unlink(missing_ok=True)
        (folder / f"{tenant.hex}-2.ending").write_bytes(left)
        after = Epochs(folder, root)
        assert after.living(tenant) == (1, 3)
        assert (folder / f"{tenant.hex}-2.ended").read_bytes() == b""
        with pytest.raises(SealRefused):
            after.seed(tenant, 2)
    copies = epochs.copies(folder)
    assert sorted(copies) == sorted([f"{tenant.hex}-2.ended", f"{tenant.hex}-3"])
    epochs.put(restored := tmp_path / "restored", {f"{tenant.hex}-2": sealed})
    epochs.put(restored, copies)
    epochs.put(restored, {f"{tenant.hex}-2": sealed})  # an older copy brings nothing back
    assert Epochs(restored, root).living(tenant) == (1, 3)
    other = folder / f"{tenant.hex}-3"
    other.write_bytes(sealed)  # another epoch's seed in its place
    with pytest.raises(HostProblem, match=r"keys\.epochs-damaged"):
        Epochs(folder, root)
