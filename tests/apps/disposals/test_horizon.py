"""From which day on no backup brings anything back: never a day too early, and unknown where nobody decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from fengni.apps.disposals import horizon
from fengni.apps.disposals.models import BackupPolicy, BackupRun
from fengni.apps.measures.evidence.ledgers import restore_tested
from fengni.core.errors import VerificationFailed
from fengni.core.measuring import Ended, missing
from fengni.host import backup

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_decided() -> Iterator[None]:
    """These rows are the installation's, so each test takes back what it writes."""
    with transaction.atomic():
        BackupRun.objects.all().delete()
        BackupPolicy.objects.all().delete()
        yield
        transaction.set_rollback(True)


def _run(folder: Path, at: datetime, *, whole: bool = True, kind: str = "dump") -> tuple[UUID, Path]:
    one = uuid4()
    path = folder / f"fengni-{at:%Y%m%dT%H%M%SZ}-{one.hex[-8:]}.{'base' if kind == 'base' else 'backup'}"
    horizon.begun(one, folder=str(folder), name=path.name, at=at, kind=kind)
    path.write_bytes(b"sealed")
    if whole:
        horizon.finished(one, size=6, digest=bytes(32), at=at)
    return one, path


def test_undecided_is_unknown(tmp_path: Path) -> None:
    assert horizon.horizon(NOON) is None
    _run(tmp_path, NOON - DAY)
    assert horizon.horizon(NOON) is None


def test_without_files_it_is_today() -> None:
    horizon.decide(None, at=NOON)
    assert horizon.horizon(NOON) == date(2026, 11, 25)
    horizon.decide(35, at=NOON)
    assert horizon.horizon(NOON) == date(2026, 11, 25)


def test_files_that_nobody_is_to_remove_leave_it_unknown(tmp_path: Path) -> None:
    horizon.decide(None, at=NOON)
    one, _ = _run(tmp_path, NOON - DAY)
    assert horizon.horizon(NOON) is None
    horizon.gone(one, at=NOON - timedelta(hours=1))
    assert horizon.horizon(NOON) == date(2026, 11, 25)


def test_the_last_backup_begun_before_counts_and_a_later_one_does_not(tmp_path: Path) -> None:
    horizon.decide(35, at=NOON - 3 * DAY)
    _run(tmp_path, NOON - 2 * DAY)
    _run(tmp_path, NOON - DAY, whole=False)  # its snapshot may be older than the destruction
    _run(tmp_path, NOON + DAY)
    assert horizon.horizon(NOON) == (NOON - DAY + 36 * DAY).date()


def test_a_file_kept_too_long_still_counts(tmp_path: Path) -> None:
    horizon.decide(7, at=NOON - 90 * DAY)
    _run(tmp_path, NOON - 80 * DAY)
    assert horizon.horizon(NOON) == date(2026, 11, 26)


def test_a_base_counts_as_long_as_its_increments_could_bring_it_on(tmp_path: Path) -> None:
    horizon.decide(35, at=NOON - 9 * DAY)
    chain, _ = _run(tmp_path, NOON - 5 * DAY, kind="base")
    _run(tmp_path, NOON - DAY)  # a dump, which dies before the base does
    assert horizon.horizon(NOON) == (NOON - 5 * DAY + (7 + 35 + 1) * DAY).date()
    assert horizon.horizon(NOON - 4 * DAY) == (NOON - 5 * DAY + (7 + 35 + 1) * DAY).date()  # an increment came later
    _run(tmp_path, NOON + DAY, kind="base")  # has no key that was destroyed before it
    assert horizon.horizon(NOON) == (NOON - 5 * DAY + (7 + 35 + 1) * DAY).date()
    horizon.gone(chain, at=NOON - DAY)
    assert horizon.horizon(NOON) == (NOON - DAY + 36 * DAY).date()


def test_a_chain_goes_as_a_whole_and_only_when_its_last_instant_is_old_enough(tmp_path: Path) -> None:
    horizon.decide(35, at=NOON - 90 * DAY)
    one, base = _run(tmp_path, NOON - 41 * DAY, kind="base")
    parts = [tmp_path / backup.increment_name(one, number) for number in (1, 2)]
    for number, part in enumerate(parts, 1):
        part.write_bytes(b"sealed too")
        horizon.reached(one, number=number, size=6 + 10 * number, at=NOON - 35 * DAY)
    other = tmp_path / backup.increment_name(uuid4(), 1)
    other.write_bytes(b"of another base")
    [run] = horizon.runs(there_only=True)
    assert (run.increments, run.size, run.reaches_at) == (2, 26, NOON - 35 * DAY)
    assert backup.remove_old(NOON) == []
    assert backup.remove_old(NOON + DAY) == [parts[1].name, parts[0].name, base.name]
    assert [*tmp_path.iterdir()] == [other]
    assert horizon.runs(there_only=True) == []


def test_the_newest_decision_holds_and_repeating_it_writes_nothing() -> None:
    horizon.decide(7, at=NOON)
    horizon.decide(7, at=NOON + DAY)
    horizon.decide(9, at=NOON + 2 * DAY)
    assert BackupPolicy.objects.count() == 2
    assert horizon.policy() == horizon.Policy(9, NOON + 2 * DAY)


def test_a_test_is_remembered(tmp_path: Path) -> None:
    one, _ = _run(tmp_path, NOON - DAY)
    assert horizon.last_tested(NOON) is None
    horizon.tested(one, at=NOON)
    assert horizon.last_tested(NOON) == horizon.LastTest(NOON)
    assert horizon.last_tested(NOON - DAY) is None
    other, path = _run(tmp_path, NOON)
    horizon.failed(path.name, VerificationFailed("backup.rows-differ", table="ledger_entry"), at=NOON + DAY)
    assert horizon.last_tested(NOON) == horizon.LastTest(NOON)
    assert horizon.last_tested(NOON + DAY) == horizon.LastTest(
        NOON + DAY, "backup.rows-differ", {"table": "ledger_entry"}
    )
    ended = restore_tested(NOON + DAY)
    assert (ended.outcome, ended.at, "ledger_entry" in str(ended.params["cause"])) == ("failed", NOON + DAY, True)
    horizon.tested(other, at=NOON + 2 * DAY)
    assert restore_tested(NOON + 2 * DAY).outcome == "passed"
    assert restore_tested(NOON) == Ended("restore_tested", "passed", NOON)
    assert restore_tested(NOON - DAY) == missing("restore_tested")


def test_what_was_kept_long_enough_is_removed_and_parts_at_once(tmp_path: Path) -> None:
    horizon.decide(35, at=NOON - 90 * DAY)
    old, young = _run(tmp_path, NOON - 35 * DAY), _run(tmp_path, NOON - 34 * DAY)
    killed, renamed = _run(tmp_path, NOON - DAY, whole=False), _run(tmp_path, NOON - DAY, whole=False)
    killed[1].rename(killed[1].with_name(killed[1].name + ".part"))
    foreign = tmp_path / "fengni-20200101T000000Z-00000000.backup"
    foreign.write_bytes(b"not recorded, not ours to remove")
    assert backup.remove_old(NOON) == [f"{killed[1].name}.part", old[1].name]
    assert set(tmp_path.iterdir()) == {young[1], renamed[1], foreign}
    there = {run.id: run for run in horizon.runs(there_only=True)}
    assert there.keys() == {young[0], renamed[0]}
    assert there[renamed[0]].size == 6  # killed between its name and its record: whole all the same


def test_without_a_decision_nothing_whole_is_removed(tmp_path: Path) -> None:
    _, path = _run(tmp_path, NOON - 900 * DAY)
    assert backup.remove_old(NOON) == []
    assert path.exists()


def test_a_file_somebody_removed_is_gone_but_one_on_a_missing_disk_is_not(tmp_path: Path) -> None:
    horizon.decide(35, at=NOON)
    disk = tmp_path / "disk"
    disk.mkdir()
    removed, away = _run(tmp_path, NOON - DAY), _run(disk, NOON - DAY)
    removed[1].unlink()
    disk.rename(tmp_path / "elsewhere")
    backup.remove_old(NOON)
    assert [run.id for run in horizon.runs(there_only=True)] == [away[0]]
