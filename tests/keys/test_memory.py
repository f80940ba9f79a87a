"""What the key process remembers over kill -9: releases per person, heads it signed."""

from __future__ import annotations

import resource
import signal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from fengni.core.errors import HostProblem, VerificationFailed
from fengni.core.ledger.checkpoint import Checkpoint, assemble, open_note
from fengni.core.ledger.merkle import RightEdge, TiledTree, leaf_hash
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.suites import Suite
from fengni.keys.counters import Counters
from tests.keys.running import KeyProcess

ORIGIN = "fengni/ledger/test"


def _release(keys: KeyProcess, tenant: UUID, persons: list[UUID | None]) -> None:
    units = [uuid4() for _ in persons]
    made = keys.custodian.new_units(tenant, Suite.AES_256_GCM, units)
    rows = zip(units, made.wrapped, made.commitments, persons, strict=True)
    wrapped = [WrappedKey(unit, made.epoch, sealed, commitment, person) for unit, sealed, commitment, person in rows]
    keys.custodian.unwrap(tenant, Suite.AES_256_GCM, wrapped, entry=uuid4(), purpose="purpose.fill_form")


def test_releases_are_counted_per_person_and_survive_kill_9(keys: KeyProcess) -> None:
    tenant, person, other = uuid4(), uuid4(), uuid4()
    _release(keys, tenant, [person, other, person, None])
    keys.end(signal.SIGKILL)
    keys.start()
    _release(keys, tenant, [person])
    keys.end(signal.SIGKILL)
    state = keys.start()
    assert keys.custodian.releases(tenant, [person, other, uuid4()]) == [3, 1, 0]
    assert keys.custodian.releases(uuid4(), [person]) == [0]
    assert (state.releases, state.persons) == (5, 2)


def test_an_entry_cut_off_at_the_end_is_dropped_and_damage_elsewhere_refuses(tmp_path: Path) -> None:
    path, tenant, person = tmp_path / "releases.log", uuid4(), uuid4()
    counters = Counters(path)
    lengths = []
    for _ in range(3):
        counters.count(tenant, uuid4(), "purpose.fill_form", [person])
        lengths.append(path.stat().st_size)
    counters.close()
    whole = path.read_bytes()
    for cut in range(lengths[1] + 1, lengths[2]):
        path.write_bytes(whole[:cut])
        again = Counters(path)
        assert again.of(tenant, [person]) == (2,)
        again.count(tenant, uuid4(), "purpose.fill_form", [person])
        again.close()
        assert Counters(path).of(tenant, [person]) == (3,)
    for at in range(4, lengths[0]):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(HostProblem, match="counters-damaged"):
            Counters(path)


def test_a_full_disk_refuses_the_release_and_leaves_a_sound_journal(tmp_path: Path) -> None:
    path, tenant, person = tmp_path / "releases.log", uuid4(), uuid4()
    counters = Counters(path)
    counters.count(tenant, uuid4(), "purpose.fill_form", [person])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, before[1]))
    try:
        with pytest.raises(OSError, match="whole"):
            counters.count(tenant, uuid4(), "purpose.fill_form", [person])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert counters.of(tenant, [person]) == (1,)
    counters.count(tenant, uuid4(), "purpose.fill_form", [person])
    counters.close()
    assert Counters(path).of(tenant, [person]) == (2,)


def test_a_long_journal_is_replaced_by_its_sums_and_the_old_one_kept(tmp_path: Path) -> None:
    path, tenant, persons = tmp_path / "releases.log", uuid4(), [uuid4() for _ in range(3)]
    counters = Counters(path)
    for turn in range(12):
        counters.count(tenant, uuid4(), "purpose.fill_form", [*persons[: 1 + turn % 3], None])
    counters.close()
    before = path.read_bytes()
    shorter = Counters(path, long=100)
    assert shorter.of(tenant, persons) == (12, 8, 4)
    assert shorter.totals() == (36, 3)
    shorter.close()
    assert path.stat().st_size < len(before)
    assert (tmp_path / "releases-36.log").read_bytes() == before
    assert Counters(path).of(tenant, persons) == (12, 8, 4)


def _tree(leaves: list[bytes]) -> TiledTree:
    growth = RightEdge.empty().grow(leaves)
    tiles = {(tile.level, tile.index): tile.hashes for tile in growth.tiles}
    return TiledTree(len(leaves), lambda level, index: tiles[level, index])


def _sign(keys: KeyProcess, tenant: UUID, tree: TiledTree, old: int, *, origin: str = ORIGIN) -> Checkpoint:
    proof = tree.consistency(old) if 0 < old <= tree.size else ()
    head = Checkpoint(origin, tree.size, tree.root())
    signed = keys.custodian.sign_checkpoint(tenant, origin, old, tree.size, head.root, proof)
    assert signed.public_key == keys.custodian.public_key(tenant)
    note = assemble(head, public_key=signed.public_key, signature=signed.signature)
    return open_note(note, public_key=signed.public_key, origin=origin)


def test_a_head_that_continues_the_last_one_is_signed_again_and_again(keys: KeyProcess) -> None:
    tenant, leaves = uuid4(), [leaf_hash(bytes([n])) for n in range(40)]
    assert keys.custodian.last_signed(tenant).size == 0
    old = 0
    for size in (1, 7, 7, 8, 33):
        assert _sign(keys, tenant, _tree(leaves[:size]), old).size == size
        old = size
    keys.end(signal.SIGKILL)
    assert keys.start().heads == 1
    last = keys.custodian.last_signed(tenant)
    assert (last.origin, last.size, last.root) == (ORIGIN, 33, _tree(leaves[:33]).root())


def test_roll_back_fork_another_name_and_a_forgotten_head_are_refused(keys: KeyProcess) -> None:
    tenant, leaves = uuid4(), [leaf_hash(bytes([n])) for n in range(20)]
    fork = [*leaves[:5], *[leaf_hash(bytes([n + 100])) for n in range(15)]]
    _sign(keys, tenant, _tree(leaves[:10]), 0)
    keys.end(signal.SIGKILL)
    keys.start()
    refused: list[tuple[list[bytes], int, str]] = [
        (leaves[:6], 10, ORIGIN),
        (leaves[:6], 6, ORIGIN),
        (leaves[:20], 0, ORIGIN),
        (fork[:10], 10, ORIGIN),
        (fork[:20], 10, ORIGIN),
        (leaves[:20], 10, ORIGIN + "2"),
        ([], 10, ORIGIN),
    ]
    for chosen, old, origin in refused:
        with pytest.raises(VerificationFailed):
            _sign(keys, tenant, _tree(chosen), old, origin=origin)
    assert keys.custodian.last_signed(tenant).size == 10
    assert _sign(keys, tenant, _tree(leaves), 10).size == 20
    assert _sign(keys, uuid4(), _tree(fork), 0).size == 20


def test_a_damaged_memory_of_heads_refuses_the_start(keys: KeyProcess) -> None:
    tenant = uuid4()
    _sign(keys, tenant, _tree([leaf_hash(b"one")]), 0)
    keys.end(signal.SIGTERM)
    [kept] = keys.state.glob(f"*/heads/{tenant.hex}")
    kept.write_bytes(kept.read_bytes()[:-3])
    assert keys.spawn().wait(30) == 1
    assert "signed ledger" in keys.log.read_text()


def test_another_root_neither_reads_nor_continues_this_memory(
    keys: KeyProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tenant, person = uuid4(), uuid4()
    _release(keys, tenant, [person])
    keys.end(signal.SIGTERM)
    other = KeyProcess(tmp_path_factory.mktemp("other"))
    other.state = keys.state
    other.start()
    try:
        assert other.custodian.releases(tenant, [person]) == [0]
    finally:
        other.close()
    keys.start()
    assert keys.custodian.releases(tenant, [person]) == [1]
