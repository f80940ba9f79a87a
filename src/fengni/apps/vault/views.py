"""Pages of clients and persons: masked lists and pages, one clear value for a purpose, replacement, search, export."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.accounts import queries as accounts
from fengni.apps.approvals import asking
from fengni.apps.common import ranges
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.ledger import queries as ledger
from fengni.apps.parties import queries as parties
from fengni.apps.parties.queries import Lent
from fengni.apps.vault import queries, services
from fengni.apps.vault.forms import ClientForm, PersonForm, ReplaceForm, RevealForm
from fengni.apps.vault.store.box import is_secret
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import element
from fengni.core.vault.masking import mask


def _now() -> datetime:
    return datetime.now(UTC)


def _number(request: ActorRequest) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


def _may(request: ActorRequest, lent: Lent | None = None) -> dict[str, bool]:
    """What the reader may do; in a file that was lent, nothing but look."""
    roles = request.actor.roles
    return {
        "may_handle": lent is None and bool(roles & set(services.HANDLERS)),
        "may_export": lent is None and bool(roles & {*services.HANDLERS, "dpo"}),
        "may_browse": bool(roles & ({*services.LENT} if lent else {*services.HANDLERS, "dpo"})),
        "may_assign": bool(roles & {"owner", "lead"}),
    }


def _purposes(purposes: tuple[str, ...], lent: Lent | None) -> tuple[str, ...]:
    """For what something may be opened: in a file that was lent, for what it was lent alone."""
    return tuple(one for one in purposes if lent is None or one in lent.purposes)


def _part(request: ActorRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def clients(request: ActorRequest) -> HttpResponse:
    """Client files of the reader's scope."""
    page = queries.clients_page(actor=request.actor, at=_now(), page=_number(request))
    return render(request, "vault/clients.html", {"page": page} | _may(request))


def persons(request: ActorRequest) -> HttpResponse:
    """Persons in the client files of the reader's scope."""
    page = queries.persons_page(actor=request.actor, at=_now(), page=_number(request))
    return render(request, "vault/persons.html", {"page": page} | _may(request))


def client(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """One client file: its enterprise, its persons, in whose hands it is."""
    page = queries.client_page(actor=request.actor, at=_now(), client_id=client_id)
    held = {one.member_id for one in page.assigned}
    context = {
        "client": page,
        "facts": {row.kind: row.shown for row in page.fields},
        "others": [m for m in accounts.members() if m.active and "agent" in m.roles and m.id not in held],
    }
    return render(request, "vault/client.html", context | _may(request, page.lent))


def person(request: ActorRequest, client_id: UUID, person_id: UUID) -> HttpResponse:
    """One person in a client file, and who has seen it."""
    page = queries.person_page(actor=request.actor, at=_now(), client_id=client_id, person_id=person_id)
    return render(request, "vault/person.html", {"person": page} | _may(request, page.lent) | _seen_by(page))


def history(request: ActorRequest, client_id: UUID, person_id: UUID) -> HttpResponse:
    """Who has seen a person: the column beside the page, alone."""
    page = queries.person_page(actor=request.actor, at=_now(), client_id=client_id, person_id=person_id)
    template = "vault/_history.html" if _part(request) else "vault/history.html"
    return render(request, template, {"person": page} | _may(request, page.lent) | _seen_by(page))


def _seen_by(page: queries.PersonPage) -> dict[str, Any]:
    rows = ledger.person_history(page.id, limit=20)
    last = max((row.number for row in rows if row.number is not None), default=0)
    return {"history": rows, "last": last, "unsealed": any(row.number is None for row in rows)}


def _about(request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str) -> dict[str, Any]:
    """What the question of one field says: whose it is, how it is masked, where to go back."""
    kind = element(kind).kind
    if subject_id == client_id:
        page: queries.ClientPage | queries.PersonPage = queries.client_page(
            actor=request.actor, at=_now(), client_id=client_id
        )
        back, whom = reverse("vault:client", args=[client_id]), page.name
    else:
        page = queries.person_page(actor=request.actor, at=_now(), client_id=client_id, person_id=subject_id)
        back, whom = reverse("vault:person", args=[client_id, subject_id]), f"{page.name} · {page.client_name}"
    rows = page.fields if isinstance(page, queries.PersonPage) else (*page.fields, *page.secrets)
    row = next((row for row in rows if row.kind == kind), None)
    revision = next((m.revision for m in page.missing if m.kind == kind), 0) if row is None else row.revision
    return {
        "kind": kind,
        "what": said(f"field.{kind}"),
        "whom": whom,
        "back": back,
        "masked": row.shown if row else "",
        "revision": revision,
        "can": row.can if row else () if is_secret(kind) or page.lent else ("replace",),
        "fragment": _part(request),
    }


def reveal(request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str) -> HttpResponse:
    """GET asks for what and why; POST shows one value for 30 seconds, after the entry is written."""
    posted = request.POST if request.method == "POST" else None
    secret = subject_id == client_id and is_secret(kind)
    of = None if subject_id == client_id else subject_id
    lent = parties.lent(actor=request.actor, at=_now(), client_id=client_id, person_id=of)
    purposes = _purposes(services.SECRET_PURPOSES if secret else services.PURPOSES, lent)
    chosen = request.GET.get("purpose") or request.session.get("purpose", "")
    form = RevealForm(posted, purposes=purposes, chosen=purposes[0] if len(purposes) == 1 else chosen)
    if posted is None or not form.is_valid():
        about = _about(request, client_id, subject_id, kind)
        if "reveal" not in about["can"]:
            raise Denied("access.role")
        response = render(request, "vault/reveal.html", about | {"form": form}, status=400 if posted else 200)
        if posted is not None:
            response["HX-Retarget"] = "#ask-body"
        return response
    asked = form.cleaned_data
    if secret:
        done = services.reveal_secret(actor=request.actor, at=_now(), client_id=client_id, kind=kind, **asked)
    else:
        done = services.reveal_field(
            actor=request.actor, at=_now(), client_id=client_id, subject_id=subject_id, kind=kind, **asked
        )
    request.session["purpose"] = form.cleaned_data["purpose"]
    shown = {
        "kind": kind, "clear": done.value.value, "mask": mask(kind, done.value.value), "state": done.value.state,
        "what": said(f"field.{kind}"),
    }  # fmt: skip
    back = reverse("vault:client", args=[client_id])
    if subject_id != client_id:
        back = reverse("vault:person", args=[client_id, subject_id])
    response = render(request, "vault/shown.html", shown | {"back": back, "fragment": _part(request)})
    response["HX-Trigger"] = "fengni:seen"
    return response


def replace(request: ActorRequest, client_id: UUID, subject_id: UUID, kind: str) -> HttpResponse:
    """GET asks for the new value; POST seals it in place of the old one."""
    form = ReplaceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.replace_field(
                actor=request.actor, at=_now(), client_id=client_id, subject_id=subject_id, kind=kind,
                **form.cleaned_data,
            )  # fmt: skip
        except BadInput as error:
            form.add_error("value", said(error.code, **error.params))
        else:
            messages.success(request, _("%(what)s is replaced and sealed.") % {"what": said(f"field.{kind}")})
            return _go(request, _about(request, client_id, subject_id, kind)["back"])
    about = _about(request, client_id, subject_id, kind)
    if "replace" not in about["can"] or not _may(request)["may_handle"]:
        raise Denied("access.role")
    return render(request, "vault/replace.html", about | {"form": form}, status=400 if form.errors else 200)


def documents(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """The documents of a client file; POST shows their small pictures, for a purpose, as one act."""
    asked = request.POST.get("purpose") or request.session.get("purpose", "")
    small: dict[UUID, str] = {}
    if request.method == "POST":
        done = services.browse_materials(actor=request.actor, at=_now(), client_id=client_id, purpose=asked)
        small = {one: f"data:image/jpeg;base64,{b64encode(image).decode()}" for one, image in done.value.items()}
    page = queries.client_page(actor=request.actor, at=_now(), client_id=client_id)
    names = {row.person_id: row.name for row in page.persons}
    rows = [
        {"row": one, "of": names.get(one.subject_id, "") if one.subject_id else "", "small": small.get(one.id, "")}
        for one in queries.materials(actor=request.actor, at=_now(), client_id=client_id)
    ]
    context = {"client": page, "rows": rows, "small": bool(small), "posted": request.method == "POST"}
    context |= {"purposes": [(code, said(code)) for code in _purposes(services.PURPOSES, page.lent)], "asked": asked}
    return render(request, "vault/documents.html", context | _may(request, page.lent))


def original(request: ActorRequest, client_id: UUID, material_id: UUID) -> HttpResponse:
    """GET asks for what and why; POST takes the document out as it is, after the entry is written."""
    posted = request.POST if request.method == "POST" else None
    chosen = request.GET.get("purpose") or request.session.get("purpose", "")
    form = RevealForm(posted, purposes=services.PURPOSES, chosen=chosen)
    if posted is None or not form.is_valid():
        about = queries.material(actor=request.actor, at=_now(), material_id=material_id)
        if not _may(request)["may_export"]:
            raise Denied("access.role")
        context = {"form": form, "about": about, "what": said(f"field.material_{about.kind}"), "client_id": client_id}
        return render(request, "vault/original.html", context, status=400 if posted else 200)
    done = services.open_material(actor=request.actor, at=_now(), material_id=material_id, **form.cleaned_data)
    request.session["purpose"] = form.cleaned_data["purpose"]
    return redirect("vault:content", client_id, material_id, done.value.opening_id)


def content(
    request: ActorRequest, client_id: UUID, material_id: UUID, opening_id: UUID
) -> HttpResponse | StreamingHttpResponse:
    """The bytes of a document that the reader took out, whole or by ranges."""
    found = queries.content(actor=request.actor, at=_now(), material_id=material_id, opening_id=opening_id)
    return ranges.handed_out(request, found, f"{found.kind}-{str(material_id)[-8:]}")


@require_POST
def discard_secrets(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Destroy the password box of a client file."""
    services.discard_secrets(actor=request.actor, at=_now(), client_id=client_id)
    messages.success(request, _("The password box of this file is destroyed."))
    return redirect("vault:client", client_id)


def password_box(request: ActorRequest) -> HttpResponse:
    """The switch: whether imports lock login passwords into a box, and what is in it."""
    if "owner" not in request.actor.roles:
        raise Denied("access.role")
    if request.method == "POST":
        keep = request.POST.get("keep") == "yes"
        try:
            services.keep_passwords(
                actor=request.actor, at=_now(), keep=keep, reason=request.POST.get("reason", "")[:200]
            )
        except BadInput as error:
            context = {"box": queries.password_box(), "error": said(error.code, **error.params)}
            return render(request, "vault/password_box.html", context, status=400)
        told = _("The password box is on.") if keep else _("The password box is off; what lay in it is destroyed.")
        messages.success(request, told)
        return redirect("vault:password_box")
    return render(request, "vault/password_box.html", {"box": queries.password_box()})


def _go(request: ActorRequest, address: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if _part(request) else redirect(address)


def search(request: ActorRequest) -> HttpResponse:
    """What was typed, looked up by index. A full number is an act; nothing typed stands in an address."""
    words = request.POST.get("q", "").strip()[:120]
    found = queries.search(actor=request.actor, at=_now(), words=words) if words else queries.Found()
    rows = found.rows
    if found.full_number:
        rows = services.search_number(actor=request.actor, at=_now(), number=words).value.rows
    context = {
        "clients": [row for row in rows if row.person_id is None],
        "persons": [row for row in rows if row.person_id is not None],
        "total": len(rows),
        "counted": found.full_number,
        "searched": bool(words),
    }
    return render(request, "vault/found.html", context)


@require_POST
def export(request: ActorRequest, what: str) -> HttpResponse:
    """The masked list as a file; above some persons the way leads to a second person first."""
    try:
        file = services.export_list(actor=request.actor, at=_now(), what=what, form=request.POST.get("form", "")).value
    except Denied as denied:
        if denied.code != asking.REQUIRED:
            raise
        return redirect(asking.address_to_ask(denied, detail=what))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)


@require_POST
def receipt(request: ActorRequest, client_id: UUID, person_id: UUID) -> HttpResponse:
    """The person's own receipt: every entry about the person, verifiable offline."""
    done = services.issue_receipt(actor=request.actor, at=_now(), client_id=client_id, person_id=person_id)
    headers = {"Content-Disposition": 'attachment; filename="fengni-receipt.json"'}
    return HttpResponse(done.value, content_type="application/json", headers=headers)


def new_client(request: ActorRequest) -> HttpResponse:
    """A client file by hand."""
    if not _may(request)["may_handle"]:
        raise Denied("access.role")
    form = ClientForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            done = services.create_client(actor=request.actor, at=_now(), fields=form.values)
        except BadInput as error:
            form.add_error(None, said(error.code, **error.params))
        else:
            return redirect("vault:client", done.value)
    return render(request, "vault/new_client.html", {"form": form}, status=400 if form.errors else 200)


def new_person(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """A person in a client file by hand."""
    if not _may(request)["may_handle"]:
        raise Denied("access.role")
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            done = services.add_person(
                actor=request.actor, at=_now(), client_id=client_id, roles=tuple(form.cleaned_data["roles"]),
                fields=form.values,
            )  # fmt: skip
        except BadInput as error:
            form.add_error(None, said(error.code, **error.params))
        else:
            return redirect("vault:person", client_id, done.value.person_id)
    page = queries.client_page(actor=request.actor, at=_now(), client_id=client_id)
    return render(request, "vault/new_person.html", {"form": form, "client": page}, status=400 if form.errors else 200)
