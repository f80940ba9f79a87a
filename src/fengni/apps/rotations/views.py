"""Screens of rotations: what runs, how far it is, what ran before."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.accounts.queries import member_names
from fengni.apps.approvals import asking
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.rotations import queries, services
from fengni.apps.rotations.moving import SUITES
from fengni.apps.vault.queries.files import MEDIA, as_csv
from fengni.core.errors import BadInput, Denied


def _now() -> datetime:
    return datetime.now(UTC)


def rotations(request: ActorRequest) -> HttpResponse:
    """The keys of the house and their changes."""
    page = queries.rotations_page(actor=request.actor, at=_now())
    suites = [(kind, said(f"rotations.suite.{suite}")) for kind, suite in SUITES.items() if suite is not page.suite]
    shown = {"page": page, "suites": suites, "suite": said(f"rotations.suite.{page.suite}"), "names": member_names()}
    return render(request, "rotations/list.html", shown)


def progress(request: ActorRequest) -> HttpResponse:
    """How far it is, for a page that stands open; the whole page again once something else is to be done."""
    page = queries.rotations_page(actor=request.actor, at=_now())
    response = render(request, "rotations/_progress.html", {"row": page.running})
    if page.running is None or page.running.state != "running":
        response["HX-Refresh"] = "true"
    return response


def export(request: ActorRequest) -> HttpResponse:
    """Every rotation as a sheet."""
    head = [_("What"), _("From"), _("To"), _("State"), _("Keys moved"), _("Begun"), _("Finished")]
    lines = [
        [
            said(f"rotations.kind.{row.kind}"), str(row.old), str(row.new), said(f"rotations.state.{row.state}"),
            str(row.done), row.begun_at.isoformat(), row.finished_at.isoformat() if row.finished_at else "",
        ]
        for row in queries.rotations(actor=request.actor)
    ]  # fmt: skip
    response = HttpResponse(as_csv([head, *lines]), content_type=MEDIA["csv"])
    response["Content-Disposition"] = 'attachment; filename="fengni-rotations.csv"'
    return response


@require_POST
def begin(request: ActorRequest) -> HttpResponse:
    """Begin; without a yes the way leads to a second person first."""
    try:
        services.begin_rotation(actor=request.actor, at=_now(), what=request.POST.get("what", ""))
    except Denied as denied:
        if denied.code != asking.REQUIRED:
            raise
        return redirect(asking.address_to_ask(denied))
    except BadInput as error:
        messages.warning(request, said(error.code, **error.params))
    else:
        messages.success(request, _("Begun. It goes on by itself; everybody goes on working."))
    return redirect("rotations:list")


@require_POST
def step(request: ActorRequest, rotation_id: UUID) -> HttpResponse:
    """Move a batch now instead of waiting for the worker."""
    try:
        done = services.step_rotation(actor=request.actor, at=_now(), rotation_id=rotation_id).value
    except BadInput as error:
        messages.warning(request, said(error.code, **error.params))
    else:
        messages.success(request, _("%(number)s keys moved.") % {"number": done.moved})
    return redirect("rotations:list")


@require_POST
def finish(request: ActorRequest, rotation_id: UUID) -> HttpResponse:
    """End the old keys; without a yes the way leads to a second person first."""
    try:
        services.finish_rotation(actor=request.actor, at=_now(), rotation_id=rotation_id)
    except Denied as denied:
        if denied.code != asking.REQUIRED:
            raise
        return redirect(asking.address_to_ask(denied))
    except BadInput as error:
        messages.warning(request, said(error.code, **error.params))
    else:
        messages.success(request, _("Every key was checked. The change is over."))
    return redirect("rotations:list")
