"""REST of imports. The plan comes masked; cells as JSON lines, one outcome each, and their counts at the end.

A folder of scans: say which files it has, send what is wanted from the offset named, have it checked, choose, commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from fengni.apps.common.requests import ActorRequest
from fengni.apps.imports import queries, services
from fengni.core.intake.plan import Answer
from fengni.definitions import text

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


# ---- folders of scans -------------------------------------------------------------------------------------------


class FileIn(Schema):
    """A file of the folder. `sha256` in hex: with it, what is there already is not sent, and a break is continued."""

    path: str
    size: int
    sha256: str = ""


class FolderIn(Schema):
    """A folder of scans. `place` tells it from other folders, so that the same one goes on; a keyed tag of it stays."""

    name: str
    place: str = ""
    files: list[FileIn]


class WantOut(Schema):
    """A file to send, from offset `received` on."""

    number: int
    path: str
    received: int


class FolderOpenedOut(EntryOut):
    """The folder, and which of its files are wanted."""

    id: UUID
    wants: list[WantOut]


class ScanSentOut(EntryOut):
    """What became of a file so far. `code` says why it was refused, in `sentence` and `sentence_zh` for people."""

    received: int
    state: str
    code: str
    sentence: str
    sentence_zh: str


class FolderOut(Schema):
    """How a folder stands. `counts`: files by state; `places` of them carried where they were taken."""

    id: UUID
    name: str
    state: str
    counts: dict[str, int]
    places: int
    created_at: datetime
    expires_at: datetime
    finished_at: datetime | None


class ScanOut(Schema):
    """One file of a folder, and what becomes of it. `asks`: what somebody has to choose."""

    number: int
    path: str
    size: int
    state: str
    code: str
    why: str
    media_type: str
    pages: int
    removed: list[str]
    kind: str
    client_id: UUID | None
    client: str
    subject_id: UUID | None
    person: str
    item_id: UUID | None
    item: str
    asks: list[str]
    twin: int | None


class FolderPageOut(FolderOut):
    """A folder and a page of its files."""

    page: int
    pages: int
    files: list[ScanOut]


class ChoiceIn(Schema):
    """What one file is and whose; `leave`: it stays out."""

    number: int
    kind: str = ""
    client_id: UUID | None = None
    subject_id: UUID | None = None
    item_id: UUID | None = None
    leave: bool = False


class TakenOut(EntryOut):
    """How many files are taken in, or taken back."""

    files: int


@router.post("/folders", response=FolderOpenedOut, operation_id="imports:folder:open")
def open_folder(request: ActorRequest, body: FolderIn) -> dict[str, object]:
    """Say which files a folder has; the same place again continues what is under way."""
    files = [services.Announced(one.path, one.size, one.sha256) for one in body.files]
    done = services.open_folder(actor=request.actor, at=_now(), name=body.name, place=body.place, files=files)
    opened = done.value
    wants = [{"number": n, "path": opened.paths[n], "received": there} for n, there in opened.wants.items()]
    return {"id": opened.folder_id, "wants": wants, "entry_id": done.entry_id}


@router.put(
    "/folders/{uuid:folder_id}/files/{int:number}/bytes/{int:position}", response=ScanSentOut,
    operation_id="imports:scan:send",
)  # fmt: skip
def send_scan(request: ActorRequest, folder_id: UUID, number: int, position: int) -> dict[str, object]:
    """The body is the bytes from offset `position` on, at most one MiB; with the last the file is looked into."""
    done = services.send_scan(
        actor=request.actor, at=_now(), folder_id=folder_id, number=number, position=position, content=request.body
    )
    sent = done.value
    words = {lang: text(sent.code, lang, **sent.params) if sent.code else "" for lang in ("en", "zh")}
    return {"received": sent.received, "state": sent.state, "code": sent.code, "entry_id": done.entry_id} | {
        "sentence": words["en"], "sentence_zh": words["zh"],
    }  # fmt: skip


@router.post("/folders/{uuid:folder_id}/files/{int:number}/view", operation_id="imports:scan:look")
def look_at_scan(request: ActorRequest, folder_id: UUID, number: int, page: int = 0) -> HttpResponse:
    """A page of a file that waits, as JPEG with the reader's mark: to say what it is."""
    done = services.look_at_scan(actor=request.actor, at=_now(), folder_id=folder_id, number=number, page=page)
    response = HttpResponse(done.value, content_type="image/jpeg")
    response["Cache-Control"], response["Fengni-Entry"] = "no-store", str(done.entry_id)
    return response


@router.get("/folders", response=list[FolderOut], operation_id="import_folders")
def folders(request: ActorRequest) -> list[queries.FolderRow]:
    """One's own folders of scans, the newest first."""
    return queries.folders(actor=request.actor)


@router.get("/folders/{uuid:folder_id}", response=FolderPageOut, operation_id="import_folder")
def folder(request: ActorRequest, folder_id: UUID, state: str = "", page: int = 1) -> dict[str, Any]:
    """A folder's plan, a page at a time, of one state or of all."""
    found = queries.folder(actor=request.actor, at=_now(), folder_id=folder_id, state=state, page=page)
    names = FolderOut.model_fields
    files = [asdict(row) | {"why": queries.why(row)} for row in found.scans]
    return {name: getattr(found.row, name) for name in names} | {
        "page": found.scans.number, "pages": found.scans.paginator.num_pages, "files": files,
    }  # fmt: skip


@router.get("/folders/{uuid:folder_id}/report", operation_id="import_folder_report")
def folder_report(request: ActorRequest, folder_id: UUID) -> HttpResponse:
    """What became of every file, as CSV, masked."""
    content = queries.folder_report(actor=request.actor, at=_now(), folder_id=folder_id)
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@router.post("/folders/{uuid:folder_id}:check", response=EntryOut, operation_id="imports:folder:check")
def check_folder(request: ActorRequest, folder_id: UUID) -> dict[str, object]:
    """Propose what each file is and whose, by its name."""
    return {"entry_id": services.check_folder(actor=request.actor, at=_now(), folder_id=folder_id).entry_id}


@router.post("/folders/{uuid:folder_id}:choose", response=EntryOut, operation_id="imports:scan:choose")
def choose_scans(request: ActorRequest, folder_id: UUID, body: list[ChoiceIn]) -> dict[str, object]:
    """Say of files what they are and whose, or leave them out."""
    choices = [services.Choice(**one.dict()) for one in body]
    done = services.choose_scans(actor=request.actor, at=_now(), folder_id=folder_id, choices=choices)
    return {"entry_id": done.entry_id}


@router.post("/folders/{uuid:folder_id}:commit", response={202: TakenOut}, operation_id="imports:folder:confirm")
def confirm_folder(request: ActorRequest, folder_id: UUID) -> Status[dict[str, object]]:
    """Have the plan carried out by the worker; what is still asked about stays out."""
    done = services.confirm_folder(actor=request.actor, at=_now(), folder_id=folder_id)
    return Status(202, {"files": done.value, "entry_id": done.entry_id})


@router.post("/folders/{uuid:folder_id}:cancel", response=EntryOut, operation_id="imports:folder:cancel")
def cancel_folder(request: ActorRequest, folder_id: UUID) -> dict[str, object]:
    """Stop; what is staged is destroyed."""
    return {"entry_id": services.cancel_folder(actor=request.actor, at=_now(), folder_id=folder_id).entry_id}


@router.post("/folders/{uuid:folder_id}:undo", response=TakenOut, operation_id="imports:folder:undo")
def undo_folder(request: ActorRequest, folder_id: UUID) -> dict[str, object]:
    """Take a folder back within seven days."""
    done = services.undo_folder(actor=request.actor, at=_now(), folder_id=folder_id)
    return {"files": done.value, "entry_id": done.entry_id}
