"""REST of imports. The plan comes masked; cells as JSON lines, one outcome each, and their counts at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from fengni.apps.common.requests import ActorRequest
from fengni.apps.imports import queries, services
from fengni.core.intake.plan import Answer

router = Router(tags=["imports"])


class EntryOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


class UploadedOut(EntryOut):
    """A new import."""

    id: UUID


class JobOut(Schema):
    """How an import stands. `result` holds counts; `plan` is masked and empty until the check is done."""

    id: UUID
    name: str
    state: str
    error: str
    progress: int
    progress_of: int
    result: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    finished_at: datetime | None
    plan: dict[str, Any]


class AnswerIn(Schema):
    """An answer to a question, or to one cell ("cell:<sheet>!<cell>")."""

    question: str
    choice: str
    value: str = ""


class AnswersIn(Schema):
    """Targets by column, answers, and the password of a locked workbook. `defaults` takes every careful answer."""

    mapping: dict[str, str] = {}
    answers: list[AnswerIn] = []
    defaults: bool = False
    password: str | None = None


class CancelledOut(EntryOut):
    """Whether it is cancelled already, or will be as soon as the worker has rolled back."""

    cancelled: bool


def _now() -> datetime:
    return datetime.now(UTC)


@router.post("", response={202: UploadedOut}, operation_id="imports:job:upload")
def upload(request: ActorRequest, file: File[UploadedFile]) -> Status[dict[str, object]]:
    """Upload a workbook; it is checked by the worker. Nothing is stored yet."""
    done = services.upload_file(actor=request.actor, at=_now(), name=file.name or "", content=file.read())
    return Status(202, {"id": done.value, "entry_id": done.entry_id})


@router.get("", response=list[JobOut], operation_id="imports")
def imports(request: ActorRequest) -> list[dict[str, Any]]:
    """One's own imports."""
    return [_out(row, {}) for row in queries.jobs(actor=request.actor)]


@router.get("/{uuid:job_id}", response=JobOut, operation_id="import")
def one(request: ActorRequest, job_id: UUID) -> dict[str, Any]:
    """How an import stands."""
    page = queries.job(actor=request.actor, job_id=job_id)
    return _out(page.row, dict(page.view))


def _out(row: queries.JobRow, view: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "name", "state", "error", "progress", "progress_of", "created_at", "expires_at", "finished_at")
    return {name: getattr(row, name) for name in names} | {"result": dict(row.result), "plan": view}


@router.get("/{uuid:job_id}/cells", operation_id="import_cells")
def cells(request: ActorRequest, job_id: UUID) -> StreamingHttpResponse:
    """One JSON object per line and cell: sheet, cell, outcome, reason; the last line holds the counts."""
    found = queries.cells(actor=request.actor, job_id=job_id)

    def stream() -> Iterator[str]:
        for line in found:
            yield json.dumps(line, ensure_ascii=False) + "\n"

    return StreamingHttpResponse(stream(), content_type="application/x-ndjson; charset=utf-8")


@router.post("/{uuid:job_id}:answer", response={202: EntryOut}, operation_id="imports:job:answer")
def answer(request: ActorRequest, job_id: UUID, body: AnswersIn) -> Status[dict[str, object]]:
    """Answer questions and set column targets; the check runs again."""
    answers = [Answer(a.question, a.choice, a.value) for a in body.answers]
    if body.defaults:
        view = queries.job(actor=request.actor, job_id=job_id).view
        given = {a.question for a in answers}
        answers += [
            Answer(q["id"], q["default"]) for q in view.get("questions", ()) if not q["chosen"] and q["id"] not in given
        ]
    done = services.answer_job(
        actor=request.actor,
        at=_now(),
        job_id=job_id,
        mapping=body.mapping,
        answers=tuple(answers),
        password=body.password,
    )
    return Status(202, {"entry_id": done.entry_id})


@router.post("/{uuid:job_id}:commit", response={202: EntryOut}, operation_id="imports:job:confirm")
def commit(request: ActorRequest, job_id: UUID) -> Status[dict[str, object]]:
    """Have the checked plan stored by the worker."""
    done = services.confirm_job(actor=request.actor, at=_now(), job_id=job_id)
    return Status(202, {"entry_id": done.entry_id})


@router.post("/{uuid:job_id}:cancel", response=CancelledOut, operation_id="imports:job:cancel")
def cancel(request: ActorRequest, job_id: UUID) -> dict[str, object]:
    """Stop and keep nothing."""
    done = services.cancel_job(actor=request.actor, at=_now(), job_id=job_id)
    return {"entry_id": done.entry_id, "cancelled": done.value}


@router.post("/{uuid:job_id}:undo", response=EntryOut, operation_id="imports:job:undo")
def undo(request: ActorRequest, job_id: UUID) -> dict[str, object]:
    """Take an import back within seven days."""
    done = services.undo_job(actor=request.actor, at=_now(), job_id=job_id)
    return {"entry_id": done.entry_id}
