"""The day on which the last backup able to bring something back dies, and the records that this is computed from.

Rules: `horizon` never says a day too early. A backup counts from the instant it was begun until its file is known to be
gone; a file kept longer than decided counts until it is seen to be gone. A base takes increments for `CHAIN` and is
kept with all of them until every instant they reach is old enough: so its day is known when it begins. Without a
decision nothing is known, and no certificate can be issued. Written by `fengni.host.backup*` only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max, Q

from fengni.apps.disposals.models import BackupPolicy, BackupRun
from fengni.core.errors import VerificationFailed

LONGEST_DAYS: Final = 3650
CHAIN: Final = timedelta(days=7)
"""How long a base takes increments; then a new base begins."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What was decided: days that a backup is kept, or None when no backups are made; minutes between increments, or
    None when no increments are made."""

    keep_days: int | None
    decided_at: datetime
    journal_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One backup file as recorded; a base with its increments."""

    id: UUID
    begun_at: datetime
    kind: str
    folder: str
    name: str
    finished_at: datetime | None
    size: int | None
    digest: bytes | None
    tested_at: datetime | None
    gone_at: datetime | None
    increments: int
    reaches_at: datetime | None

    def dies(self, keep_days: int) -> datetime:
        """From when on it was kept long enough."""
        return _dies(self.kind, self.begun_at, keep_days)


def _dies(kind: str, begun_at: datetime, keep_days: int) -> datetime:
    return begun_at + timedelta(days=keep_days) + (CHAIN if kind == "base" else timedelta())


def horizon(at: datetime) -> date | None:
    """The first day on which no backup can bring back what is destroyed at `at`; None while that is unknown."""
    decided = policy()
    if decided is None:
        return None
    there = BackupRun.objects.filter(Q(gone_at=None) | Q(gone_at__gt=at), begun_at__lte=at)
    last = list(there.order_by("kind").values_list("kind").annotate(Max("begun_at")))
    if not last:
        return at.date()
    keep_days = decided.keep_days
    if keep_days is None:
        return None  # files are there, and nobody is to remove them
    dies = max(_dies(kind, begun_at, keep_days) for kind, begun_at in last)
    return (max(dies, at) + timedelta(days=1)).date()  # removed by the next daily run


def policy() -> Policy | None:
    """The decision that holds, or None while there is none."""
    found = BackupPolicy.objects.order_by("-decided_at", "-id").first()
    return Policy(found.keep_days, found.decided_at, found.journal_minutes) if found else None


def decide(keep_days: int | None, *, journal_minutes: int | None = None, at: datetime) -> None:
    """Record a decision. Nothing is written when it is the one that holds."""
    before = policy()
    if before is None or (before.keep_days, before.journal_minutes) != (keep_days, journal_minutes):
        BackupPolicy.objects.create(decided_at=at, keep_days=keep_days, journal_minutes=journal_minutes)


def begun(backup: UUID, *, folder: str, name: str, at: datetime, kind: str = "dump") -> None:
    """Record that a backup begins: before its snapshot, so that a destruction meanwhile counts it."""
    BackupRun.objects.create(id=backup, begun_at=at, folder=folder, name=name, kind=kind)


def finished(backup: UUID, *, size: int, digest: bytes, at: datetime) -> None:
    """Record that a backup's file is whole."""
    BackupRun.objects.filter(id=backup).update(finished_at=at, size=size, digest=digest)


def reached(base: UUID, *, number: int, size: int, at: datetime) -> None:
    """Record that an increment of a base is whole, and the size of all files. Made twice, the second one counts."""
    BackupRun.objects.filter(id=base).update(increments=number, size=size, reaches_at=at)


def tested(backup: UUID, *, at: datetime) -> None:
    """Record that a backup was restored and all checks held."""
    BackupRun.objects.filter(id=backup).update(tested_at=at)


@dataclass(frozen=True, slots=True)
class LastTest:
    """The restore test done last: when, and what did not hold; no code where everything did."""

    at: datetime
    code: str = ""
    params: dict[str, str | int] = field(default_factory=dict)


def failed(name: str, error: VerificationFailed, *, at: datetime) -> None:
    """Record that a backup of this file name did not hold when its restore was tested."""
    rows = BackupRun.objects.filter(name=name)
    rows.update(failed_at=at, failed_code=error.code, failed_params=dict(error.params))


def gone(backup: UUID, *, at: datetime) -> None:
    """Record that a backup's file is no more."""
    BackupRun.objects.filter(id=backup, gone_at=None).update(gone_at=at)


def last_tested(at: datetime) -> LastTest | None:
    """The last restore test up to `at`, passed or not; the evidence of the measures. None while nothing was tested."""
    well = BackupRun.objects.filter(tested_at__lte=at).order_by("-tested_at").first()
    red = BackupRun.objects.filter(failed_at__lte=at).order_by("-failed_at").first()
    tests = []
    if well is not None and well.tested_at is not None:
        tests.append(LastTest(well.tested_at))
    if red is not None and red.failed_at is not None:
        tests.append(LastTest(red.failed_at, red.failed_code, dict(red.failed_params)))
    return max(tests, key=lambda one: one.at, default=None)


def runs(*, there_only: bool = False) -> list[Run]:
    """All recorded backups, newest first."""
    rows = BackupRun.objects.order_by("-begun_at")
    if there_only:
        rows = rows.filter(gone_at=None)
    return [
        Run(
            id=row.id,
            begun_at=row.begun_at,
            kind=row.kind,
            folder=row.folder,
            name=row.name,
            finished_at=row.finished_at,
            size=row.size,
            digest=bytes(row.digest) if row.digest else None,
            tested_at=row.tested_at,
            gone_at=row.gone_at,
            increments=row.increments,
            reaches_at=row.reaches_at,
        )
        for row in rows
    ]
