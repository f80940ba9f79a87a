"""Screens of tokens: the stand-in workbook as a file, and whose export a list is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from fengni.apps.accounts.queries import member_names
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.ledger.queries import entry_place
from fengni.apps.tokens import services
from fengni.apps.vault.queries.files import MEDIA
from fengni.core.errors import BadInput, Denied

TRACERS = frozenset({"owner", "lead", "dpo", "auditor", "security"})


def _now() -> datetime:
    return datetime.now(UTC)


@require_POST
def sheet(request: ActorRequest) -> HttpResponse:
    """The client list as a workbook of tokens, in the house's space or a partner's."""
    asked, at = request.POST.get("partner", ""), _now()
    try:
        partner_id = UUID(asked) if asked else None
    except ValueError:
        raise Denied("agreements.no-such-partner") from None
    made = services.export_sheet(actor=request.actor, at=at, partner_id=partner_id).value
    name = f"fengni-stand-ins-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made.content, content_type=MEDIA["xlsx"], headers=headers)


def whose(request: ActorRequest) -> HttpResponse:
    """GET asks for some rows of a list that got out; POST names the export they came from."""
    if not request.actor.roles & TRACERS:
        raise Denied("access.role")
    if request.method != "POST":
        return render(request, "tokens/whose.html", {})
    file, pasted = request.FILES.get("file"), request.POST.get("pasted", "")
    content = file.read() if file else pasted.encode()
    try:
        if not content.strip():
            raise BadInput("tokens.no-sample")
        found = services.trace_export(actor=request.actor, at=_now(), content=content)
    except BadInput as error:
        problem = {"error": said(error.code, **error.params)}
        return render(request, "tokens/whose.html", problem, status=400)
    names = member_names()
    rows = [_row(one, names) for one in found.value.named]
    return render(request, "tokens/whose.html", {"found": found.value, "rows": rows})


def _row(one: Any, names: dict[UUID, str]) -> dict[str, Any]:  # Any: tracing.Named
    return {
        "job": one.job,
        "who": names.get(one.job.member_id, ""),
        "list": said(f"tokens.list.{one.job.list}"),
        "place": entry_place(one.job.id),
        "fit": one.fit,
        "chance": chance_words(one.chance),
    }


def chance_words(chance: float) -> str:
    """A chance as people read it.

    >>> chance_words(4.2e-19), chance_words(0.0004)
    ('1 : 2 × 10^18', '1 : 2,500')
    """
    odds = 1 / chance if chance else float("inf")
    if odds < 1e6:
        return f"1 : {round(odds):,}"
    if odds == float("inf"):
        return "1 : ∞"
    digits, _, power = f"{odds:.0e}".partition("e+")
    return f"1 : {digits} × 10^{int(power)}"
