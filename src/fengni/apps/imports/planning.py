"""Opening a job's upload and planning it, with progress that pages see and a stop that the user may ask for.

Rules: clear content lives in this process's memory only, while the work runs. Progress goes over a connection of its
own: the act that stores holds one long transaction, and nobody would see a word of it before COMMIT.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from fengni.apps.accounts.models import Tenant
from fengni.apps.imports import sealing
from fengni.apps.imports.models import Job
from fengni.apps.tokens.standins import Reading
from fengni.apps.tokens.standins import read as read_standins
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput
from fengni.core.intake.plan import Plan
from fengni.core.intake.workbook import Progress, Workbook

_EVERY: Final = 0.25
_TELL: Final = (
    "UPDATE imports_job SET progress = %s, progress_of = %s WHERE tenant_id = %s AND id = %s "
    "RETURNING cancel_asked OR key_wrapped IS NULL"
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A workbook and what becomes of it. `keeps_passwords`: the organisation has its password box switched on."""

    workbook: Workbook = field(repr=False)
    plan: Plan = field(repr=False)
    keeps_passwords: bool = False
    standins: Reading | None = None  # what tokens in it stand for

    def to_store(self) -> tuple[Plan, dict[str, UUID]]:
        """What the store writes, and whose records tokens name."""
        return self.standins.to_store(self.plan) if self.standins else (self.plan, {})

    @property
    def holds_real_data(self) -> bool:
        """Whether a number that may belong to somebody lies in a file that was given to a demo."""
        return "intake.notice.real-data" in self.plan.notices


class Telling:
    """Called with (done, total): tells the page at most four times a second, and raises BadInput when asked to stop."""

    def __init__(self, connection: BaseDatabaseWrapper, tenant_id: UUID, job_id: UUID) -> None:
        self._connection, self._tenant_id, self._job_id = connection, tenant_id, job_id
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY
        with self._connection.cursor() as cursor:
            cursor.execute(_TELL, [done, total, self._tenant_id, self._job_id])
            row = cursor.fetchone()
        if row is None or row[0]:
            raise BadInput("imports.stopped")


@contextmanager
def telling(tenant_id: UUID, job_id: UUID) -> Iterator[Telling]:
    """Progress of one job on a second connection, closed at the end."""
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
        yield Telling(connection, tenant_id, job_id)
    finally:
        connection.close()


def plan_job(job: Job, actor: Actor, at: datetime, entry_id: UUID, progress: Progress) -> Planned:
    """Open, read and plan. Raises UnreadableFile with the cause, BadInput when stopped or the key is dead."""
    from fengni.core.intake.building import build_plan  # here, so that the web process never loads a spreadsheet reader
    from fengni.core.intake.reading import read_workbook

    with transaction.atomic(savepoint=False):  # reading only; within the act that stores it is the act's own
        key = sealing.open_key(job, entry_id)
        given, content = sealing.open_given(key, job), sealing.open_upload(key, job)
        demo, keeps = Tenant.objects.values_list("demo", "keeps_passwords").get(id=job.tenant_id)
    workbook = read_workbook(content, password=given.password, progress=progress)
    with transaction.atomic(savepoint=False):
        standins = read_standins(workbook, actor=actor, at=at)
    planned_of = standins.workbook if standins else workbook
    plan = build_plan(planned_of, answers=given.answers, mapping=given.mapping, demo=demo, progress=progress)
    if standins:
        plan = standins.settled(plan)
    return Planned(planned_of, plan, keeps, standins)
