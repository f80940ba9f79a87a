"""Screens of approvals: what waits for a second person, and asking for one."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.approvals import queries, services
from fengni.apps.approvals.askable import text_of
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.core.errors import BadInput
from fengni.core.vault.catalogue import ELEMENTS
from fengni.definitions import has_text


def _now() -> datetime:
    return datetime.now(UTC)


def requests(request: ActorRequest) -> HttpResponse:
    """Waiting for you, asked by you, and the rest of the house."""
    page = queries.requests_page(actor=request.actor, at=_now())
    groups = (
        (_("Waiting for your second look"), page.waiting, "waiting"),
        (_("Asked by you"), page.own, "own"),
        (_("In the house"), page.others, "others"),
    )
    return render(request, "approvals/list.html", {"page": page, "groups": groups})


def ask(request: ActorRequest, act: str, resource_id: UUID) -> HttpResponse:
    """Say why, and ask. What it is about stands in the address as codes and counts; it binds the yes."""
    given = request.POST if request.method == "POST" else request.GET
    persons, fields, detail = given.get("persons", ""), given.get("fields", "").split(), given.get("detail", "")
    about = {
        "act": act, "act_text": text_of(act, resource_id) if has_text(act) else act,
        "resource_id": resource_id, "detail": detail, "fields": " ".join(fields),
        "persons": int(persons) if persons.isdecimal() and len(persons) < 8 else 0,
        "kinds": [said(f"field.{kind}") for kind in fields if kind in ELEMENTS],
        "others": queries.eligible(actor=request.actor, act=act), "error": "",
    }  # fmt: skip
    if request.method == "POST":
        try:
            services.ask_second_person(
                actor=request.actor, at=_now(), act=act, resource_id=resource_id, persons=int(str(about["persons"])),
                fields=tuple(fields), detail=detail, reason=given.get("reason", ""),
            )  # fmt: skip
        except BadInput as error:
            about["error"] = said(error.code, **error.params)
            return render(request, "approvals/ask.html", about, status=400)
        messages.success(request, _("Asked. You will find the answer here."))
        return redirect("approvals:list")
    return render(request, "approvals/ask.html", about)


@require_POST
def give(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Say yes."""
    services.give_approval(actor=request.actor, at=_now(), request_id=request_id)
    messages.success(request, _("Approved. It can be done once, within 24 hours."))
    return redirect("approvals:list")


@require_POST
def refuse(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Say no, or take one's own question back."""
    reason = request.POST.get("reason", "")
    services.refuse_approval(actor=request.actor, at=_now(), request_id=request_id, reason=reason)
    messages.success(request, _("It will not be done."))
    return redirect("approvals:list")
