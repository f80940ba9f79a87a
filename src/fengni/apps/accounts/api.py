"""REST of members, sessions and tokens."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.accounts import queries, services
from fengni.apps.accounts.contact import Contact
from fengni.apps.common.requests import ActorRequest

router = Router(tags=["people"])


class MemberOut(Schema):
    """A member of the organisation."""

    id: UUID
    name: str
    roles: list[str]
    active: bool
    signs_in: bool
    factors: int


class MeOut(Schema):
    """Who calls."""

    id: UUID
    login: str
    name: str
    roles: list[str]


class InviteIn(Schema):
    """Whom to invite."""

    name: str
    roles: list[str]


class InvitedOut(Schema):
    """The one-time token of the invitation."""

    member_id: UUID
    token: str
    entry_id: UUID


class RolesIn(Schema):
    """Roles to give."""

    roles: list[str]


class EntryOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


class HouseOut(Schema):
    """The organisation as clients read of it; what is not known is empty."""

    name: str
    contact: str
    phone: str
    email: str
    address: str


class HouseIn(Schema):
    """Who answers clients and how to reach them. An empty name stays as it is."""

    contact: str
    phone: str = ""
    email: str = ""
    address: str = ""
    name: str = ""


class TokenIn(Schema):
    """What the token is for."""

    label: str


class TokenOut(EntryOut):
    """The token, shown once."""

    token: str


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("/me", response=MeOut, operation_id="me")
def me(request: ActorRequest) -> dict[str, object]:
    """The member whose token or session this is."""
    login, name = queries.sign_in_of(actor=request.actor)
    return {"id": request.actor.id, "login": login, "name": name, "roles": sorted(request.actor.roles)}


@router.get("/members", response=list[MemberOut], operation_id="members")
def members(request: ActorRequest) -> list[queries.MemberRow]:
    """All members."""
    return queries.members()


@router.post("/members", response=InvitedOut, operation_id="accounts:member:invite")
def invite(request: ActorRequest, body: InviteIn) -> dict[str, object]:
    """Invite a member."""
    done = services.invite_member(actor=request.actor, at=_now(), name=body.name, roles=tuple(body.roles))
    return {"member_id": done.value.member_id, "token": done.value.token, "entry_id": done.entry_id}


@router.post("/members/{uuid:member_id}:reinvite", response=InvitedOut, operation_id="accounts:member:reinvite")
def reinvite(request: ActorRequest, member_id: UUID) -> dict[str, object]:
    """A new invitation link."""
    done = services.reinvite_member(actor=request.actor, at=_now(), member_id=member_id)
    return {"member_id": member_id, "token": done.value.token, "entry_id": done.entry_id}


@router.post("/members/{uuid:member_id}:roles", response=EntryOut, operation_id="accounts:member:change_roles")
def change_roles(request: ActorRequest, member_id: UUID, body: RolesIn) -> dict[str, object]:
    """Change a member's roles."""
    done = services.change_roles(actor=request.actor, at=_now(), member_id=member_id, roles=tuple(body.roles))
    return {"entry_id": done.entry_id}


@router.post("/members/{uuid:member_id}:deactivate", response=EntryOut, operation_id="accounts:member:deactivate")
def deactivate(request: ActorRequest, member_id: UUID) -> dict[str, object]:
    """Close a member's access."""
    done = services.deactivate_member(actor=request.actor, at=_now(), member_id=member_id)
    return {"entry_id": done.entry_id}


@router.post("/members/{uuid:member_id}:reset-factors", response=EntryOut, operation_id="accounts:member:reset_factors")
def reset_factors(request: ActorRequest, member_id: UUID) -> dict[str, object]:
    """Remove a member's second factors."""
    done = services.reset_factors(actor=request.actor, at=_now(), member_id=member_id)
    return {"entry_id": done.entry_id}


@router.get("/house", response=HouseOut, operation_id="house")
def house(request: ActorRequest) -> dict[str, object]:
    """Name and contact of the organisation."""
    row = queries.house()
    return {"name": row.name} | asdict(row.contact)


@router.post("/house:edit", response=EntryOut, operation_id="accounts:tenant:edit")
def edit_house(request: ActorRequest, body: HouseIn) -> dict[str, object]:
    """Change how the organisation is reached."""
    contact = Contact(body.contact, body.phone, body.email, body.address)
    done = services.edit_tenant(actor=request.actor, at=_now(), contact=contact, name=body.name)
    return {"entry_id": done.entry_id}


@router.post("/tokens", response=TokenOut, operation_id="accounts:token:issue")
def issue_token(request: ActorRequest, body: TokenIn) -> dict[str, object]:
    """A token that acts as oneself."""
    done = services.issue_token(actor=request.actor, at=_now(), label=body.label)
    return {"token": done.value, "entry_id": done.entry_id}


@router.post("/tokens/{uuid:token_id}:revoke", response=EntryOut, operation_id="accounts:token:revoke")
def revoke_token(request: ActorRequest, token_id: UUID) -> dict[str, object]:
    """Stop a token."""
    done = services.revoke_token(actor=request.actor, at=_now(), token_id=token_id)
    return {"entry_id": done.entry_id}
