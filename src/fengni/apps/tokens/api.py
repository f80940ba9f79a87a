"""REST of tokens: make and resolve them in batches."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.tokens import services
from fengni.apps.tokens.spaces import Field

router = Router(tags=["tokens"])


class FieldIn(Schema):
    """One field: of a client where both ids are the client's, else of a person in its file."""

    client_id: UUID
    subject_id: UUID
    kind: str


class MakeIn(Schema):
    """Fields to stand in for, in the house's space or a partner's."""

    fields: list[FieldIn]
    partner_id: UUID | None = None


class MadeOut(Schema):
    """A token per field, in order; null where there is no value to stand for."""

    tokens: list[str | None]
    entry_id: UUID


class ResolveIn(Schema):
    """Tokens, what for, and why."""

    tokens: list[str]
    purpose: str
    reason: str


class ResolvedOut(Schema):
    """`state` is stands, gone (its value was destroyed), unknown or mistyped; `value` in clear where it stands."""

    state: str
    client_id: UUID | None
    subject_id: UUID | None
    kind: str
    value: str


class AllResolvedOut(Schema):
    """What each token is, in order."""

    rows: list[ResolvedOut]
    entry_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.post("", response=MadeOut, operation_id="tokens:token:make")
def make(request: ActorRequest, body: MakeIn) -> dict[str, object]:
    """Tokens for fields: the same one each time, another in each space. Opens nothing."""
    fields = [Field(one.client_id, one.subject_id, one.kind) for one in body.fields]
    done = services.make_tokens(actor=request.actor, at=_now(), fields=fields, partner_id=body.partner_id)
    return {"tokens": done.value, "entry_id": done.entry_id}


@router.post("/resolve", response=AllResolvedOut, operation_id="tokens:token:resolve")
def resolve(request: ActorRequest, body: ResolveIn) -> dict[str, object]:
    """What tokens stand for, in clear: for a purpose and a reason, counted for every person."""
    done = services.resolve_tokens(
        actor=request.actor, at=_now(), tokens=body.tokens, purpose=body.purpose, reason=body.reason
    )
    return {"rows": [_row(one) for one in done.value], "entry_id": done.entry_id}


def _row(one: services.Resolved) -> dict[str, object]:
    about = one.about
    return {
        "state": one.state, "client_id": about and about.client, "subject_id": about and about.subject,
        "kind": about.kind if about else "", "value": one.value,
    }  # fmt: skip
