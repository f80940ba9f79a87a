"""The house's screens: what clients asked, with clocks; one case; its answer; how names are shown to clients."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.cases import queries, services
from fengni.apps.cases.answering import answer_case
from fengni.apps.cases.models import VERDICTS, Case
from fengni.apps.common import typesetting
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.core.errors import BadInput


def _now() -> datetime:
    return datetime.now(UTC)


@require_safe
def listing(request: ActorRequest) -> HttpResponse:
    """What waits and what was answered."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Case.Kind.values else ""
    rows = queries.cases_list(actor=request.actor, at=_now(), kind=kind)
    context = {
        "rows": rows, "kind": kind, "kinds": [(one, said(f"cases.kind.{one}")) for one in Case.Kind.values],
        "waiting": sum(1 for row in rows if row.can), "names": queries.naming(),
        "may_name": "owner" in request.actor.roles,
    }  # fmt: skip
    return render(request, "cases/list.html", context)


@require_safe
def show(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """One case."""
    row = queries.case(actor=request.actor, at=_now(), case_id=case_id)
    return render(request, "cases/case.html", {"row": row, "verdicts": VERDICTS})


@require_POST
def answer(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Give the answer."""
    try:
        answer_case(
            actor=request.actor, at=_now(), case_id=case_id, reason=request.POST.get("reason", ""),
            verdict=request.POST.get("verdict", ""), granted=request.POST.get("granted") == "1",
        )  # fmt: skip
    except BadInput as refused:
        row = queries.case(actor=request.actor, at=_now(), case_id=case_id)
        error = said(refused.code, **refused.params)
        context = {"row": row, "verdicts": VERDICTS, "error": error, "typed": request.POST.get("reason", "")}
        return render(request, "cases/case.html", context, status=400)
    messages.success(request, _("Answered. The client reads it at once."))
    return redirect("cases:list")


@require_POST
def voucher(request: ActorRequest, matter_id: UUID, person_id: UUID) -> HttpResponse:
    """A person's voucher for a closed matter, to hand over."""
    lang = typesetting.read_lang(request.POST.get("lang", ""))
    try:
        done = services.issue_voucher(
            actor=request.actor, at=_now(), matter_id=matter_id, person_id=person_id, lang=lang
        )
    except BadInput as refused:
        messages.warning(request, said(refused.code, **refused.params))
        return redirect("matters:people", matter_id)
    return typesetting.handed_out(done.value, f"fengni-voucher-{lang}.pdf")


@require_POST
def naming(request: ActorRequest) -> HttpResponse:
    """Whole names, or surname and role."""
    services.choose_naming(actor=request.actor, at=_now(), whole=request.POST.get("whole") == "1")
    messages.success(request, _("Clients read it this way from now on."))
    return redirect("cases:list")
