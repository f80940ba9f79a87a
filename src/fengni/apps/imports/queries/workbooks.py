"""Reads on imports: what the uploader's screens show. Everything comes out of display envelopes, so it is masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from fengni.apps.accounts.models import Member
from fengni.apps.common import display
from fengni.apps.common.queries import query
from fengni.apps.imports.models import Job, Line
from fengni.apps.vault.queries.lists import scope
from fengni.apps.vault.store import clients_named
from fengni.core.access.actor import SYSTEM, Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.intake.plan import Plan
from fengni.core.vault.display import DisplayKey

LIFE: Final = timedelta(hours=24)
UNDO: Final = timedelta(days=7)
WORKING: Final = frozenset({Job.State.CHECKING, Job.State.STORING})
LIVING: Final = WORKING | {Job.State.CHECKED, Job.State.LOCKED_FILE}
_PER_PAGE: Final = 25
_LISTED: Final = 30
_EMPTY: Final = b""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as listed, without its plan."""

    id: UUID
    name: str = field(repr=False)
    state: str
    error: str
    error_params: Mapping[str, Any]
    result: Mapping[str, Any]
    progress: int
    progress_of: int
    created_at: datetime
    expires_at: datetime
    finished_at: datetime | None
    size: int
    stopping: bool

    @property
    def working(self) -> bool:
        """Whether the worker has something to do for it."""
        return self.state in WORKING

    @property
    def living(self) -> bool:
        """Whether it may still be answered or cancelled."""
        return self.state in LIVING

    @property
    def undo_until(self) -> datetime | None:
        """Until when the import can be taken back; None when it cannot."""
        return self.finished_at + UNDO if self.finished_at and self.state == Job.State.DONE else None


@dataclass(frozen=True, slots=True)
class JobPage:
    """A job with its masked plan; `view` is empty while there is none."""

    row: JobRow
    view: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinesPage:
    """One page of lines, and how many lines there are per outcome."""

    page: Page[Mapping[str, Any]] = field(repr=False)
    counts: Mapping[str, int]


def find(actor: Actor, job_id: UUID, *, lock: bool = False) -> Job:
    """The job, for its uploader or an owner. Raises BadInput when there is none, Denied when it is a colleague's."""
    rows: QuerySet[Job] = Job.objects.select_for_update() if lock else Job.objects.all()
    job = rows.filter(id=job_id).first()
    if job is None:
        raise BadInput("imports.no-such-job")
    if job.member_id != actor.id and not actor.roles & {"owner", SYSTEM}:
        raise Denied("access.scope")
    return job


def member_actor(tenant_id: UUID, member_id: UUID) -> Actor:
    """The member as an actor with the roles of this moment: in whose name the worker acts."""
    member = Member.objects.filter(id=member_id, active=True).first()
    roles = frozenset(member.roles) if member else frozenset()
    return Actor(id=member_id, tenant_id=tenant_id, roles=roles, channel="worker")


def _row(job: Job, key: DisplayKey) -> JobRow:
    title = bytes(job.title)
    name = key.open_masks([(job.id, 0, title)])[0]["name"] if title else ""
    return JobRow(
        id=job.id, name=name, state=job.state, error=job.error, error_params=job.error_params, result=job.result,
        progress=job.progress, progress_of=job.progress_of, created_at=job.created_at, expires_at=job.expires_at,
        finished_at=job.finished_at, size=job.size, stopping=job.cancel_asked,
    )  # fmt: skip


@query
def jobs(*, actor: Actor) -> list[JobRow]:
    """One's own imports, the latest first."""
    key = display.opening(actor.tenant_id)
    rows = Job.objects.defer("answers", "view").filter(member_id=actor.id).order_by("-created_at")[:_LISTED]
    return [_row(job, key) for job in rows]


@query
def job(*, actor: Actor, job_id: UUID) -> JobPage:
    """One import with its masked plan."""
    found = find(actor, job_id)
    key = display.opening(actor.tenant_id)
    view: Mapping[str, Any] = {}
    if found.view is not None:
        view = json.loads(key.open_masks([(found.id, view_revision(found.planned), bytes(found.view))])[0]["view"])
    return JobPage(_row(found, key), view)


@query
def progress(*, actor: Actor, job_id: UUID) -> JobRow:
    """How far the work is."""
    return _row(find(actor, job_id), display.opening(actor.tenant_id))


@query
def lines(*, actor: Actor, job_id: UUID, outcome: str = "", page: int = 1) -> LinesPage:
    """A page of lines, of one outcome or of all."""
    found = find(actor, job_id)
    rows = Line.objects.filter(job_id=job_id).order_by("number")
    counts = dict(rows.order_by().values_list("outcome").annotate(n=Count("number")))
    wanted: Any = Paginator(rows.filter(outcome=outcome) if outcome else rows, _PER_PAGE).get_page(page)
    key = display.opening(actor.tenant_id)
    wanted.object_list = list(_opened(key, found, wanted.object_list))
    return LinesPage(wanted, counts | {"all": sum(counts.values())})


@query
def cells(*, actor: Actor, job_id: UUID) -> list[dict[str, Any]]:
    """One mapping {"sheet", "cell", "outcome", "reason"} per cell, then {"counts": …} whose parts add up."""
    found = find(actor, job_id)
    if found.view is None:
        raise BadInput("imports.not-checked-yet")
    key = display.opening(actor.tenant_id)
    view = json.loads(key.open_masks([(found.id, view_revision(found.planned), bytes(found.view))])[0]["view"])
    report: list[dict[str, Any]] = [
        {"sheet": line["sheet"], "cell": cell["cell"], "outcome": cell["outcome"], "reason": cell["reason"]}
        for line in _opened(key, found, Line.objects.filter(job_id=job_id).order_by("number"))
        for cell in line["cells"]
    ]
    return [*report, {"counts": view["counts"]}]


def _opened(key: DisplayKey, job: Job, rows: Any) -> Iterator[dict[str, Any]]:
    sealed = [(job.id, line_revision(job.planned, line.number), bytes(line.sealed)) for line in rows]
    for masks in key.open_masks(sealed):
        yield json.loads(masks["line"])


def view_revision(planned: int) -> int:
    """What binds a view to the answers it shows; 0 is the title."""
    return planned + 1


def line_revision(planned: int, number: int) -> int:
    """What binds a line to its place and to the answers it shows."""
    return (planned + 1 << 32) | number


@query
def clients_outside(*, actor: Actor, at: datetime, plan: Plan) -> int:
    """How many enterprises of a plan are clients that the actor does not hold: storing it would be refused."""
    within = scope(actor, at)
    return 0 if within is None else len(clients_named(plan) - within)


@query
def due(*, at: datetime) -> list[UUID]:
    """Jobs of the tenant whose key has lived too long, and those whose undo window is over but still show lines."""
    late = Q(state__in=LIVING, expires_at__lte=at)
    over = Q(state=Job.State.DONE, finished_at__lte=at - UNDO, view__isnull=False)
    return list(Job.objects.filter(late | over).values_list("id", flat=True))
