"""REST of invitations: make a link, see how it is, take it back, read a code out. A guest has no REST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from ninja import Field, Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.guests import queries, services

router = Router(tags=["invitations"])


class LinkStateOut(Schema):
    """How a link is. `previews` are fetches by chats and browsers, `opens` right codes."""

    state: str
    opens: int
    previews: int
    asks: int
    misses: int
    last_open: datetime | None
    assurance: str
    expires_at: datetime | None
    recalled_at: datetime | None
    sessions: int


class InvitationOut(Schema):
    """An invitation; `name` as the caller may see it."""

    link_id: UUID
    guest_id: UUID
    kind: str
    subject_id: UUID
    client_id: UUID | None
    matter_id: UUID | None
    name: str
    contact: str
    created_at: datetime
    state: LinkStateOut


class InviteIn(Schema):
    """Whom to invite. `contact`: mobile, email, or empty when a code will be read out."""

    client_id: UUID
    person_id: UUID
    contact: Literal["mobile", "email", ""] = "mobile"
    days: int = Field(7, ge=1, le=90)


class LinkOut(Schema):
    """A new link. `path` holds its secret: it is told this once."""

    link_id: UUID
    guest_id: UUID
    path: str
    held_until: datetime
    expires_at: datetime
    entry_id: UUID


class RecalledOut(Schema):
    """The answer to 'was it opened?', as the ledger entry has it."""

    opened: bool
    opens: int
    previews: int
    asks: int
    entry_id: UUID


class ReadOutOut(Schema):
    """A code to read out, told this once."""

    code: str
    until: datetime
    entry_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("", response=list[InvitationOut], operation_id="invitations")
def invitations(
    request: ActorRequest, client_id: UUID | None = None, matter_id: UUID | None = None
) -> list[queries.InvitationRow]:
    """Invitations of the caller's scope, newest first."""
    return queries.invitations(actor=request.actor, at=_now(), client_id=client_id, matter_id=matter_id)


@router.post("", response=LinkOut, operation_id="guests:link:invite")
def invite(request: ActorRequest, body: InviteIn) -> dict[str, object]:
    """Make a link for a person of a client file; a link made before it is taken back."""
    at = _now()
    done = services.invite_person(
        actor=request.actor,
        at=at,
        client_id=body.client_id,
        person_id=body.person_id,
        contact=body.contact,
        expires_at=at + timedelta(days=body.days),
    )
    made = done.value
    return {
        "link_id": made.link_id,
        "guest_id": made.guest_id,
        "path": made.path,
        "held_until": made.held_until,
        "expires_at": made.expires_at,
        "entry_id": done.entry_id,
    }


@router.get("/{uuid:link_id}", response=InvitationOut, operation_id="invitation")
def invitation(request: ActorRequest, link_id: UUID) -> queries.InvitationRow:
    """One invitation and how it is."""
    return queries.invitation(actor=request.actor, at=_now(), link_id=link_id)


@router.post("/{uuid:link_id}:recall", response=RecalledOut, operation_id="guests:link:recall")
def recall(request: ActorRequest, link_id: UUID) -> dict[str, object]:
    """Take a link back and learn whether it was opened."""
    done = services.recall_link(actor=request.actor, at=_now(), link_id=link_id)
    told = done.value
    return {
        "opened": told.opened,
        "opens": told.opens,
        "previews": told.previews,
        "asks": told.asks,
        "entry_id": done.entry_id,
    }


@router.post("/{uuid:link_id}:read-out", response=ReadOutOut, operation_id="guests:code:read_out")
def read_out(request: ActorRequest, link_id: UUID) -> dict[str, object]:
    """A code to read out on the telephone; what it opens counts as staff's word."""
    done = services.read_out_code(actor=request.actor, at=_now(), link_id=link_id)
    return {"code": done.value.code, "until": done.value.until, "entry_id": done.entry_id}
