"""Reads on members, sessions and tokens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from fengni.apps.accounts.contact import Contact
from fengni.apps.accounts.models import ApiToken, Member, Tenant, User
from fengni.apps.common.queries import query
from fengni.apps.common.tenancy import current_tenant, tenant
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Block
from fengni.core.access.standing import Standing, check_standing


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the people page lists it."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    active: bool
    signs_in: bool
    factors: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A living session. `id` is its pseudonym: a session's key opens it, so no page shows it."""

    id: str
    member_id: UUID
    member_name: str
    browser: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class HouseRow:
    """The organisation: its name, and how clients reach it."""

    name: str
    contact: Contact


def session_pseudonym(session_key: str) -> str:
    """The name of a session in the ledger and in blocks: keyed, so that the ledger opens no session."""
    return salted_hmac("fengni.session", session_key, algorithm="sha256").hexdigest()[:32]


def token_digest(token: str) -> bytes:
    """What is stored of an invitation or API token: SHA-256; the token itself has 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def actor_of(user: User, *, session_key: str = "", address: str = "", channel: str = "web") -> Actor:
    """The actor behind a signed-in user, read within the user's tenant."""
    return actor_and_name_of(user, session_key=session_key, address=address, channel=channel)[0]


def actor_and_name_of(
    user: User, *, session_key: str = "", address: str = "", channel: str = "web"
) -> tuple[Actor, str]:
    """The actor and the member's name. An inactive member has no roles, so everything is refused."""
    with tenant(user.tenant_id), transaction.atomic(savepoint=False):
        member = Member.objects.get(user_id=user.pk)
    actor = Actor(
        id=member.id,
        tenant_id=member.tenant_id,
        roles=frozenset(member.roles if member.active else ()),
        session=session_pseudonym(session_key) if session_key else "",
        channel=channel,
        address=address,
    )
    return actor, member.name


def actor_of_token(token: str, at: datetime, *, address: str = "") -> Actor | None:
    """The actor behind an API token, or None when it is unknown, revoked or expired."""
    row = ApiToken.objects.filter(token_hash=token_digest(token), revoked_at=None, expires_at__gt=at).first()
    if row is None:
        return None
    with tenant(row.tenant_id), transaction.atomic(savepoint=False):
        member = Member.objects.filter(id=row.member_id, active=True).first()
    if member is None:
        return None
    return Actor(
        id=member.id,
        tenant_id=member.tenant_id,
        roles=frozenset(member.roles),
        session=row.id.hex,
        channel="api",
        address=address,
    )


@query
def standing(*, actor: Actor) -> Standing:
    """What the door must know of a member, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.demo, EXISTS (SELECT FROM mfa_authenticator f JOIN accounts_member m ON m.user_id = f.user_id "
            "WHERE m.id = %s AND f.type IN ('totp', 'webauthn')), b.kind, b.subject, b.until "
            "FROM accounts_tenant t LEFT JOIN acts_block b "
            "ON b.tenant_id = t.id AND b.lifted_at IS NULL AND b.subject = ANY(%s) WHERE t.id = %s",
            [actor.id, [actor.id.hex, actor.session or "-", actor.address or "-"], actor.tenant_id],
        )
        rows = cursor.fetchall()
    blocks = tuple(Block(kind, subject, until) for _, _, kind, subject, until in rows if kind)
    return Standing(demo=rows[0][0], has_factor=rows[0][1], blocks=blocks)


def admit(*, actor: Actor, at: datetime) -> None:
    """Let somebody in to read and act, or raise Denied: without a role, blocked, or without the second factor.

    No query itself: raising inside one would break the transaction of the page that answers.
    """
    check_standing(actor, standing(actor=actor), at)


@query
def house() -> HouseRow:
    """The organisation that is bound, as clients read of it."""
    bound = current_tenant()
    if bound is None:
        raise RuntimeError("no tenant is bound")
    home = Tenant.objects.get(id=bound)
    return HouseRow(home.name, Contact(home.contact, home.phone, home.email, home.address))


@query
def sign_in_of(*, actor: Actor) -> tuple[str, str]:
    """The sign-in name and the name of a member; empty where it has none (the product itself, a guest)."""
    row = Member.objects.filter(id=actor.id).values_list("user__login", "name").first()
    return (row[0] or "", row[1]) if row else ("", "")


@query
def members() -> list[MemberRow]:
    """Every member of the tenant, active ones first."""
    from allauth.mfa.models import Authenticator

    rows = list(Member.objects.order_by("-active", "created_at"))
    counts: dict[UUID, int] = {}
    users = [m.user_id for m in rows if m.user_id]
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    for user_id in Authenticator.objects.filter(user_id__in=users, type__in=kinds).values_list("user_id", flat=True):
        counts[user_id] = counts.get(user_id, 0) + 1
    return [
        MemberRow(
            m.id, m.name, tuple(m.roles), m.active, m.user_id is not None, counts.get(m.user_id, 0) if m.user_id else 0
        )
        for m in rows
    ]


@query
def house_name() -> str:
    """The name of the organisation the reader works for or came to."""
    here = current_tenant()
    return str(Tenant.objects.values_list("name", flat=True).get(id=here)) if here else ""


@query
def member_names() -> dict[UUID, str]:
    """Names of the tenant's members by id: the ledger page names colleagues, never clients."""
    return dict(Member.objects.values_list("id", "name"))


@query
def sessions(*, actor: Actor, at: datetime, session_key: str = "") -> list[SessionRow]:
    """Living sessions: everybody's for owner, admin and security, one's own for others."""
    from allauth.usersessions.models import UserSession

    everybody = bool(actor.roles & {"owner", "admin", "security"})
    people = {m.user_id: m for m in Member.objects.filter(user__isnull=False) if everybody or m.id == actor.id}
    rows = UserSession.objects.filter(user_id__in=people).order_by("-last_seen_at")
    alive = set(
        Session.objects.filter(session_key__in=[r.session_key for r in rows], expire_date__gt=at).values_list(
            "session_key", flat=True
        )
    )
    return [
        SessionRow(
            session_pseudonym(r.session_key),
            people[r.user_id].id,
            people[r.user_id].name,
            r.user_agent[:200],
            str(r.ip),
            r.created_at,
            r.last_seen_at,
            r.session_key == session_key,
        )
        for r in rows
        if r.session_key in alive
    ]


def all_tenants() -> list[Tenant]:
    """Every tenant of the installation (exempt table): for the sealer, the demo and `fengni doctor`."""
    return list(Tenant.objects.order_by("created_at"))


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token as listed; never the token."""

    id: UUID
    label: str
    member_name: str
    created_at: datetime
    expires_at: datetime
    revoked: bool


@query
def tokens(*, actor: Actor) -> list[TokenRow]:
    """API tokens: everybody's for owner, admin and security, one's own for others."""
    names = dict(Member.objects.values_list("id", "name"))
    rows = ApiToken.objects.filter(tenant_id=actor.tenant_id).order_by("-created_at")
    if not actor.roles & {"owner", "admin", "security"}:
        rows = rows.filter(member_id=actor.id)
    return [
        TokenRow(r.id, r.label, names.get(r.member_id, "—"), r.created_at, r.expires_at, r.revoked_at is not None)
        for r in rows
    ]


def demo_people() -> list[MemberRow]:
    """The members of the demo tenant, for the person switch."""
    home = Tenant.objects.filter(demo=True).order_by("created_at").first()
    if home is None:
        return []
    with tenant(home.id), transaction.atomic(savepoint=False):
        return [
            MemberRow(m.id, m.name, tuple(m.roles), m.active, True, 0)
            for m in Member.objects.filter(active=True).filter(user__isnull=False).order_by("created_at")
        ]


def demo_user(member_id: UUID) -> User | None:
    """The sign-in user of a demo member, or None when the member belongs to no demo tenant."""
    for home in Tenant.objects.filter(demo=True):
        with tenant(home.id), transaction.atomic(savepoint=False):
            member = Member.objects.filter(id=member_id, active=True).filter(user__isnull=False).first()
        if member is not None and member.user_id:
            return User.objects.select_related("tenant").get(id=member.user_id)
    return None
