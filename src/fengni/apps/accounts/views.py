"""Pages of members, invitations, sessions, tokens; the demo's person switch."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fengni.apps.accounts import queries, services
from fengni.apps.accounts.authentication import client_address
from fengni.apps.accounts.contact import Contact
from fengni.apps.accounts.forms import ROLE_ORDER, AcceptForm, InviteForm, RolesForm, TokenForm
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.common.tenancy import set_tenant
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput


def _now() -> datetime:
    return datetime.now(UTC)


def people(request: ActorRequest) -> HttpResponse:
    """Members with roles, factors and what one may change."""
    return _people(request, InviteForm())


def _people(request: ActorRequest, form: InviteForm) -> HttpResponse:
    context = {
        "members": [_with_words(row) for row in queries.members()],
        "form": form,
        "roles": [(role, said(f"role.{role}")) for role in ROLE_ORDER],
        "may_manage": bool(request.actor.roles & {"owner", "admin"}),
        "may_change_roles": "owner" in request.actor.roles,
    }
    return render(request, "accounts/people.html", context, status=400 if form.errors else 200)


def _with_words(row: queries.MemberRow) -> dict[str, object]:
    roles = [role for role in ROLE_ORDER if role in row.roles]
    return asdict(row) | {
        "role_names": [said(f"role.{role}") for role in roles],
        "sentence": said(f"role.{roles[0]}.sees") if roles else "",
    }


def house(request: ActorRequest) -> HttpResponse:
    """How the house is reached: everybody reads it, the owner changes it."""
    error, row = "", queries.house()
    if request.method == "POST":
        given = {kind: request.POST.get(kind, "") for kind in ("contact", "phone", "email", "address")}
        name = request.POST.get("name", "")
        try:
            services.edit_tenant(actor=request.actor, at=_now(), contact=Contact(**given), name=name)
        except BadInput as refused:
            error, row = said(refused.code, **refused.params), queries.HouseRow(name, Contact(**given))
        else:
            messages.success(request, _("Saved. Clients read it in the notice."))
            return redirect("accounts:house")
    context = {"house": row, "error": error, "may_edit": "owner" in request.actor.roles}
    return render(request, "accounts/house.html", context, status=400 if error else 200)


@require_POST
def invite(request: ActorRequest) -> HttpResponse:
    """Invite a colleague; the link is shown once on the page that answers."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _people(request, form)
    roles = tuple(form.cleaned_data["roles"])
    done = services.invite_member(actor=request.actor, at=_now(), name=form.cleaned_data["name"], roles=roles)
    return _show_link(request, done.value.token, form.cleaned_data["name"])


@require_POST
def reinvite(request: ActorRequest, member_id: UUID) -> HttpResponse:
    """A new link for a lost one."""
    done = services.reinvite_member(actor=request.actor, at=_now(), member_id=member_id)
    return _show_link(request, done.value.token, queries.member_names()[member_id])


def _show_link(request: ActorRequest, token: str, name: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("accounts:accept")) + f"#{token}"  # a fragment reaches no server log
    return render(request, "accounts/invited.html", {"link": link, "name": name})


def accept(request: HttpRequest) -> HttpResponse:
    """A new colleague chooses login and password. GET shows nothing about the invitation and consumes nothing."""
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = request.POST.get("token", "")
        try:
            tenant_id = UUID(hex=token.split(".", 1)[0])
        except ValueError:
            tenant_id = UUID(int=0)
        services.accept_invitation(
            actor=system_actor(tenant_id, channel="web"),
            at=_now(),
            token=token,
            login=form.cleaned_data["login"],
            password=form.cleaned_data["password"],
        )
        messages.success(request, _("Your account is ready. Sign in."))
        return redirect("account_login")
    context = {"form": form, "token": request.POST.get("token", "")}
    return render(request, "accounts/accept.html", context, status=400 if form.errors else 200)


@require_POST
def change_roles(request: ActorRequest, member_id: UUID) -> HttpResponse:
    """Give other roles."""
    form = RolesForm(request.POST)
    roles = tuple(request.POST.getlist("roles")) if not form.is_valid() else tuple(form.cleaned_data["roles"])
    services.change_roles(actor=request.actor, at=_now(), member_id=member_id, roles=roles)
    messages.success(request, _("Roles changed. They hold from the next request on."))
    return redirect("accounts:people")


@require_POST
def deactivate(request: ActorRequest, member_id: UUID) -> HttpResponse:
    """Close a member's access."""
    done = services.deactivate_member(actor=request.actor, at=_now(), member_id=member_id)
    messages.success(request, _("Access closed; %(n)d sessions ended.") % {"n": done.value})
    return redirect("accounts:people")


@require_POST
def reset_factors(request: ActorRequest, member_id: UUID) -> HttpResponse:
    """Remove second factors after a lost phone."""
    services.reset_factors(actor=request.actor, at=_now(), member_id=member_id)
    messages.success(request, _("Second factors removed and sessions ended."))
    return redirect("accounts:people")


def devices(request: ActorRequest) -> HttpResponse:
    """Living sessions and API tokens."""
    key = request.session.session_key or ""
    rows = queries.sessions(actor=request.actor, at=_now(), session_key=key)
    tokens = queries.tokens(actor=request.actor)
    everybody = bool(request.actor.roles & {"owner", "admin", "security"})
    context = {"sessions": rows, "tokens": tokens, "form": TokenForm(), "everybody": everybody}
    return render(request, "accounts/devices.html", context)


@require_POST
def end_session(request: ActorRequest) -> HttpResponse:
    """End one session."""
    services.end_session(actor=request.actor, at=_now(), session=request.POST.get("session", ""))
    messages.success(request, _("The session has ended."))
    return redirect("accounts:devices")


@require_POST
def issue_token(request: ActorRequest) -> HttpResponse:
    """An API token, shown once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return redirect("accounts:devices")
    done = services.issue_token(actor=request.actor, at=_now(), label=form.cleaned_data["label"])
    return render(request, "accounts/token.html", {"token": done.value})


@require_POST
def revoke_token(request: ActorRequest, token_id: UUID) -> HttpResponse:
    """Stop an API token."""
    services.revoke_token(actor=request.actor, at=_now(), token_id=token_id)
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:devices")


def demo_people(request: HttpRequest) -> HttpResponse:
    """The demo's front page: choose whom to be."""
    if not settings.DEMO:
        raise Http404
    people = [_with_words(row) for row in queries.demo_people()]
    return render(request, "accounts/demo_people.html", {"people": people})


@require_POST
def demo_become(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Become a person of the demo tenant: demo installations only, which listen on loopback only."""
    if not settings.DEMO or client_address(request) not in {"127.0.0.1", "::1"}:
        raise Http404
    user = queries.demo_user(member_id)
    if user is None:
        raise Http404
    start_session(request, user, backend="fengni.apps.accounts.authentication.LoginBackend")
    actor = queries.actor_of(user, session_key=request.session.session_key or "", address=client_address(request))
    set_tenant(actor.tenant_id)
    services.open_session(actor=actor, at=_now(), factor="demo")
    return redirect("/")
