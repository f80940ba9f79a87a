"""Sharing as staff see it: partners, agreements, shares. A share is previewed before it can be sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.agreements import assessing, queries, services, sharing
from fengni.apps.agreements.forms import read_share
from fengni.apps.common import typesetting
from fengni.apps.common.language import lang, said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.vault import queries as vault
from fengni.apps.vault.queries.files import MEDIA, as_csv
from fengni.core.errors import BadInput, FengniError
from fengni.core.vault.catalogue import ELEMENTS, recipients

_LINK_LIFE = timedelta(days=7)


def _now() -> datetime:
    return datetime.now(UTC)


def _may(request: ActorRequest) -> dict[str, bool]:
    return {
        "may_handle": bool(request.actor.roles & set(services.HANDLERS)),
        "may_partner": bool(request.actor.roles & {*services.HANDLERS, "dpo"}),
        "may_end": bool(request.actor.roles & {"owner", "lead", "dpo"}),
    }


@require_safe
def listing(request: ActorRequest) -> HttpResponse:
    """Partners with their agreements, shares with their ends."""
    at = _now()
    partners = queries.partners_page(actor=request.actor, at=at)
    shares = queries.shares_page(actor=request.actor, at=at)
    live = [one for one in shares if one.state == "live"]
    context = {
        "partners": partners,
        "shares": shares,
        "live": len(live),
        "soon": sum(one.until <= at + timedelta(days=7) for one in live),
        "views": sum(one.views for one in shares),
        "unsigned": sum(
            one.ended_at is None and (one.agreement is None or one.agreement.state != "in_force") for one in partners
        ),
    }
    return render(request, "agreements/list.html", context | _may(request))


@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """The list of shares as a sheet: names of organisations, codes and dates; no personal field."""
    rows = queries.shares_page(actor=request.actor, at=_now())
    head = [_("Client"), _("Partner"), _("Purpose"), _("Fields"), _("State"), _("Until"), _("Views")]
    lines = [
        [
            one.client, one.partner, said(one.purpose), str(one.fields + one.pages),
            said(f"agreements.share.{one.state}"), one.until.isoformat(timespec="minutes"), str(one.views),
        ]
        for one in rows
    ]  # fmt: skip
    response = HttpResponse(as_csv([head, *lines]), content_type=MEDIA["csv"])
    response["Content-Disposition"] = 'attachment; filename="fengni-shares.csv"'
    return response


def new_partner(request: ActorRequest) -> HttpResponse:
    """Register a partner."""
    if request.method == "POST":
        try:
            made = services.add_partner(actor=request.actor, at=_now(), **_given(request)).value
        except FengniError as error:
            return _partner_form(request, said(error.code, **error.params))
        messages.success(request, _("Registered. Next: have the agreement accepted."))
        return redirect("agreements:partner", made)
    return _partner_form(request, "")


def edit_partner(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """Change how a partner is reached."""
    if request.method == "POST":
        try:
            services.edit_partner(actor=request.actor, at=_now(), partner_id=partner_id, **_given(request))
        except FengniError as error:
            return _partner_form(request, said(error.code, **error.params), partner_id)
        return redirect("agreements:partner", partner_id)
    return _partner_form(request, "", partner_id)


def _given(request: ActorRequest) -> dict[str, str]:
    return {kind: request.POST.get(kind, "") for kind in ("name", "contact", "mobile", "email")}


def _partner_form(request: ActorRequest, error: str, partner_id: UUID | None = None) -> HttpResponse:
    known = queries.partner(actor=request.actor, at=_now(), partner_id=partner_id) if partner_id else None
    context = {"error": error, "values": request.POST if error else known, "known": known, "partner_id": partner_id}
    return render(request, "agreements/partner_form.html", context, status=400 if error else 200)


@require_safe
def partner(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """One partner: agreements, shares."""
    at = _now()
    context = {
        "partner": queries.partner(actor=request.actor, at=at, partner_id=partner_id),
        "agreements": queries.agreements_of(party_kind="partner", party_id=partner_id, at=at),
        "shares": queries.shares_page(actor=request.actor, at=at, partner_id=partner_id),
        "assessed": queries.assessment(partner_id=partner_id, at=at),
    }
    return render(request, "agreements/partner.html", context | _may(request))


@require_POST
def invite(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """A link for the partner, shown once."""
    at = _now()
    made = services.invite_partner(actor=request.actor, at=at, partner_id=partner_id, expires_at=at + _LINK_LIFE).value
    row = queries.partner(actor=request.actor, at=at, partner_id=partner_id)
    return render(request, "agreements/invited.html", {"made": made, "partner": row})


def assess(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """The yearly questionnaire about a partner. What was chosen stays on the screen when something is missing."""
    asked, error = assessing.questions(), ""
    given = {one.code: request.POST.get(one.code, "") for one in asked}
    if request.method == "POST":
        try:
            enough = services.assess_partner(
                actor=request.actor, at=_now(), partner_id=partner_id,
                answers={code: answer == "yes" for code, answer in given.items() if answer in ("yes", "no")},
                trained_on=_day(request.POST.get("trained_on", "")),
            ).value  # fmt: skip
        except BadInput as wrong:
            error = said(wrong.code, **wrong.params)
        else:
            messages.success(request, _("Kept. The answers suffice.") if enough else _("Kept. The answers fall short."))
            return redirect("agreements:partner", partner_id)
    context = {
        "partner": queries.partner(actor=request.actor, at=_now(), partner_id=partner_id),
        "questions": [(one.code, one.text(lang()), one.must, given[one.code]) for one in asked],
        "trained_on": request.POST.get("trained_on", ""),
        "error": error,
    }
    return render(request, "agreements/assess.html", context | _may(request), status=400 if error else 200)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise BadInput("agreements.trained-in-future") from None


@require_POST
def end_partner(request: ActorRequest, partner_id: UUID) -> HttpResponse:
    """Stop working with a partner."""
    died = services.end_partner(actor=request.actor, at=_now(), partner_id=partner_id).value
    messages.success(request, _ended(died))
    return redirect("agreements:partner", partner_id)


@require_safe
def agreement_pdf(request: ActorRequest, agreement_id: UUID) -> HttpResponse:
    """An agreement as a paper."""
    lang = typesetting.read_lang(request.GET.get("lang", ""))
    made = queries.agreement_paper(actor=request.actor, at=_now(), agreement_id=agreement_id, lang=lang)
    return typesetting.handed_out(made, f"fengni-agreement-{lang}.pdf")


@require_POST
def end_agreement(request: ActorRequest, agreement_id: UUID) -> HttpResponse:
    """End one agreement before its time."""
    died = services.end_agreement(actor=request.actor, at=_now(), agreement_id=agreement_id).value
    messages.success(request, _ended(died))
    return redirect("agreements:list")


def _ended(died: int) -> str:
    return ngettext("Ended. %(n)d share died with it.", "Ended. %(n)d shares died with it.", died) % {"n": died}


@require_POST
def offer(request: ActorRequest, client_id: UUID, matter_id: UUID) -> HttpResponse:
    """Offer the client the agreement of a matter."""
    services.offer_agreement(actor=request.actor, at=_now(), client_id=client_id, matter_id=matter_id)
    messages.success(request, _("Offered. Whoever is invited reads it on the phone."))
    return redirect("matters:sharing", matter_id)


def new_share(request: ActorRequest, client_id: UUID, matter_id: UUID) -> HttpResponse:
    """Choose partner, purpose and fields; nothing is chosen beforehand."""
    at, error = _now(), ""
    if request.method == "POST":
        try:
            given = read_share(request.POST, at)
            made = services.prepare_share(
                actor=request.actor, at=at, client_id=client_id, matter_id=matter_id, partner_id=given.partner_id,
                purpose=given.purpose, selection=given.selection, pages=given.pages, until=given.until,
                most_views=given.most_views,
            ).value  # fmt: skip
            return redirect("agreements:share", made)
        except FengniError as refused:
            error = said(refused.code, **refused.params)
    return _share_form(request, at, client_id, matter_id, error)


def _share_form(request: ActorRequest, at: datetime, client_id: UUID, matter_id: UUID, error: str) -> HttpResponse:
    """The form; what was chosen stays chosen where it was refused."""
    client = vault.client_page(actor=request.actor, at=at, client_id=client_id)
    people = vault.persons_page(actor=request.actor, at=at, client_id=client_id)
    documents = [one for one in vault.materials(actor=request.actor, at=at, client_id=client_id) if one.pages]
    names: dict[UUID | None, str] = {one.person_id: one.name for one in people.rows}
    given, ticked = request.POST, {*request.POST.getlist("field"), *request.POST.getlist("page")}
    context = {
        "error": error, "client": client, "client_id": client_id, "matter_id": matter_id,
        "client_chips": _chips(client_id, "client", ticked),
        "people": [(one, _chips(one.person_id, "person", ticked)) for one in people.rows],
        "documents": [(one, names.get(one.subject_id, ""), str(one.id) in ticked) for one in documents],
        "partners": [one for one in queries.partners_page(actor=request.actor, at=at) if one.ended_at is None],
        "share_purposes": services.PURPOSES, "chosen": given,
        "days": given.get("days", sharing.LASTS.days), "views": given.get("views", sharing.VIEWS),
    }  # fmt: skip
    return render(request, "agreements/share_new.html", context, status=400 if error else 200)


def _chips(subject_id: UUID, subject: str, ticked: Collection[str]) -> list[tuple[str, str, bool]]:
    """(value, kind, chosen) of every kind of a subject that a partner may be shown for some purpose."""
    offered = [kind for kind, one in ELEMENTS.items() if one.subject == subject and one.record_class != "service"]
    kinds = [kind for kind in offered if "partner" in recipients(kind)]
    return [(value, kind, value in ticked) for kind in kinds for value in [f"{subject_id}:{kind}"]]


@require_safe
def share(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """A share: before it is sent as its partner will see it, afterwards what was seen."""
    page = queries.share(actor=request.actor, at=_now(), share_id=share_id)
    return render(request, "agreements/share.html", {"page": page, "row": page.row} | _may(request))


@require_POST
def send(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Send what was previewed; the link is shown once."""
    at = _now()
    try:
        made = services.send_share(actor=request.actor, at=at, share_id=share_id).value
    except FengniError as error:
        messages.error(request, said(error.code, **error.params))
        return redirect("agreements:share", share_id)
    page = queries.share(actor=request.actor, at=at, share_id=share_id)
    return render(request, "agreements/sent.html", {"made": made, "page": page, "row": page.row})


@require_POST
def recall(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Recall, and say what had been opened."""
    done = services.recall_share(actor=request.actor, at=_now(), share_id=share_id).value
    row = queries.share(actor=request.actor, at=_now(), share_id=share_id).row
    if row.views:
        had = ngettext("Recalled. It was viewed %(n)d time.", "Recalled. It was viewed %(n)d times.", row.views)
        messages.success(request, had % {"n": row.views})
    elif done.opened:
        messages.success(request, _("Recalled. The link had been opened, but nothing was viewed."))
    else:
        messages.success(request, _("Recalled. It had not been opened."))
    return redirect("agreements:share", share_id)
