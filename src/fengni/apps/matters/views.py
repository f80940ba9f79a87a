"""Screens of matters: list, opening, the page with its tabs, the desk, the sheet for the filing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.accounts import queries as accounts
from fengni.apps.agreements import queries as agreements
from fengni.apps.common import typesetting
from fengni.apps.common.language import lang, said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.consents import queries as consents
from fengni.apps.consents import telling
from fengni.apps.guests import queries as guests
from fengni.apps.matters import checklist, papers, queries, services
from fengni.apps.matters.forms import Opening, read_id, read_ids, read_opening
from fengni.apps.matters.services.filings import FILING_CODES
from fengni.apps.matters.services.running import HANDLERS
from fengni.apps.vault import queries as vault
from fengni.apps.vault import services as vault_acts
from fengni.core.errors import BadInput, Denied, FengniError

_CHOOSABLE = 500


def _now() -> datetime:
    return datetime.now(UTC)


def _may(request: ActorRequest) -> dict[str, bool]:
    roles = request.actor.roles
    return {"may_handle": bool(roles & set(HANDLERS)), "may_lead": bool(roles & {"owner", "lead"})}


def handlers_only(request: ActorRequest) -> None:
    """Raise Denied for readers who do not handle matters."""
    if not request.actor.roles & set(HANDLERS):
        raise Denied("access.role")


def matters(request: ActorRequest) -> HttpResponse:
    """Matters of the reader's scope: what is missing, who is waited for, how many days are left."""
    asked = request.GET
    number = asked.get("page", "1")
    filters: dict[str, Any] = {
        "state": asked.get("state", ""),
        "waiting": asked.get("waiting", ""),
        "mine": asked.get("mine") == "1",
    }
    page = queries.matters_page(
        actor=request.actor, at=_now(), page=int(number) if number.isdecimal() and len(number) < 7 else 1, **filters
    )
    right, answered = queries.first_time_right(actor=request.actor, at=_now())
    shown = {"page": page, "filters": filters, "right": right, "answered": answered, "waitings": queries.WAITING}
    return render(request, "matters/list.html", shown | _may(request))


def new(request: ActorRequest) -> HttpResponse:
    """What is asked is shown before anything is opened; POST opens."""
    handlers_only(request)
    opening = read_opening(request.POST if request.method == "POST" else request.GET, timezone.localdate())
    error = ""
    if request.method == "POST":
        try:
            return _opened(request, opening)
        except BadInput as wrong:
            error = said(wrong.code, **wrong.params)
    clients = vault.clients_page(actor=request.actor, at=_now(), size=_CHOOSABLE)
    people = (
        queries.candidates(actor=request.actor, at=_now(), client_id=opening.client_id) if opening.client_id else ()
    )
    shown = {
        "opening": opening,
        "error": error,
        "clients": clients.rows,
        "client": next((one for one in clients.rows if one.id == opening.client_id), None),
        "people": people,
        "speaking": {str(one) for one in opening.speaking([(one.person_id, one.roles) for one in people])},
        "members": [one for one in accounts.members() if one.active and "agent" in one.roles],
        "types": [(one.code, one.names[lang() == "en"], one.compared) for one in checklist.types().values()],
        "regions": [(code, said(f"matters.region.{code}")) for code in checklist.REGIONS],
    }
    shown |= _minimal(opening) if opening.ready else {}
    return render(request, "matters/new.html", shown | _may(request), status=400 if error else 200)


def _minimal(opening: Opening) -> dict[str, Any]:
    """The checklist before the matter exists, in the reader's language."""
    asked = checklist.minimal(opening.types, opening.region)
    english = lang() == "en"
    usual = checklist.usual_count(opening.types, opening.region)
    return {
        "listing": [(one, one.name(lang()), one.law(lang())) for one in asked],
        "usual": usual,
        "spared": usual - len(asked) if usual is not None else 0,
        "unasked": [
            (one.names[english], one.reasons[english]) for one in checklist.unasked(opening.types, opening.region)
        ],
        "parts": [
            (part, {str(one) for one in opening.people.get(part, ())}, any(item.subject == part for item in asked))
            for part in checklist.parts(opening.types, opening.region)
        ],
        "terms": [checklist.types()[code].terms[english] for code in opening.types],
        "deadline": checklist.deadline(opening.types, opening.region, opening.counted_from),
    }


def _opened(request: ActorRequest, opening: Opening) -> HttpResponse:
    if opening.client_id is None:
        raise BadInput("matters.client-missing")
    done = services.open_matter(
        actor=request.actor,
        at=_now(),
        client_id=opening.client_id,
        types=opening.types,
        region=opening.region,
        counted_from=opening.counted_from,
        people=opening.people,
        lead_id=opening.lead_id,
        team=opening.team,
    )
    messages.success(request, _("%(number)s is open. Invite the people next.") % {"number": done.value.number})
    return redirect("matters:page", done.value.matter_id)


def tab_page(request: ActorRequest, matter_id: UUID, tab: str, **more: Any) -> HttpResponse:
    """One tab of a matter's page; what was `kept` of a form was refused."""
    return _shown(request, queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id), tab, **more)


def _shown(request: ActorRequest, page: queries.MatterPage, tab: str, **more: Any) -> HttpResponse:
    english = lang() == "en"
    shown = {
        "matter": page,
        "unasked": [(one.names[english], one.reasons[english]) for one in page.unasked],
        "row": page.row,
        "tab": tab,
        "types": [checklist.types()[code].names[english] for code in page.row.types],
        "steps": [
            {"name": _("Started")},
            {"name": _("All in")},
            {"name": _("All verified")},
            {"name": _("Filed")},
            {"name": _("Approved by the registry")},
            {"name": _("Closed")},
        ],
        "step": _step(page),
        "handed_in": [one for one in page.items if one.asked.material and one.row.received_at],
    }
    status = 400 if more.get("kept") else 200
    return render(request, f"matters/{tab}.html", shown | more | _may(request), status=status)


def _step(page: queries.MatterPage) -> int:
    """The step the matter is at; one past the last when it is closed."""
    row = page.row
    by_state = {"submitted": 5, "approved": 6, "closed": 7}
    return by_state.get(row.state) or (2 if row.missing else 3 if row.received else 4)


def checklist_tab(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """The checklist, item by item, with what is usually asked and is not."""
    return tab_page(request, matter_id, "checklist")


def people_tab(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """Who takes part and how each link stands; who works on it."""
    members = [one for one in accounts.members() if one.active and "agent" in one.roles]
    told = consents.of_matter(actor=request.actor, at=_now(), matter_id=matter_id)
    readings = consents.readings(actor=request.actor, at=_now(), matter_id=matter_id)
    page = queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id)
    naming = page.row.state != "closed" and _may(request)["may_handle"]
    people = queries.candidates(actor=request.actor, at=_now(), client_id=page.row.client_id) if naming else ()
    more = {"members": members, "told": told, "readings": readings, "could_speak": page.could_speak(people)}
    takers = [one.person_id for one in page.people]
    contacts = guests.contacts_on_file(client_id=page.row.client_id, persons=takers)
    return _shown(request, page, "people", contacts=contacts, **more)


def told(request: ActorRequest, matter_id: UUID, reading_id: UUID) -> HttpResponse:
    """What one person was told, as it was."""
    row = consents.reading(actor=request.actor, at=_now(), matter_id=matter_id, reading_id=reading_id)
    page = queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id)
    person = next((one.name for one in page.people if one.person_id == row.person_id), "")
    context = {"row": row, "person": person, "doc": telling.spoken(row.text, lang())}
    return render(request, "matters/told.html", context)


def documents_tab(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """Pictures and documents of the matter."""
    return tab_page(request, matter_id, "documents")


def sharing_tab(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """What partners may see, and until when."""
    shares = agreements.shares_page(actor=request.actor, at=_now(), matter_id=matter_id)
    accepted = agreements.matter_agreements(actor=request.actor, matter_id=matter_id, at=_now())
    return tab_page(request, matter_id, "sharing", shares=shares, agreements=accepted)


def evidence_tab(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """Every act of the matter, and where its entry stands in the ledger."""
    return tab_page(request, matter_id, "evidence")


def filing(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """The sheet for the registry's form, copied field by field, one person at a time; its answer."""
    return _filing(request, matter_id)


def _filing(request: ActorRequest, matter_id: UUID, **kept: str) -> HttpResponse:
    """With what was typed where it was refused."""
    sheet = queries.filing_sheet(actor=request.actor, at=_now(), matter_id=matter_id)
    people = sheet[1:]
    chosen = read_id(request.GET.get("of", ""))
    one = next((part for part in people if part.subject_id == chosen), people[0] if people else None)
    codes = [(code, said(f"matters.filing.{code}")) for code in FILING_CODES]
    return tab_page(request, matter_id, "filing", company=sheet[0], people=people, one=one, codes=codes, kept=kept)


def papers_tab(request: ActorRequest, matter_id: UUID, kept: Mapping[str, str] | None = None) -> HttpResponse:
    """The papers to be signed: masked, with what is missing; what was typed stays where making one was refused."""
    found = queries.papers_page(actor=request.actor, at=_now(), matter_id=matter_id)
    inputs = [(code, name, (kept or {}).get(code, "")) for code, name in found.inputs]
    return tab_page(request, matter_id, "papers", papers=found.papers, inputs=inputs, kept=kept)


@require_POST
def paper(request: ActorRequest, matter_id: UUID, paper: str) -> HttpResponse:
    """Make one part of a paper and hand it out."""
    handlers_only(request)
    part, _dot, form = request.POST.get("as", "").partition(".")
    if not papers.is_part(paper, part):
        queries.papers_page(actor=request.actor, at=_now(), matter_id=matter_id)  # refuses who may not see it
        messages.warning(request, said("matters.paper-part-unknown"))
        return redirect("matters:papers", matter_id)
    typed = request.POST
    given = {name.removeprefix("given-"): typed.get(name, "") for name in typed if name.startswith("given-")}
    try:
        made = services.make_paper(
            actor=request.actor, at=_now(), matter_id=matter_id, paper=paper, part=part, purpose="purpose.fill_form",
            form=form, lang=typesetting.read_lang(request.POST.get("lang", "zh")), given=given,
        ).value  # fmt: skip
    except BadInput as wrong:
        messages.warning(request, said(wrong.code, **wrong.params))
        return papers_tab(request, matter_id, given) if any(given.values()) else redirect("matters:papers", matter_id)
    return typesetting.handed_out(made.content, made.name)


def desk(request: ActorRequest) -> HttpResponse:
    """What waits for a verdict, oldest first."""
    handlers_only(request)
    return render(request, "matters/desk.html", {"desk": queries.desk(actor=request.actor, at=_now())} | _may(request))


def item(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """One item beside what lies sealed."""
    return _item(request, item_id)


def _item(request: ActorRequest, item_id: UUID, **more: Any) -> HttpResponse:
    handlers_only(request)
    at_desk = queries.desk_item(actor=request.actor, at=_now(), item_id=item_id)
    material_id = at_desk.item.row.material_id if at_desk.mine else None
    document = vault.material(actor=request.actor, at=_now(), material_id=material_id) if material_id else None
    codes = checklist.return_codes(at_desk.item.asked)
    shown = {
        "at_desk": at_desk,
        "document": document,
        "page_numbers": list(range(document.pages)) if document and document.pages > 1 else [],
        "return_codes": [(code, said(f"matters.return.{code}")) for code in codes],
    }
    return render(request, "matters/item.html", shown | more | _may(request))


def attempt(request: ActorRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so; what is wrong is said on the page the reader comes from."""
    try:
        act()
    except BadInput as wrong:
        messages.warning(request, said(wrong.code, **wrong.params))
        return False
    messages.success(request, done)
    return True


@require_POST
def decide(request: ActorRequest, item_id: UUID, verb: str) -> HttpResponse:
    """Claim, release, accept, return, waive, or note as received."""
    given = request.POST
    who: dict[str, Any] = {"actor": request.actor, "at": _now(), "item_id": item_id}
    reason = given.get("reason", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "claim": (lambda: services.claim_item(**who), _("It is on your desk for 15 minutes.")),
        "release": (lambda: services.release_item(**who), _("Put back.")),
        "accept": (lambda: services.accept_item(**who), _("Accepted.")),
        "return": (
            lambda: services.return_item(**who, code=given.get("code", ""), reason=reason),
            _("Returned. The client sees why."),
        ),
        "waive": (lambda: services.waive_item(**who, reason=reason), _("Noted: the matter does without it.")),
        "receive": (
            lambda: services.receive_item(**who, on_paper=given.get("on_paper") == "1"),
            _("Noted as received; it waits on the desk."),
        ),
    }
    if verb not in acts:
        raise Http404
    act, words = acts[verb]
    went_well = attempt(request, act, words)
    if not went_well and reason.strip():
        page = _item(request, item_id, kept=reason)
        page.status_code = 400
        return page
    if went_well and verb in ("accept", "return", "release"):
        rest = queries.desk_item(actor=request.actor, at=_now(), item_id=item_id)
        return (
            redirect("matters:item", rest.next_id) if rest.next_id and verb != "release" else redirect("matters:desk")
        )
    if verb in ("waive", "receive"):
        return redirect("matters:page", queries.desk_item(actor=request.actor, at=_now(), item_id=item_id).matter.id)
    return redirect("matters:item", item_id)


@require_POST
def compare(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Hold a number against what lies sealed; only positions are shown."""
    given = request.POST
    person_id, other = read_id(given.get("person", "")), read_id(given.get("other", ""))
    try:
        if person_id is None:
            raise BadInput("matters.nothing-to-compare")
        done = services.compare_item(
            actor=request.actor,
            at=_now(),
            item_id=item_id,
            person_id=person_id,
            kind=given.get("kind", ""),
            purpose="purpose.verify_identity",
            given="" if other else given.get("given", ""),
            other_client_id=other,
        )
    except BadInput as wrong:
        return _item(request, item_id, compare_error=said(wrong.code, **wrong.params))
    found = done.value
    differing = {place for first, last in found.spans for place in range(first, last + 1)}
    places = [(place, place in differing) for place in range(1, found.digits + 1)]
    return _item(request, item_id, difference=found, places=places, places_text=_spans(found.spans))


@require_POST
def picture(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """One page of the document an item came with, for whoever has it on the desk; counted for the person."""
    at_desk = queries.desk_item(actor=request.actor, at=_now(), item_id=item_id)
    material_id = at_desk.item.row.material_id
    if not at_desk.mine or material_id is None:
        return _item(request, item_id)
    page, turns = _small(request.POST.get("page", "0")), _small(request.POST.get("turns", "0")) % 4
    done = vault_acts.view_material(
        actor=request.actor,
        at=_now(),
        material_id=material_id,
        page=page,
        purpose="purpose.verify_identity",
        reason=_("Verifying %(what)s for %(number)s") % {"what": at_desk.item.name, "number": at_desk.matter.number},
        quarter_turns=turns,
    )
    shown = "data:image/jpeg;base64," + b64encode(done.value).decode()
    return _item(request, item_id, picture=shown, page=page, turns=turns)


def _small(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 4 else 0


@require_POST
def upload(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Staff hand a scan in: it is sealed, then the item counts as received."""
    row = queries.desk_item(actor=request.actor, at=_now(), item_id=item_id).item.row
    file = request.FILES.get("file")

    def hand_in() -> None:
        kept = vault_acts.upload_material(
            actor=request.actor,
            at=_now(),
            client_id=row.client_id,
            subject_id=row.person_id,
            kind=row.asked.material or "other",
            content=file.read() if file else b"",
            matter_id=row.matter_id,
        )
        services.receive_item(actor=request.actor, at=_now(), item_id=item_id, material_id=kept.value.material_id)

    attempt(request, hand_in, _("Sealed. What it carried unseen is taken out; it waits on the desk."))
    return redirect("matters:page", row.matter_id)


def _spans(spans: tuple[tuple[int, int], ...]) -> str:
    words = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return (", " if lang() == "en" else "、").join(words)


@require_POST
def file(request: ActorRequest, matter_id: UUID, answer: str) -> HttpResponse:
    """Note what the registry got or answered."""
    given = request.POST
    who: dict[str, Any] = {"actor": request.actor, "at": _now(), "matter_id": matter_id}
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "submit": (
            lambda: services.submit_filing(
                **who, receipt_number=given.get("receipt_number", ""), agent_id=read_id(given.get("agent", ""))
            ),
            _("Noted. Now the registry has it."),
        ),
        "return": (
            lambda: services.return_filing(**who, code=given.get("code", ""), reason=given.get("reason", "")),
            _("Noted. What is wrong can be taken to the desk again."),
        ),
        "approve": (lambda: services.approve_filing(**who), _("Approved. The matter can be closed.")),
    }
    if answer not in acts:
        raise Http404
    went_well = attempt(request, *acts[answer])
    kept = {name: typed for name in ("receipt_number", "reason", "agent") if (typed := given.get(name, ""))}
    if kept and not went_well:
        return _filing(request, matter_id, **kept)
    return redirect("matters:page" if went_well else "matters:filing", matter_id)


@require_POST
def invite(request: ActorRequest, matter_id: UUID, person_id: UUID) -> HttpResponse:
    """A link of the person's own, shown this once."""
    contact = request.POST.get("contact", "mobile")
    done = services.invite_person(
        actor=request.actor, at=_now(), matter_id=matter_id, person_id=person_id, contact=contact
    )
    page = queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id)
    person = next(one for one in page.people if one.person_id == person_id)
    shown = {"made": done.value, "person": person, "row": page.row}
    return render(request, "matters/invited.html", shown)


@require_POST
def contact(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """Name somebody who speaks for the enterprise; inviting is the next step."""
    handlers_only(request)
    person_id = read_id(request.POST.get("person", ""))
    if person_id is None:
        queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id)  # refuses who may not see the matter
        messages.warning(request, said("matters.contact-missing"))
        return redirect("matters:people", matter_id)
    attempt(
        request,
        lambda: services.add_contact(actor=request.actor, at=_now(), matter_id=matter_id, person_id=person_id),
        _("Named. Invite the person next."),
    )
    return redirect("matters:people", matter_id)


@require_POST
def team(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """Who works on the matter, and who is in charge."""
    given = request.POST
    who: dict[str, Any] = {"actor": request.actor, "at": _now(), "matter_id": matter_id}
    change: dict[str, Any] = {
        "add": read_ids(given.getlist("add")),
        "remove": read_ids(given.getlist("remove")),
        "lead_id": read_id(given.get("lead", "")),
    }
    attempt(request, lambda: services.change_team(**who, **change), _("The team is changed."))
    return redirect("matters:people", matter_id)


@require_POST
def close(request: ActorRequest, matter_id: UUID) -> HttpResponse:
    """End it: shares die, clients' links become narrow, retention counts from here."""
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: services.close_matter(actor=request.actor, at=_now(), matter_id=matter_id, reason=reason),
        _("Closed. Shares have ended; clients can read and use their rights for 90 days. The time of keeping runs."),
    )
    try:
        queries.matter_page(actor=request.actor, at=_now(), matter_id=matter_id)
    except FengniError:
        return redirect(reverse("matters:list"))  # the place on the team was all that showed it
    return redirect("matters:page", matter_id)
