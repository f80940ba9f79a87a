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
from fengni.apps.cases.models import RIGHTS, VERDICTS, WAYS, Case
from fengni.apps.cases.portal import own_fields
from fengni.apps.cases.services import RECORDERS
from fengni.apps.common import typesetting
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.disposals import services as disposals
from fengni.core.errors import BadInput, Denied


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
    """One case; of a deletion what would go, and how far the deed is."""
    return _show(request, case_id)


def _show(request: ActorRequest, case_id: UUID, *, error: str = "", typed: str = "") -> HttpResponse:
    at = _now()
    row = queries.case(actor=request.actor, at=at, case_id=case_id)
    deletion = queries.deletion(actor=request.actor, at=at, row=row)
    replaced = queries.replacement(row=row)
    done = "answer" in deletion.may if deletion else row.right != "correct" or replaced is not None
    if not typed and deletion and done:
        typed = said("cases.delete-answer")
    context = {
        "row": row, "verdicts": VERDICTS, "error": error, "typed": typed, "deletion": deletion, "replaced": replaced,
        "may_grant": done,
    }  # fmt: skip
    return render(request, "cases/case.html", context, status=400 if error else 200)


def record(request: ActorRequest, client_id: UUID, person_id: UUID) -> HttpResponse:
    """Note down what a person asked at the counter, by telephone or in a letter; what it would do is said first."""
    if not request.actor.roles & RECORDERS:
        raise Denied("access.role")
    right = request.POST.get("right", "") or request.GET.get("right", "")
    right = right if right in RIGHTS else RIGHTS[0]
    consequences = queries.foreseen(
        actor=request.actor, at=_now(), client_id=client_id, person_id=person_id, right=right
    )
    error = ""
    if request.method == "POST":
        try:
            services.record_right(
                actor=request.actor, at=_now(), client_id=client_id, person_id=person_id, right=right,
                way=request.POST.get("way", ""), reason=request.POST.get("reason", ""),
                field=request.POST.get("field", ""),
            )  # fmt: skip
        except BadInput as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.success(request, _("Noted. Whoever answers sees it; the person reads it in the own history."))
            return redirect("vault:person", client_id, person_id)
    context = {
        "right": right, "rights": [(one, said(f"cases.right.{one}")) for one in RIGHTS], "consequences": consequences,
        "ways": [(one, said(f"cases.way.{one}")) for one in WAYS], "fields": own_fields(), "error": error,
        "typed": request.POST.get("reason", ""), "client_id": client_id, "person_id": person_id,
    }  # fmt: skip
    return render(request, "cases/record.html", context, status=400 if error else 200)


@require_POST
def propose(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Propose the destruction that a request for deletion asks for."""
    row = queries.case(actor=request.actor, at=_now(), case_id=case_id)
    if row.right != "delete" or row.client_id is None:
        raise BadInput("cases.no-effect-yet")
    try:
        disposals.propose_disposal(
            actor=request.actor, at=_now(), client_id=row.client_id, person_id=row.person_id,
            number=request.POST.get("number", ""), reason=said("cases.delete-reason"),
        )  # fmt: skip
    except (BadInput, Denied) as refused:
        if refused.code == "access.role":
            raise
        return _show(request, case_id, error=said(refused.code, **refused.params))
    messages.success(request, _("Proposed. A second person has to agree."))
    return redirect("cases:show", case_id)


@require_POST
def answer(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Give the answer."""
    typed = request.POST.get("reason", "")
    try:
        answer_case(
            actor=request.actor, at=_now(), case_id=case_id, reason=typed, verdict=request.POST.get("verdict", ""),
            granted=request.POST.get("granted") == "1",
        )  # fmt: skip
    except BadInput as refused:
        return _show(request, case_id, error=said(refused.code, **refused.params), typed=typed)
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
