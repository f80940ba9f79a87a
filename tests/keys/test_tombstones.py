"""A destroyed unit stays destroyed: whoever brings its wrapped key again, whatever kills the process."""

from __future__ import annotations

import signal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.errors import BadInput, Denied, HostProblem
from fengni.core.vault.custody.frames import MOST_ITEMS
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.suites import Suite
from fengni.keys.tombstones import Tombstones
from tests.keys.running import KeyProcess

_SUITE = Suite.AES_256_GCM


def _unit(keys: KeyProcess, tenant: UUID, person: UUID) -> WrappedKey:
    unit = uuid4()
    made = keys.custodian.new_units(tenant, _SUITE, [unit])
    return WrappedKey(unit, made.epoch, made.wrapped[0], made.commitments[0], person)


def _release(keys: KeyProcess, tenant: UUID, *units: WrappedKey) -> int:
    return len(keys.custodian.unwrap(tenant, _SUITE, units, entry=uuid4(), purpose="purpose.fill_form"))


def test_a_wrapped_key_kept_aside_opens_nothing_after_destruction(keys: KeyProcess) -> None:
    tenant, person = uuid4(), uuid4()
    gone, stays = _unit(keys, tenant, person), _unit(keys, tenant, person)
    assert _release(keys, tenant, gone, stays) == 2
    assert keys.custodian.destroy(tenant, [gone.unit], entry=uuid4()) == 1
    with pytest.raises(Denied, match=r"keys\.unit-destroyed"):
        _release(keys, tenant, gone)
    with pytest.raises(Denied, match=r"keys\.unit-destroyed"):
        _release(keys, tenant, stays, gone)
    assert _release(keys, tenant, stays) == 1
    assert keys.custodian.releases(tenant, [person]) == [3]
    assert keys.custodian.destroyed(tenant, [gone.unit, stays.unit, uuid4()]) == [True, False, False]


def test_a_killed_process_remembers(keys: KeyProcess) -> None:
    tenant, person = uuid4(), uuid4()
    gone = _unit(keys, tenant, person)
    keys.custodian.destroy(tenant, [gone.unit], entry=uuid4())
    keys.end(signal.SIGKILL)
    keys.start()
    with pytest.raises(Denied, match=r"keys\.unit-destroyed"):
        _release(keys, tenant, gone)
    assert keys.custodian.destroy(tenant, [gone.unit], entry=uuid4()) == 0


def test_another_tenant_destroys_nothing_of_this_one(keys: KeyProcess) -> None:
    tenant, other = uuid4(), uuid4()
    mine = _unit(keys, tenant, uuid4())
    assert keys.custodian.destroy(other, [mine.unit], entry=uuid4()) == 1
    assert _release(keys, tenant, mine) == 1
    assert keys.custodian.destroyed(tenant, [mine.unit]) == [False]


def test_a_destruction_names_its_entry(keys: KeyProcess) -> None:
    with pytest.raises(BadInput, match=r"keys\.release-unbound"):
        keys.custodian.destroy(uuid4(), [uuid4()], entry=UUID(int=0))


def test_more_units_than_a_frame_holds(keys: KeyProcess) -> None:
    tenant, units = uuid4(), [uuid4() for _ in range(MOST_ITEMS + 7)]
    assert keys.custodian.destroy(tenant, units, entry=uuid4()) == len(units)
    assert all(keys.custodian.destroyed(tenant, units))


def test_a_record_cut_off_at_the_end_is_dropped_and_the_next_one_stands(tmp_path: Path) -> None:
    journal, tenant, units = tmp_path / "tombstones.log", uuid4(), [uuid4() for _ in range(3)]
    first = Tombstones(journal)
    first.add(tenant, uuid4(), units[:1])
    whole = journal.stat().st_size
    first.add(tenant, uuid4(), units[1:2])
    first.close()
    for size in range(whole, journal.stat().st_size):
        copy = tmp_path / f"cut-{size}.log"
        copy.write_bytes(journal.read_bytes()[:size])
        again = Tombstones(copy)
        assert [again.has(tenant, unit) for unit in units] == [True, False, False]
        again.add(tenant, uuid4(), units[2:])
        again.close()
        last = Tombstones(copy)
        assert [last.has(tenant, unit) for unit in units] == [True, False, True]
        last.close()


def test_damage_in_the_middle_refuses_the_start(tmp_path: Path) -> None:
    journal = tmp_path / "tombstones.log"
    made = Tombstones(journal)
    for _ in range(3):
        made.add(uuid4(), uuid4(), [uuid4()])
    made.close()
    content = journal.read_bytes()
    for at in (4, 9, 30, len(content) // 3 - 1):
        journal.write_bytes(content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :])
        with pytest.raises(HostProblem, match=r"keys\.tombstones-damaged"):
            Tombstones(journal)


@given(rounds=st.lists(st.lists(st.integers(1, 12), max_size=6), max_size=8))
def test_what_was_added_is_there_after_any_restart_and_nothing_else(
    rounds: list[list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal, tenant = tmp_path_factory.mktemp("stones") / "tombstones.log", UUID(int=99)
    known: set[int] = set()
    for units in rounds:
        stones = Tombstones(journal)
        assert stones.add(tenant, UUID(int=1), [UUID(int=unit) for unit in units]) == len(set(units) - known)
        stones.close()
        known |= set(units)
    stones = Tombstones(journal)
    assert {unit for unit in range(1, 13) if stones.has(tenant, UUID(int=unit))} == known
    stones.close()
