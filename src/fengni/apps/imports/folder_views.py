"""The screens of folders of scans: choose a folder, the plan file by file, what became of it.

The files themselves go over REST, in pieces, by fengni-folder.js; choosing and confirming work without scripts.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.imports import queries, services
from fengni.apps.imports.queries import FolderRow, ScanRow
from fengni.apps.imports.services import Choice
from fengni.apps.vault.store.materials import KINDS
from fengni.core.errors import FengniError
from fengni.core.pictures.kinds import MOST_BYTES
from fengni.core.vault.pieces import PIECE

_SHAPES: Final = {
    "waiting": "running", "arrived": "due", "fresh": "ok", "choice": "due", "twin": "unknown", "held": "unknown",
    "refused": "failed", "left": "unknown", "bound": "ok", "undone": "unknown",
}  # fmt: skip
_FOLDER_SHAPES: Final = {"receiving": "running", "planned": "due", "storing": "running", "done": "ok"}
_ORDER: Final = ("choice", "fresh", "bound", "undone", "refused", "twin", "held", "left", "arrived", "waiting")
_CHOOSABLE: Final = frozenset({"choice", "fresh", "left"})
_CHOSEN_KINDS: Final = tuple(kind for kind in KINDS if kind != "embedded")


def _now() -> datetime:
    return datetime.now(UTC)


def start(request: ActorRequest) -> HttpResponse:
    """Choose a folder or several files; one's folders so far."""
    rows = [_listed(row) for row in queries.folders(actor=request.actor)]
    context = {"folders": rows, "piece": PIECE, "largest": MOST_BYTES, "at": request.GET.get("to", "")}
    return render(request, "imports/folders.html", context)


def plan(request: ActorRequest, folder_id: UUID) -> HttpResponse:
    """What becomes of each file; after the binding, what became of it."""
    return _plan(request, folder_id)


def _plan(request: ActorRequest, folder_id: UUID, *, error: str = "", status: int = 200) -> HttpResponse:
    state, number = request.GET.get("state", ""), request.GET.get("page", "1")
    page = queries.folder(
        actor=request.actor, at=_now(), folder_id=folder_id, state=state,
        page=int(number) if number.isdecimal() and len(number) < 5 else 1,
    )  # fmt: skip
    row = page.row
    tabs = [(one, said(f"imports.scan-state.{one}"), row.counts[one]) for one in _ORDER if row.counts.get(one)]
    context = {
        "row": row, "state": state, "tabs": tabs, "scans": page.scans, "shown": [_shown(one) for one in page.scans],
        "kinds": [(kind, said(f"matters.material.{kind}")) for kind in _CHOSEN_KINDS], "error": error,
        "fresh": row.counts.get("fresh", 0), "choice": row.counts.get("choice", 0),
        "waiting": row.counts.get("waiting", 0), "bound": row.counts.get("bound", 0), "words": _words(row),
        "query": request.GET.urlencode(), "page_query": urlencode({"state": state}) if state else "",
        "working": row.state == "storing", "shape": _FOLDER_SHAPES.get(row.state, "unknown"),
    }  # fmt: skip
    return render(request, "imports/folder.html", context, status=status)


def progress(request: ActorRequest, folder_id: UUID) -> HttpResponse:
    """How many are sealed; sends the reader on when all are."""
    row = queries.folder_progress(actor=request.actor, folder_id=folder_id)
    if row.state == "storing":
        return render(request, "imports/_folder_progress.html", {"row": row, "bound": row.counts.get("bound", 0)})
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("imports:folder", args=[folder_id])
    return response


def report(request: ActorRequest, folder_id: UUID) -> HttpResponse:
    """What became of every file, as CSV, masked."""
    content = queries.folder_report(actor=request.actor, at=_now(), folder_id=folder_id)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="fengni-scans-{folder_id.hex[-6:]}.csv"'
    return response


@require_POST
def choose(request: ActorRequest, folder_id: UUID, number: int) -> HttpResponse:
    """Note what one file is and whose; the same client for the files beside it where that is ticked."""
    given = request.POST
    try:
        choices = [Choice(number, leave=True)] if "leave" in given else _choices(request, folder_id, number)
        services.choose_scans(actor=request.actor, at=_now(), folder_id=folder_id, choices=choices)
    except FengniError as refused:
        return _plan(request, folder_id, error=said(refused.code, **refused.params), status=400)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("imports:folder", args=[folder_id]) + f"{query}#s-{number}")


@require_POST
def look(request: ActorRequest, folder_id: UUID, number: int) -> HttpResponse:
    """A file that waits, marked, inside the page: to say what it is."""
    done = services.look_at_scan(actor=request.actor, at=_now(), folder_id=folder_id, number=number)
    response = render(request, "imports/_scan_picture.html", {"picture": b64encode(done.value).decode()})
    response["Cache-Control"] = "no-store"
    return response


def _choices(request: ActorRequest, folder_id: UUID, number: int) -> list[Choice]:
    given, at = request.POST, _now()
    name, before = given.get("client", "").strip(), given.get("client_before", "").strip()
    client = _id(given.get("client_id", ""))
    if name != before or client is None:
        client = queries.client_named(actor=request.actor, at=at, name=name) if name else None
    moved = client != _id(given.get("client_id", ""))
    person, item = (None, None) if moved else (_id(given.get("person", "")), _id(given.get("item", "")))
    kind = given.get("kind", "")
    propose = moved or kind != given.get("kind_before", "")
    choices = [Choice(number, kind, client, person, None if propose else item, propose=propose)]
    if "beside" in given and client is not None:
        others = queries.beside(actor=request.actor, folder_id=folder_id, number=number)
        choices += [Choice(other, what, client, propose=True) for other, what in others]
    return choices


@require_POST
def do(request: ActorRequest, folder_id: UUID, what: str) -> HttpResponse:
    """Have files proposed anew, confirm, stop, or take back."""
    acts: dict[str, Callable[..., Any]] = {
        "check": services.check_folder, "confirm": services.confirm_folder, "cancel": services.cancel_folder,
        "undo": services.undo_folder,
    }  # fmt: skip
    said_so = {
        "cancel": _("Stopped. What was staged is destroyed with its key."),
        "undo": _("Taken back. The documents are destroyed; what they were handed in for is wanted again."),
    }
    if what not in acts:
        raise Http404
    try:
        acts[what](actor=request.actor, at=_now(), folder_id=folder_id)
    except FengniError as refused:
        messages.warning(request, said(refused.code, **refused.params))
    else:
        if what in said_so:
            messages.success(request, said_so[what])
    return redirect("imports:folder", folder_id)


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _listed(row: FolderRow) -> dict[str, Any]:
    return {
        "row": row, "shape": _FOLDER_SHAPES.get(row.state, "unknown"),
        "state": said(f"imports.folder-state.{row.state}"), "words": _words(row),
    }  # fmt: skip


def _shown(row: ScanRow) -> dict[str, Any]:
    folder, _slash, name = row.path.rpartition("/")
    return {
        "row": row, "name": name, "folder": folder, "why": queries.why(row), "shape": _SHAPES[row.state],
        "kind": said(f"matters.material.{row.kind}") if row.kind else "", "choosable": row.state in _CHOOSABLE,
        "removed": [said(f"pictures.removed.{code}") for code in row.removed], "open": row.state == "choice",
        "offered": [name for _id_, name in row.clients],
    }  # fmt: skip


def _words(row: FolderRow) -> str:
    counts = [f"{said(f'imports.scan-state.{one}')} {row.counts[one]}" for one in _ORDER if row.counts.get(one)]
    words = " · ".join(counts)
    if row.places:
        places = ngettext("%(n)d carried its place", "%(n)d carried their place", row.places) % {"n": row.places}
        words += f" · {places}"
    return words
