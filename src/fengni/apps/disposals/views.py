"""Screens of disposals: what is due when, a destruction by two persons, its certificate, sealed values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.approvals import asking
from fengni.apps.common import typesetting
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.disposals import queries, running, services
from fengni.apps.disposals.calendar import lines
from fengni.apps.ledger.queries import log_fingerprint
from fengni.apps.vault.queries.files import MEDIA, as_csv
from fengni.apps.vault.services import PURPOSES
from fengni.core.errors import BadInput, Denied, FengniError
from fengni.core.vault.masking import mask


def _now() -> datetime:
    return datetime.now(UTC)


def retention(request: ActorRequest) -> HttpResponse:
    """Client files whose matter was closed: what is due, held, sealed, destroyed; and the holds that stand."""
    rows = queries.retention_page(actor=request.actor, at=_now())
    due = sum(row.state == "due" for row in rows)
    holds = queries.holds(actor=request.actor)
    return render(request, "disposals/list.html", {"rows": rows, "due": due, "holds": holds})


@require_safe
def calendar(request: ActorRequest) -> HttpResponse:
    """How many units become due in the months and years to come."""
    found = queries.retention_calendar(actor=request.actor, at=_now())
    nothing = not (found.due.destroyed or found.due.sealed or found.held or found.used) and not any(
        one.destroyed or one.sealed for one in found.years
    )
    return render(request, "disposals/calendar.html", {"calendar": found, "nothing": nothing})


@require_safe
def export_calendar(request: ActorRequest) -> HttpResponse:
    """The calendar as a sheet: a line for each period, class and fate."""
    rows = [[_("Period"), _("What"), _("Retention"), _("Units")]]
    for line in lines(queries.retention_calendar(actor=request.actor, at=_now())):
        period = said(f"disposals.period.{line.period}") if line.period.isalpha() else line.period
        what = said(f"disposals.{'fate' if line.period else 'state'}.{line.what}")
        rows.append([period, what, said(f"retention.{line.kept}"), str(line.units)])
    response = HttpResponse(as_csv(rows), content_type=MEDIA["csv"])
    response["Content-Disposition"] = 'attachment; filename="fengni-retention.csv"'
    return response


def file(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """What would be destroyed, what sealed, what cannot be called back; and proposing it."""
    error = ""
    if request.method == "POST":
        try:
            done = services.propose_disposal(
                actor=request.actor, at=_now(), client_id=client_id, number=request.POST.get("number", ""),
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except (BadInput, Denied) as refused:
            if refused.code == "access.role":
                raise
            error = said(refused.code, **refused.params)
        else:
            return redirect("disposals:show", done.value)
    page = queries.file_page(actor=request.actor, at=_now(), client_id=client_id)
    return render(request, "disposals/file.html", {"page": page, "error": error}, status=400 if error else 200)


@require_POST
def hold(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Stop every destruction in a file, or let it go on."""
    reason = request.POST.get("reason", "")
    lifts = request.POST.get("do") == "lift"
    act = services.lift_hold if lifts else services.set_hold
    try:
        act(actor=request.actor, at=_now(), client_id=client_id, reason=reason)
    except BadInput as error:
        messages.warning(request, said(error.code, **error.params))
    else:
        messages.success(request, _("The hold is lifted.") if lifts else _("Nothing of this client is destroyed now."))
    return redirect("disposals:file", client_id)


def show(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """A destruction with its three lists; approving it; how far it is; its certificate."""
    return _show(request, disposal_id)


def _show(request: ActorRequest, disposal_id: UUID, *, error: str = "", tried: str = "") -> HttpResponse:
    page = queries.disposal_page(actor=request.actor, at=_now(), disposal_id=disposal_id)
    shown = {"page": page, "error": error, "tried": tried, "fingerprint": log_fingerprint() if page.statement else ""}
    return render(request, "disposals/show.html", shown, status=400 if error else 200)


def _does(request: ActorRequest, disposal_id: UUID, deed: Callable[[], object], told: str) -> HttpResponse:
    """Do something to a disposal; what hinders it is said on its page."""
    try:
        deed()
    except FengniError as hindered:
        if isinstance(hindered, Denied) and hindered.code in ("access.role", "disposals.no-such-disposal"):
            raise
        return _show(request, disposal_id, error=said(hindered.code, **hindered.params))
    messages.success(request, told)
    return redirect("disposals:show", disposal_id)


@require_POST
def approve(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """The second person types the number and agrees; then it is carried out."""

    def deed() -> None:
        services.approve_disposal(
            actor=request.actor, at=_now(), disposal_id=disposal_id, number=request.POST.get("number", "")
        )
        running.carry_out(actor=request.actor, disposal_id=disposal_id, clock=_now)

    return _does(request, disposal_id, deed, _("Destroyed. The keys are gone; nobody opens this any more."))


@require_POST
def run(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """Go on with an approved destruction that was interrupted."""

    def deed() -> None:
        running.carry_out(actor=request.actor, disposal_id=disposal_id, clock=_now)

    return _does(request, disposal_id, deed, _("Destroyed. The keys are gone; nobody opens this any more."))


@require_POST
def withdraw(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """Take it back."""

    def deed() -> None:
        services.withdraw_disposal(actor=request.actor, at=_now(), disposal_id=disposal_id)

    return _does(request, disposal_id, deed, _("Taken back. Nothing was destroyed."))


@require_POST
def certify(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """Issue the certificate."""

    def deed() -> None:
        services.issue_certificate(actor=request.actor, at=_now(), disposal_id=disposal_id)

    return _does(request, disposal_id, deed, _("Issued. It stands in the ledger."))


def certificate(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """The certificate as a file for `fengni verify`."""
    content = queries.certificate_file(actor=request.actor, disposal_id=disposal_id)
    headers = {"Content-Disposition": 'attachment; filename="fengni-certificate.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


def certificate_pdf(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """The certificate as a paper, its file inside."""
    lang = typesetting.read_lang(request.GET.get("lang", ""))
    content = queries.certificate_paper(actor=request.actor, disposal_id=disposal_id, lang=lang)
    return typesetting.handed_out(content, f"fengni-certificate-{lang}.pdf")


@require_POST
def try_to_open(request: ActorRequest, disposal_id: UUID) -> HttpResponse:
    """Really try to open a destroyed unit, before one's eyes."""
    page = queries.disposal_page(actor=request.actor, at=_now(), disposal_id=disposal_id)
    if page.sample is None:
        raise BadInput("disposals.nothing-destroyed")
    done = services.try_unit(actor=request.actor, at=_now(), disposal_id=disposal_id, unit_id=page.sample)
    return _show(request, disposal_id, tried=said(done.value))


def sealed(request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str) -> HttpResponse:
    """One sealed value, once a second person agreed; otherwise the way to ask for one."""
    queries.refuse_unsealed(actor=request.actor, client_id=client_id, subject_id=subject_id, kind=kind)
    shown: dict[str, object] = {
        "what": said(f"field.{kind}"), "kind": kind, "purposes": [(code, said(code)) for code in PURPOSES], "error": "",
        "client_id": client_id, "value": None,
    }  # fmt: skip
    if request.method == "POST":
        try:
            revealed = services.reveal_sealed(
                actor=request.actor, at=_now(), client_id=client_id, subject_id=subject_id, kind=kind,
                purpose=request.POST.get("purpose", ""), reason=request.POST.get("reason", ""),
            ).value  # fmt: skip
            shown |= {"value": revealed, "mask": mask(kind, revealed.value)}
        except Denied as denied:
            if denied.code != asking.REQUIRED:
                raise
            return redirect(asking.address_to_ask(denied))
        except BadInput as error:
            shown["error"] = said(error.code, **error.params)
    response = render(request, "disposals/sealed.html", shown, status=400 if shown["error"] else 200)
    response["Cache-Control"] = "no-store"
    return response
