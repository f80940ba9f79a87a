"""Acts on imports: upload, answer, confirm, cancel and undo by the member; check, refuse and commit by the worker.

The worker acts in the member's name, with the roles the member has at that time; expire is the product's own.

What crosses the queue is two ids. A worker that was killed left nothing; the work is done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app as queue

from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7
from fengni.apps.imports import sealing
from fengni.apps.imports.models import Job, Line
from fengni.apps.imports.planning import plan_job
from fengni.apps.imports.queries.workbooks import LIFE, LIVING, UNDO, find, line_revision, view_revision
from fengni.apps.imports.showing import ShownLine
from fengni.apps.matters import items
from fengni.apps.vault.store import clients_made, forget_former, store_plan, undo_import
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput
from fengni.core.intake.hostile import check_size
from fengni.core.intake.plan import Answer
from fengni.core.intake.workbook import Progress
from fengni.core.vault.envelope import seal_display
from fengni.core.vault.masking import contains_mask

STAFF: Final = ("owner", "lead", "agent")
_NEEDS_PASSWORD: Final = frozenset({"intake.encrypted", "intake.wrong-password"})
_LONGEST_NAME: Final = 120
_LONGEST_VALUE: Final = 2000
_BATCH: Final = 2000
_NUMBERS_TOLD: Final = 5


def _job(actor: Actor, job_id: UUID) -> Resource:
    job = find(actor, job_id)
    return Resource("imports:job", job.id, job.tenant_id)


def _enqueue(task: str, job: Job) -> None:
    queue.configure_task(f"imports.{task}", queue="imports").defer(job_id=str(job.id), tenant_id=str(job.tenant_id))


@act("imports:job:upload", roles=STAFF)
def upload_file(*, actor: Actor, at: datetime, name: str, content: bytes) -> Outcome[UUID]:
    """Seal an uploaded workbook under a key of its own and have it checked. Nothing of it is stored in clear.

    Raises UnreadableFile for an empty or too large file. Returns the job's id.
    """
    check_size(content)
    made = sealing.new_key(actor.tenant_id, job_id := uuid7())
    key = display.sealing(actor.tenant_id)
    job = Job.objects.create(
        tenant_id=actor.tenant_id,
        id=job_id,
        member_id=actor.id,
        entry_id=acting().entry_id,
        key_epoch=made.epoch,
        key_wrapped=made.wrapped[0],
        key_commitment=made.commitments[0],
        size=len(content),
        title=seal_display(key, actor.tenant_id, job_id, 0, {"name": name.strip()[:_LONGEST_NAME]}),
        created_at=at,
        expires_at=at + LIFE,
    )
    sealing.seal_upload(made.keys[0], actor.tenant_id, content)
    _enqueue("analyse", job)
    return Outcome(job_id, resource=Resource("imports:job", job_id, actor.tenant_id), facts={"bytes": len(content)})


@act("imports:job:answer", roles=STAFF, resource=_job)
def answer_job(
    *,
    actor: Actor,
    at: datetime,
    job_id: UUID,
    mapping: Mapping[str, str],
    answers: tuple[Answer, ...],
    password: str | None = None,
) -> Outcome[None]:
    """Take column targets, answers or the workbook's password, sealed under the job key, and check again."""
    job = find(actor, job_id, lock=True)
    if job.state not in LIVING - {Job.State.STORING}:
        raise BadInput("imports.not-open")
    if any(contains_mask(a.value) for a in answers):
        raise BadInput("imports.masked-value")
    if any(len(a.value) > _LONGEST_VALUE for a in answers):
        raise BadInput("imports.value-too-long", limit=_LONGEST_VALUE)
    key = sealing.open_key(job, acting().entry_id)
    given = sealing.open_given(key, job).with_more(mapping, answers, password)
    job.revision += 1
    job.answers = sealing.seal_given(key, job.tenant_id, given, job.revision)
    job.entry_id = acting().entry_id
    job.state, job.error, job.progress = Job.State.CHECKING, "", 0
    job.save(update_fields=["revision", "answers", "entry_id", "state", "error", "progress"])
    Line.objects.filter(job_id=job.id).delete()  # they speak of the revision before
    _enqueue("analyse", job)
    return Outcome(None, facts={"answers": len(answers), "columns": len(mapping)})


@act("imports:job:check", roles=STAFF, resource=_job)
def check_job(
    *,
    actor: Actor,
    at: datetime,
    job_id: UUID,
    revision: int,
    view: str,
    lines: Iterable[ShownLine],
    figures: Mapping[str, int],
) -> Outcome[None]:
    """Keep what the check found: masked, for the uploader's screens. `figures` are counts and stand in the ledger.

    The job's row stays unlocked until the end: sealing ten thousand lines takes seconds, and a wish to stop would
    wait for them. Raises BadInput when the job has moved on since or another worker is at it; then nothing is kept.
    """
    if not _take(job_id, part=0):
        raise BadInput("imports.overtaken")
    job = find(actor, job_id)
    key = display.sealing(job.tenant_id)
    shown = list(lines)
    sealed = key.seal_masks([(job.id, line_revision(revision, one.number), {"line": one.body}) for one in shown])
    Line.objects.filter(job_id=job.id).delete()
    Line.objects.bulk_create(
        [
            Line(tenant_id=job.tenant_id, job_id=job.id, number=one.number, outcome=one.outcome, sealed=body)
            for one, body in zip(shown, sealed, strict=True)
        ],
        batch_size=_BATCH,
    )
    standing = Job.objects.filter(id=job_id, state=Job.State.CHECKING, revision=revision)
    ended = standing.update(
        planned=revision,
        state=Job.State.CHECKED,
        result={"real_data": figures.get("real_data", 0)},
        view=seal_display(key, job.tenant_id, job.id, view_revision(revision), {"view": view}),
    )
    if not ended:
        raise BadInput("imports.overtaken")
    return Outcome(None, facts=figures)


@act("imports:job:refuse", roles=STAFF, resource=_job)
def refuse_job(
    *, actor: Actor, at: datetime, job_id: UUID, revision: int, code: str, params: Mapping[str, int | str]
) -> Outcome[None]:
    """The file cannot be taken in: keep the cause and let the key die, unless it is a password that is missing."""
    job = find(actor, job_id, lock=True)
    if job.state not in {Job.State.CHECKING, Job.State.STORING} or job.revision != revision:
        raise BadInput("imports.overtaken")
    job.error, job.error_params = code, dict(params)
    if code in _NEEDS_PASSWORD:
        job.state = Job.State.LOCKED_FILE
        job.save(update_fields=["state", "error", "error_params"])
    else:
        _end(job, Job.State.REFUSED, at)
    return Outcome(None, facts={"cause": code})


@act("imports:job:confirm", roles=STAFF, resource=_job)
def confirm_job(*, actor: Actor, at: datetime, job_id: UUID) -> Outcome[None]:
    """Have the checked plan stored. What is still asked about stays out.

    Raises BadInput when a demo was given a number that may belong to somebody: its keys protect nobody.
    """
    job = find(actor, job_id, lock=True)
    if job.state != Job.State.CHECKED or job.planned != job.revision:
        raise BadInput("imports.not-checked-yet")
    if job.result.get("real_data"):  # a check of an earlier version knew no such count; commit asks again
        raise BadInput("imports.real-data-in-demo")
    job.state, job.entry_id, job.progress = Job.State.STORING, acting().entry_id, 0
    job.save(update_fields=["state", "entry_id", "progress"])
    _enqueue("store", job)
    return Outcome(None)


@act("imports:job:commit", roles=STAFF, resource=_job)
def commit_job(*, actor: Actor, at: datetime, job_id: UUID, progress: Progress) -> Outcome[None]:
    """Store the plan: everything or nothing, in this one transaction. The job key dies with it.

    The job's row stays unlocked until the end, because progress and a wish to stop go over another connection.
    Raises BadInput when the job was stopped or another worker is at it.
    """
    if not _take(job_id):
        raise BadInput("imports.overtaken")
    job = find(actor, job_id)
    if job.state != Job.State.STORING:
        raise BadInput("imports.overtaken")
    planned = plan_job(job, actor, at, acting().entry_id, progress)
    if planned.holds_real_data:
        raise BadInput("imports.real-data-in-demo")
    plan = planned.plan
    changed, named = planned.to_store()
    stored = store_plan(
        plan=changed, workbook=planned.workbook, import_id=job_id, at=at, progress=progress, named=named
    )
    counts = {"created": stored.created, "updated": stored.updated, "unchanged": stored.unchanged}
    result = counts | {
        "clients": asdict(stored.clients),
        "persons": asdict(stored.persons),
        "left_out": stored.left_out,
        "cells": asdict(plan.counts),
        "passwords": len(plan.secrets),
        "passwords_kept": stored.passwords,
        "materials": stored.materials,
        "entry": acting().entry_id.hex,
    }
    sealing.kill_key(job)
    standing = Job.objects.filter(id=job_id, state=Job.State.STORING, cancel_asked=False)
    ended = standing.update(
        state=Job.State.DONE, key_wrapped=None, answers=None, result=result, finished_at=at, progress=0, progress_of=0
    )
    if not ended:
        raise BadInput("imports.stopped")
    return Outcome(None, seen=stored.seen, facts={**counts, **stored.facts})


@act("imports:job:cancel", roles=STAFF, resource=_job)
def cancel_job(*, actor: Actor, at: datetime, job_id: UUID) -> Outcome[bool]:
    """Stop and keep nothing. Returns False while a worker is storing: it is told, rolls back, and cancels then."""
    job = find(actor, job_id, lock=True)
    if job.state not in LIVING:
        raise BadInput("imports.finished")
    if not _take(job_id):
        job.cancel_asked = True
        job.save(update_fields=["cancel_asked"])
        return Outcome(False)
    _end(job, Job.State.CANCELLED, at)
    return Outcome(True)


@act("imports:job:undo", roles=STAFF, resource=_job)
def undo_job(*, actor: Actor, at: datetime, job_id: UUID) -> Outcome[None]:
    """Take an import back within seven days: clients, persons and values are again as they were.

    Raises BadInput when a client that it made has a matter, with the matters' numbers.
    """
    job = find(actor, job_id, lock=True)
    if job.state != Job.State.DONE or job.finished_at is None:
        raise BadInput("imports.nothing-to-undo")
    if at > job.finished_at + UNDO:
        raise BadInput("imports.undo-over")
    matters = items.numbers_of(clients_made(import_id=job_id))
    if matters:
        raise BadInput("imports.undo-has-matters", n=len(matters), matters=" ".join(matters[:_NUMBERS_TOLD]))
    undone = undo_import(import_id=job_id, at=at)
    job.result = job.result | {
        "undone": {"deleted": undone.deleted, "restored": undone.restored},
        "undo_entry": acting().entry_id.hex,
    }
    _end(job, Job.State.UNDONE, at)
    return Outcome(None, seen=undone.seen, facts=undone.facts)


@act("imports:job:expire", roles=(), resource=_job)
def expire_job(*, actor: Actor, at: datetime, job_id: UUID) -> Outcome[None]:
    """End the key of a job that nobody finished in 24 hours; after the undo window, forget a finished job's lines."""
    job = find(actor, job_id, lock=True)
    if job.state in LIVING and job.expires_at <= at and _take(job_id):
        _end(job, Job.State.EXPIRED, at)
    elif job.state == Job.State.DONE and job.finished_at is not None and at > job.finished_at + UNDO:
        _forget(job)
        forget_former(import_id=job_id)
        job.save(update_fields=["view"])
    else:
        raise BadInput("imports.overtaken")
    return Outcome(None)


def _end(job: Job, state: Job.State, at: datetime) -> None:
    """A job that is over: its key is dead, nothing of the file is left but the cause and counts."""
    sealing.kill_key(job)
    _forget(job)
    job.state, job.finished_at = state, at
    if state not in {Job.State.UNDONE, Job.State.REFUSED}:
        job.title = b""
    job.save()


def _forget(job: Job) -> None:
    Line.objects.filter(job_id=job.id).delete()
    job.view = None


def _take(job_id: UUID, *, part: int = 8) -> bool:
    """Whether this transaction is the one that stores the job (or, with the id's first part, checks it)."""
    lock = int.from_bytes(job_id.bytes[part : part + 8], "big") >> 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        (taken,) = cursor.fetchone()
    return bool(taken)
