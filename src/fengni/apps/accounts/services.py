"""Acts on tenants, members, invitations, sessions and API tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from fengni.apps.accounts import contact as ways
from fengni.apps.accounts.contact import Contact
from fengni.apps.accounts.models import ApiToken, Invitation, Member, Tenant, User
from fengni.apps.accounts.queries import session_pseudonym, standing, token_digest
from fengni.apps.acts.acting import Outcome, act
from fengni.apps.common.identifiers import uuid7
from fengni.core.access.actor import STAFF_ROLES, Actor
from fengni.core.access.decision import Resource
from fengni.core.access.standing import check_factor
from fengni.core.errors import BadInput, Denied

ALL_STAFF = tuple(STAFF_ROLES)
INVITATION_LIFE = timedelta(days=7)
TOKEN_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Invited:
    """A new member and the one-time token of the invitation; the token is shown once and never stored."""

    member_id: UUID
    token: str


def _member_resource(actor: Actor, member_id: UUID) -> Resource:
    member = Member.objects.filter(id=member_id).first()
    if member is None:
        raise BadInput("accounts.no-such-member")
    return Resource("accounts:member", member.id, member.tenant_id)


@act("accounts:tenant:found", roles=())
def found_tenant(
    *,
    actor: Actor,
    at: datetime,
    name: str,
    kind: str,
    owner_name: str,
    login: str | None,
    password: str | None,
    suite: int = 1,
    demo: bool = False,
    contact: Contact | None = None,
) -> Outcome[UUID]:
    """The operating organisation and its first owner. Only the product itself founds (`fengni init`, the demo).

    Without a login the owner is invited afterwards, like any colleague. Without a contact no client can be invited
    until the owner gives one. Returns the owner's member id. Raises BadInput when the login is taken or the contact
    reaches nobody.
    """
    home = Tenant(id=actor.tenant_id, name=name, kind=kind, suite=suite, demo=demo, created_at=at)
    if contact is not None:
        _reach(home, contact)
    home.save(force_insert=True)
    user = _user(login, password, actor.tenant_id) if login is not None else None
    member = Member.objects.create(
        id=uuid7(), tenant_id=actor.tenant_id, user=user, name=owner_name, roles=["owner", "admin"], created_at=at
    )
    return Outcome(
        member.id, resource=Resource("accounts:tenant", actor.tenant_id, actor.tenant_id), facts={"suite": suite}
    )


@act("accounts:tenant:edit", roles=("owner",))
def edit_tenant(*, actor: Actor, at: datetime, contact: Contact, name: str = "") -> Outcome[None]:
    """Who answers clients for the house and how to reach them; another name of the house where one is given.

    Whoever was told before reads what is new before handing in more. Raises BadInput when nobody could be reached.
    """
    home = Tenant.objects.select_for_update().get(id=actor.tenant_id)
    _reach(home, contact)
    home.name = (name.strip() or home.name)[:120]
    home.save(update_fields=["name", "contact", "phone", "email", "address"])
    return Outcome(None, resource=Resource("accounts:tenant", home.id, home.id))


def _reach(home: Tenant, given: Contact) -> None:
    known = ways.checked(given)
    home.contact, home.phone, home.email, home.address = known.contact, known.phone, known.email, known.address


def _user(login: str, password: str | None, tenant_id: UUID) -> User:
    """Somebody who can sign in. Raises BadInput when the login is taken, be it at the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(login, password, tenant_id=tenant_id)
    except IntegrityError:
        raise BadInput("accounts.login-taken") from None


@act("accounts:member:invite", roles=("owner", "admin"))
def invite_member(*, actor: Actor, at: datetime, name: str, roles: tuple[str, ...]) -> Outcome[Invited]:
    """A colleague with roles, and a one-time invitation that lives seven days. Only an owner makes another owner."""
    check_roles(actor, roles)
    if not name.strip():
        raise BadInput("accounts.name-missing")
    member = Member.objects.create(
        id=uuid7(), tenant_id=actor.tenant_id, name=name.strip()[:60], roles=sorted(roles), created_at=at
    )
    token = _invitation(actor.tenant_id, member.id, at)
    resource = Resource("accounts:member", member.id, actor.tenant_id)
    return Outcome(Invited(member.id, token), resource=resource, facts={"roles": len(roles)})


@act("accounts:member:reinvite", roles=("owner", "admin"), resource=_member_resource)
def reinvite_member(*, actor: Actor, at: datetime, member_id: UUID) -> Outcome[Invited]:
    """A new one-time link for a member whose invitation was lost; the old link dies.

    Whoever holds the link becomes the member, so only an owner gets one for an owner.
    """
    member = Member.objects.select_for_update().get(id=member_id)
    if member.user_id is not None:
        raise BadInput("accounts.has-signed-in")
    check_roles(actor, tuple(member.roles))
    Invitation.objects.filter(member_id=member_id, used_at=None).update(expires_at=at)
    return Outcome(Invited(member_id, _invitation(actor.tenant_id, member_id, at)))


def _invitation(tenant_id: UUID, member_id: UUID, at: datetime) -> str:
    token = f"{tenant_id.hex}.{secrets.token_urlsafe(32)}"
    Invitation.objects.create(
        id=uuid7(),
        tenant_id=tenant_id,
        member_id=member_id,
        token_hash=token_digest(token),
        expires_at=at + INVITATION_LIFE,
        created_at=at,
    )
    return token


def check_roles(actor: Actor, roles: tuple[str, ...]) -> None:
    """Raise BadInput for none or unknown roles, Denied when somebody below owner hands out owner."""
    if not roles or not set(roles) <= STAFF_ROLES:
        raise BadInput("accounts.roles-unknown")
    if "owner" in roles and not actor.roles & {"owner", "system"}:
        raise Denied("access.role")


@act("accounts:invitation:accept", roles=())
def accept_invitation(*, actor: Actor, at: datetime, token: str, login: str, password: str) -> Outcome[UUID]:
    """Turn an invitation into a sign-in. The invitation is the authority, so the product itself acts.

    Returns the user id. Raises BadInput when the link is unknown, used or expired or the member's access was closed
    meanwhile (one text for all).
    """
    invitation = Invitation.objects.select_for_update().filter(token_hash=token_digest(token)).first()
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= at:
        raise BadInput("accounts.invitation-invalid")
    member = Member.objects.select_for_update().get(id=invitation.member_id)
    if member.user_id is not None or not member.active:
        raise BadInput("accounts.invitation-invalid")
    member.user = _user(login, password, member.tenant_id)
    member.save(update_fields=["user"])
    invitation.used_at = at
    invitation.save(update_fields=["used_at"])
    return Outcome(member.user.id, resource=Resource("accounts:member", member.id, member.tenant_id))


@act("accounts:member:change_roles", roles=("owner",), resource=_member_resource)
def change_roles(*, actor: Actor, at: datetime, member_id: UUID, roles: tuple[str, ...]) -> Outcome[None]:
    """Give a member other roles. The last owner stays owner."""
    check_roles(actor, roles)
    if "owner" not in roles:
        _keep_an_owner(member_id)
    Member.objects.filter(id=member_id).update(roles=sorted(roles))
    return Outcome(None, facts={"roles": len(roles)})


@act("accounts:member:deactivate", roles=("owner", "admin"), resource=_member_resource)
def deactivate_member(*, actor: Actor, at: datetime, member_id: UUID) -> Outcome[int]:
    """Close a member's access and end every session. Returns the number of sessions ended."""
    _keep_an_owner(member_id)
    member = Member.objects.get(id=member_id)
    member.active = False
    member.save(update_fields=["active"])
    ended = 0
    if member.user_id:
        User.objects.filter(id=member.user_id).update(is_active=False)
        ended = end_sessions(user_id=member.user_id)
        ApiToken.objects.filter(member_id=member_id, revoked_at=None).update(revoked_at=at)
    return Outcome(ended, facts={"sessions": ended})


def _keep_an_owner(member_id: UUID) -> None:
    others = Member.objects.select_for_update().filter(active=True).exclude(id=member_id)
    if not any("owner" in m.roles for m in others):
        raise BadInput("accounts.last-owner")


@act("accounts:session:open", roles=ALL_STAFF)
def open_session(*, actor: Actor, at: datetime, factor: str) -> Outcome[None]:
    """Somebody signed in; `factor` is password, totp, webauthn or demo."""
    return Outcome(None, resource=Resource("accounts:member", actor.id, actor.tenant_id), facts={"factor": factor})


@act("accounts:session:end", roles=ALL_STAFF)
def end_session(*, actor: Actor, at: datetime, session: str) -> Outcome[None]:
    """End one session: one's own, or a colleague's as owner, admin or security. Takes effect with the next request.

    `session` is the pseudonym that lists show: whoever may end a session must not be able to take it over.
    """
    from allauth.usersessions.models import UserSession

    rows = UserSession.objects.filter(user__tenant_id=actor.tenant_id)
    row = next((one for one in rows if session_pseudonym(one.session_key) == session), None)
    if row is None:
        raise BadInput("accounts.no-such-session")
    member = Member.objects.get(user_id=row.user_id)
    if member.id != actor.id and not actor.roles & {"owner", "admin", "security"}:
        raise Denied("access.role")
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    return Outcome(None, resource=Resource("accounts:member", member.id, actor.tenant_id))


def end_sessions(*, user_id: UUID, but: str = "") -> int:
    """Delete the sessions of a user, all `but` one; returns how many there were. Part of acts, never an act itself."""
    from allauth.usersessions.models import UserSession

    rows = UserSession.objects.filter(user_id=user_id).exclude(session_key=but)
    ended, _ = Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()
    return ended


@act("accounts:credential:change", roles=ALL_STAFF)
def change_credential(*, actor: Actor, at: datetime, factor: str, change: str, session_key: str) -> Outcome[int]:
    """Somebody changed what they sign in with: password, totp, webauthn or recovery_codes, added or removed.

    Every other session of theirs ends, so that one opened with the old password alone does not profit from the new
    factor. Returns how many ended.
    """
    user_id = Member.objects.get(id=actor.id).user_id
    ended = end_sessions(user_id=user_id, but=session_key) if user_id else 0
    resource = Resource("accounts:member", actor.id, actor.tenant_id)
    return Outcome(ended, resource=resource, facts={"factor": factor, "change": change, "sessions": ended})


@act("accounts:member:reset_factors", roles=("owner", "admin"), resource=_member_resource)
def reset_factors(*, actor: Actor, at: datetime, member_id: UUID) -> Outcome[int]:
    """Remove a member's second factors (lost phone) and end the sessions; a new factor is asked for at sign-in."""
    from allauth.mfa.models import Authenticator

    user_id = Member.objects.get(id=member_id).user_id
    if user_id is None:
        raise BadInput("accounts.has-not-signed-in")
    removed, _ = Authenticator.objects.filter(user_id=user_id).delete()
    end_sessions(user_id=user_id)
    return Outcome(removed, facts={"factors": removed})


@act("accounts:token:issue", roles=ALL_STAFF)
def issue_token(*, actor: Actor, at: datetime, label: str) -> Outcome[str]:
    """An API token that acts as oneself for 90 days. Shown once; only its hash is stored.

    Raises Denied when the second factor is missing: a token would outlive the password it was made with.
    """
    check_factor(standing(actor=actor))
    token = f"fgn_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        id=uuid7(),
        tenant_id=actor.tenant_id,
        member_id=actor.id,
        token_hash=token_digest(token),
        label=label.strip()[:60],
        expires_at=at + TOKEN_LIFE,
        created_at=at,
    )
    return Outcome(token, resource=Resource("accounts:token", row.id, actor.tenant_id))


@act("accounts:token:revoke", roles=ALL_STAFF)
def revoke_token(*, actor: Actor, at: datetime, token_id: UUID) -> Outcome[None]:
    """Stop a token: one's own, or anybody's as owner, admin or security."""
    row = ApiToken.objects.filter(id=token_id, tenant_id=actor.tenant_id).first()
    if row is None:
        raise BadInput("accounts.no-such-token")
    if row.member_id != actor.id and not actor.roles & {"owner", "admin", "security"}:
        raise Denied("access.role")
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    return Outcome(None, resource=Resource("accounts:token", row.id, actor.tenant_id))
