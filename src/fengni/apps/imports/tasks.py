"""What the worker does for imports. Payloads are two ids; every task is safe to run twice.

Rules: an error that says what is wrong with the file becomes the job's sentence; one that says the key process or the
database is away is tried again, for a day where it is the keys, whose custodian may be somebody else's server; anything
else ends the job, and the log gets its kind, never its text.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import procrastinate.jobs
import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from fengni.apps.accounts.queries import all_tenants
from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, services, showing
from fengni.apps.imports.models import Job
from fengni.apps.imports.planning import Planned, plan_job, telling
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import BadInput, Denied, FengniError, KeysUnavailable, LedgerRefused

_log = logging.getLogger(__name__)
_PASSING: Final = (
    *(KeysUnavailable, LedgerRefused, OperationalError, InterfaceError),
    *(psycopg.OperationalError, psycopg.InterfaceError),
)


class _Patience(BaseRetryStrategy):
    """Again after 2, 4, 6 … seconds, later once a minute: twelve times, and 1,440 times without keys."""

    def get_retry_decision(self, *, exception: BaseException, job: procrastinate.jobs.Job) -> RetryDecision | None:
        most = 1440 if isinstance(exception, KeysUnavailable) else 12
        if not isinstance(exception, _PASSING) or job.attempts >= most:
            return None
        return RetryDecision(retry_in={"seconds": min(2 + 2 * job.attempts, 60)})


_AGAIN: Final = _Patience()
_MOVED_ON: Final = frozenset(
    {"imports.overtaken", "imports.stopped", "imports.key-dead", "imports.no-such-job", "imports.folder-over"}
)
_FIGURES: Final = ("id_numbers", "damaged_ids", "passwords", "mobiles", "bank_accounts", "hidden_cells", "pictures")


def _now() -> datetime:
    return datetime.now(UTC)


@app.task(name="imports.analyse", retry=_AGAIN)
def analyse(job_id: str, tenant_id: str) -> None:
    """Open the upload, plan it, keep the masked plan."""
    with _at_work(tenant_id, job_id) as (actor, job):
        if job.state != Job.State.CHECKING or job.planned == job.revision:
            return
        with _causes(actor, job), telling(job.tenant_id, job.id) as progress:
            planned = plan_job(job, actor, _now(), job.entry_id, progress)
            outside = queries.clients_outside(actor=actor, at=_now(), plan=planned.plan)
            services.check_job(
                actor=actor,
                at=_now(),
                job_id=job.id,
                revision=job.revision,
                view=showing.view_of(planned, outside=outside),
                lines=showing.lines_of(planned),
                figures=_figures(planned) | ({"outside": outside} if outside else {}),
            )


def _figures(planned: Planned) -> dict[str, int]:
    health, counts = asdict(planned.plan.health), asdict(planned.plan.counts)
    return {name: health[name] for name in _FIGURES} | counts | {"real_data": int(planned.holds_real_data)}


@app.task(name="imports.store", retry=_AGAIN)
def store(job_id: str, tenant_id: str) -> None:
    """Store the confirmed plan in the member's name; a wish to stop cancels after the rollback."""
    with _at_work(tenant_id, job_id) as (actor, job):
        if job.state != Job.State.STORING:
            return
        with _causes(actor, job), telling(job.tenant_id, job.id) as progress:
            try:
                services.commit_job(actor=actor, at=_now(), job_id=job.id, progress=progress)
            except BadInput as error:
                if error.code != "imports.stopped":
                    raise
                services.cancel_job(actor=actor, at=_now(), job_id=job.id)


@app.task(name="imports.bind", retry=_AGAIN)
def bind(folder_id: str, tenant_id: str) -> None:
    """Bind a confirmed folder scan by scan in the member's name; what cannot be bound keeps its cause."""
    home, folder = UUID(tenant_id), UUID(folder_id)
    try:
        with tenant(home):
            for number in queries.folder_to_bind(folder_id=folder):
                _bind(home, folder, number)
    finally:
        connection.close()


def _bind(home: UUID, folder_id: UUID, number: int) -> None:
    actor = queries.folder_actor(folder_id=folder_id)
    try:
        services.bind_scan(actor=actor, at=_now(), folder_id=folder_id, number=number)
    except _PASSING:
        raise
    except FengniError as error:
        if error.code in _MOVED_ON:
            return
        name = system_actor(home) if isinstance(error, Denied) else actor
        with _quietly():
            services.refuse_scan(actor=name, at=_now(), folder_id=folder_id, number=number, code=error.code)


@app.periodic(cron="*/3 * * * *")
@app.task(name="imports.sweep", queueing_lock="imports.sweep")
def sweep(timestamp: int) -> None:
    """End what has lived too long, in every tenant."""
    at = _now()
    for home in all_tenants():
        with tenant(home.id):
            for job_id in queries.due(at=at):
                with _quietly():
                    services.expire_job(actor=system_actor(home.id), at=at, job_id=job_id)
            for folder_id in queries.folders_due(at=at):
                with _quietly():
                    services.expire_folder(actor=system_actor(home.id), at=at, folder_id=folder_id)
    connection.close()


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave out what has moved on by itself."""
    try:
        yield
    except BadInput as error:
        if error.code not in _MOVED_ON:
            raise


@contextmanager
def _at_work(tenant_id: str, job_id: str) -> Iterator[tuple[Actor, Job]]:
    """The job and the member it is done for; the thread's connection is closed at the end."""
    try:
        with tenant(UUID(tenant_id)):
            with transaction.atomic():
                job = Job.objects.get(id=UUID(job_id))
                actor = queries.member_actor(job.tenant_id, job.member_id)
            yield actor, job
    finally:
        connection.close()


@contextmanager
def _causes(actor: Actor, job: Job) -> Iterator[None]:
    """Errors become the job's sentence: the file's own cause, a refusal, or that something broke."""
    try:
        yield
    except _PASSING:
        raise
    except FengniError as error:
        if error.code not in _MOVED_ON:
            _refuse(actor, job, error)
    except Exception as error:
        _log.error("imports.broken %s", type(error).__name__)
        _refuse(actor, job, BadInput("imports.broken"))


def _refuse(actor: Actor, job: Job, error: FengniError) -> None:
    # A member who may not act any more cannot refuse either; then the product does it.
    name = system_actor(job.tenant_id) if isinstance(error, Denied) else actor
    with _quietly():
        services.refuse_job(
            actor=name, at=_now(), job_id=job.id, revision=job.revision, code=error.code, params=error.params
        )
