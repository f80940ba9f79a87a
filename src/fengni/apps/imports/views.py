"""The five screens of the intake. While the worker is at it, a screen's address shows progress and then itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.imports import queries, services, wording
from fengni.apps.imports.forms import PasswordForm, read_answers, read_upload
from fengni.apps.imports.models import Job
from fengni.apps.imports.queries import JobPage
from fengni.apps.ledger.queries import entry_place
from fengni.core.errors import BadInput, UnreadableFile
from fengni.core.intake.plan import Outcome

_SCREENS: Final = ("check", "columns", "rows", "done")


def _now() -> datetime:
    return datetime.now(UTC)


def _steps(job_id: UUID | None) -> list[dict[str, str]]:
    urls = {"check": "", "columns": "", "rows": ""}
    if job_id is not None:
        urls = {name: reverse(f"imports:{name}", args=[job_id]) for name in urls}
    return [
        {"name": _("Choose a file")},
        {"name": _("Leak check"), "url": urls["check"]},
        {"name": _("Columns"), "url": urls["columns"]},
        {"name": _("Row by row"), "url": urls["rows"]},
        {"name": _("Done")},
    ]


def start(request: ActorRequest) -> HttpResponse:
    """① Choose a file or paste cells; one's imports so far."""
    return _start(request)


def _start(request: ActorRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    rows = [wording.listed(row) for row in queries.jobs(actor=request.actor)]
    return render(request, "imports/start.html", {"jobs": rows, "steps": _steps(None), "error": error}, status=status)


@require_POST
def upload(request: ActorRequest) -> HttpResponse:
    """Take the file; a file that is refused at once is said so beside the field."""
    try:
        given = read_upload(request, _("Pasted cells"))
        done = services.upload_file(actor=request.actor, at=_now(), name=given.name, content=given.content)
    except (UnreadableFile, BadInput) as error:
        return _start(request, error=said(error.code, **error.params), status=400)
    return redirect("imports:check", done.value)


def _screen(
    request: ActorRequest, job_id: UUID, screen: str, context: Callable[[JobPage], dict[str, Any]]
) -> HttpResponse:
    """A screen of an open job; otherwise what its state has to say."""
    page = queries.job(actor=request.actor, job_id=job_id)
    state = page.row.state
    number = _SCREENS.index(screen) + 2
    shared = {"job": page.row, "view": page.view, "steps": _steps(job_id), "step": number, "screen": screen}
    shared["error"] = wording.error_words(page.row)
    if page.row.working:
        return render(request, "imports/working.html", shared)
    if state == Job.State.LOCKED_FILE:
        return render(request, "imports/locked.html", shared | {"form": PasswordForm()})
    if state in {Job.State.CANCELLED, Job.State.EXPIRED, Job.State.REFUSED}:
        return render(request, "imports/ended.html", shared)
    finished = state in {Job.State.DONE, Job.State.UNDONE}
    if finished and screen != "done" and not (screen == "rows" and page.view):
        return redirect("imports:done", job_id)
    if not finished and screen == "done":
        return redirect("imports:rows", job_id)
    return render(request, f"imports/{screen}.html", shared | context(page))


def check(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """② What lies in the file, and what the user has to decide."""
    return _screen(request, job_id, "check", wording.check_words)


def columns(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """③ What each column holds, and where it goes."""
    return _screen(request, job_id, "columns", wording.columns_words)


def rows(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """④ What becomes of each row and cell."""
    wanted = request.GET.get("outcome", "")
    outcome = wanted if wanted in set(Outcome) else ""
    number = request.GET.get("page", "1")

    def context(page: JobPage) -> dict[str, Any]:
        at = int(number) if number.isdecimal() else 1
        found = queries.lines(actor=request.actor, job_id=job_id, outcome=outcome, page=at)
        return wording.rows_words(page, found, outcome)

    return _screen(request, job_id, "rows", context)


def done(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """⑤ What was stored, which passwords to change, how to take it back."""

    def context(page: JobPage) -> dict[str, Any]:
        entry = page.row.result.get("entry", "")
        return wording.done_words(page, entry_place(UUID(entry)) if entry else None)

    return _screen(request, job_id, "done", context)


def progress(request: ActorRequest, job_id: UUID, screen: str) -> HttpResponse:
    """The moving part of a working page; sends the reader on when the work is over."""
    row = queries.progress(actor=request.actor, job_id=job_id)
    if screen not in _SCREENS:
        screen = "check"
    if row.working:
        shown = {"job": row, "screen": screen, "query": request.GET.urlencode()}
        return render(request, "imports/_progress.html", shown)
    response = HttpResponse(status=204)
    query = request.GET.urlencode()
    response["HX-Redirect"] = reverse(f"imports:{screen}", args=[job_id]) + (f"?{query}" if query else "")
    return response


@require_POST
def answer(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Take answers and targets; go on to the screen the form names."""
    page = queries.job(actor=request.actor, job_id=job_id)
    said_so = read_answers(request.POST, page.view)
    if said_so.mapping or said_so.answers:
        services.answer_job(
            actor=request.actor, at=_now(), job_id=job_id, mapping=said_so.mapping, answers=said_so.answers
        )
    goes_to = request.POST.get("next", "")
    target = reverse(f"imports:{goes_to if goes_to in _SCREENS else 'check'}", args=[job_id])
    back = request.POST.get("query", "")
    return redirect(f"{target}?{back}" if back and goes_to == "rows" else target)


@require_POST
def unlock(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """The password of a locked workbook; sealed beside the upload until the job key dies."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        password = form.cleaned_data["password"]
        services.answer_job(actor=request.actor, at=_now(), job_id=job_id, mapping={}, answers=(), password=password)
    return redirect("imports:check", job_id)


@require_POST
def confirm(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Store it."""
    services.confirm_job(actor=request.actor, at=_now(), job_id=job_id)
    return redirect("imports:done", job_id)


@require_POST
def cancel(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Stop and keep nothing."""
    try:
        done = services.cancel_job(actor=request.actor, at=_now(), job_id=job_id)
    except BadInput as error:
        if error.code != "imports.finished":
            raise
        messages.warning(request, said(error.code))  # pressed as it ended: what became of it is the answer
        return redirect("imports:done", job_id)
    if done.value:
        messages.success(request, _("Cancelled. Its key is destroyed; nothing of the file was kept."))
        if "another" in request.POST:
            return redirect("imports:list")
    return redirect("imports:done", job_id)  # where the page that still asks how far it is would lead as well


@require_POST
def undo(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Take the import back."""
    services.undo_job(actor=request.actor, at=_now(), job_id=job_id)
    messages.success(request, _("Taken back. Clients and persons are as they were before."))
    return redirect("imports:done", job_id)
