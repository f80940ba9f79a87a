"""The client: batches, reconnection, threads, forks."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from fengni.core.errors import KeysUnavailable
from fengni.core.vault.custody.frames import MOST_ITEMS
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.suites import OFFERED, Suite
from tests.keys.running import KeyProcess


@pytest.mark.parametrize("suite", OFFERED)
def test_batches_larger_than_a_frame_are_split_and_joined_in_order(keys: KeyProcess, suite: Suite) -> None:
    tenant, units, persons = uuid4(), [uuid4() for _ in range(2 * MOST_ITEMS + 3)], [uuid4() for _ in range(7)]
    made = keys.custodian.new_units(tenant, suite, units)
    assert [key.unit for key in made.keys] == units
    assert len(set(made.wrapped)) == len(set(made.commitments)) == len(units)
    rows = zip(units, made.wrapped, made.commitments, strict=True)
    wrapped = [
        WrappedKey(unit, made.epoch, sealed, commitment, persons[number % 7])
        for number, (unit, sealed, commitment) in enumerate(rows)
    ]
    released = keys.custodian.unwrap(tenant, suite, wrapped, entry=uuid4(), purpose="purpose.fill_form")
    assert [key.unit for key in released] == units
    assert keys.custodian.releases(tenant, persons) == [len(units[number::7]) for number in range(7)]


def test_tags_come_back_by_group_whatever_the_sizes(keys: KeyProcess) -> None:
    tenant = uuid4()
    groups = [
        ("mobile", [f"154{n:08d}" for n in range(MOST_ITEMS + 10)]),
        ("name", []),
        ("name", ["陆衡", " ", "陆 衡"]),
        ("mobile", [f"154{n:08d}" for n in range(MOST_ITEMS - 2, 2 * MOST_ITEMS)]),
    ]
    found = keys.custodian.tags(tenant, Suite.AES_256_GCM, groups)
    assert [len(one) for one in found] == [len(values) for _, values in groups]
    assert found[2] == [found[2][0], None, found[2][0]]
    assert found[0][MOST_ITEMS - 2 :] == found[3][:12]
    assert len(set(found[0])) == MOST_ITEMS + 10
    assert found[0][0] != keys.custodian.tags(uuid4(), Suite.AES_256_GCM, [groups[0]])[0][0]


def test_a_key_process_started_anew_is_found_again(keys: KeyProcess) -> None:
    tenant = uuid4()
    before = keys.custodian.tags(tenant, Suite.SM4_GCM, [("name", ["陆衡"])])
    display = keys.custodian.display_key(tenant, Suite.SM4_GCM)
    keys.end(signal.SIGKILL)
    with pytest.raises(KeysUnavailable, match="not-answering"):
        keys.custodian.status()
    assert keys.custodian.display_key(tenant, Suite.SM4_GCM) is display
    keys.start()
    assert keys.custodian.tags(tenant, Suite.SM4_GCM, [("name", ["陆衡"])]) == before


def test_threads_do_not_get_each_others_answers(keys: KeyProcess) -> None:
    tenant = uuid4()

    def ask(number: int) -> bool:
        values = [f"154{number:08d}"] * (1 + number % 5)
        [tags] = keys.custodian.tags(tenant, Suite.AES_256_GCM, [("mobile", values)])
        return tags == [expected[number]] * len(values)

    [expected] = keys.custodian.tags(tenant, Suite.AES_256_GCM, [("mobile", [f"154{n:08d}" for n in range(200)])])
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_a_forked_child_speaks_over_a_connection_of_its_own(keys: KeyProcess) -> None:
    from fengni.apps.common import custodian as module

    module._known[str(keys.socket)] = keys.custodian
    try:
        keys.custodian.status()
        child = os.fork()
        if child == 0:
            os._exit(0 if keys.custodian.status().demo and len(keys.custodian._idle) == 1 else 1)
        assert keys.custodian.status().demo
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        del module._known[str(keys.socket)]


def test_many_callers_at_once_wait_for_their_turn(keys: KeyProcess) -> None:
    assert keys.process is not None
    keys.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(60) as pool:
        asked = [pool.submit(keys.custodian.status) for _ in range(60)]
        keys.process.send_signal(signal.SIGCONT)
        assert all(one.result().demo for one in asked)
