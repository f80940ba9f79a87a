"""Screens of originals: where they are, taking in and handing over."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.matters import custody, queries, services
from fengni.apps.matters.forms import read_id
from fengni.apps.matters.views import attempt, handlers_only, tab_page
from fengni.core.errors import BadInput


def _now() -> datetime:
    return datetime.now(UTC)


def originals(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """What is here and who has the rest; POST takes something in."""
    rows = queries.originals(actor=request.actor, at=_now(), matter_id=matter_id)  # refuses who may not see the matter
    if request.method == "POST":
        handlers_only(request)
        given = request.POST
        count = given.get("count", "")
        attempt(
            request,
            lambda: services.take_original(
                actor=request.actor, at=_now(), matter_id=matter_id, code=given.get("code", ""),
                count=int(count) if count.isdecimal() and len(count) < 4 else 0,
                person_id=_person(given.get("person", "")), on_paper=given.get("on_paper") == "1",
            ),
            _("Taken in. It stands here until it is handed over."),
        )  # fmt: skip
        return redirect("matters:originals", matter_id)
    codes = [(code, said(f"matters.original.{code}")) for code in custody.CODES]
    return tab_page(request, matter_id, "originals", originals=rows, codes=codes, most=custody.MOST)


@require_POST
def give(request: ActorRequest, matter_id: UUID, original_id: UUID) -> HttpResponse:
    """Hand it over."""
    handlers_only(request)
    queries.originals(actor=request.actor, at=_now(), matter_id=matter_id)
    given = request.POST
    attempt(
        request,
        lambda: services.give_original(
            actor=request.actor, at=_now(), original_id=original_id, person_id=_person(given.get("person", "")),
            on_paper=given.get("on_paper") == "1",
        ),
        _("Handed over. A person who receives something confirms it on the own page."),
    )  # fmt: skip
    return redirect("matters:originals", matter_id)


def _person(chosen: str) -> UUID | None:
    """Who was chosen; None for the registry. Raises BadInput where nobody was."""
    found = read_id(chosen)
    if found is None and chosen != "registry":
        raise BadInput("matters.original-with-whom")
    return found
