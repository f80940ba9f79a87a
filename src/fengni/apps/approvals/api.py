"""REST of approvals: the list, a question, an answer. Reasons are shown to who asked and to who may answer."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema, Status

from fengni.apps.approvals import queries, services
from fengni.apps.common.requests import ActorRequest

router = Router(tags=["approvals"])


class RequestOut(Schema):
    """A request. `state`: open, waiting, given, used, refused, withdrawn, lapsed. `can`: what the caller may do."""

    id: UUID
    act: str
    resource_id: UUID
    detail: str
    persons: int
    fields: list[str]
    state: str
    asked_by: UUID
    asked_at: datetime
    reason: str
    alone: bool
    since: datetime | None
    until: datetime
    answered_by: UUID | None
    can: list[str]
    signs: list[str]


class StoppedOut(Schema):
    """An act that was stopped, whose reason nobody gave: the newest attempt, and how many within a week."""

    entry_id: UUID
    act: str
    resource_id: UUID | None
    by: UUID
    at: datetime
    channel: str
    persons: int
    tries: int
    signs: list[str]


class RequestsOut(Schema):
    """What waits for the caller, what stands still without a reason, what the caller asked, the rest of the house."""

    waiting: list[RequestOut]
    stopped: list[StoppedOut]
    own: list[RequestOut]
    others: list[RequestOut]


class AskIn(Schema):
    """As the refusal named it: act, resource, persons, fields; and why."""

    act: str
    resource: UUID
    persons: int
    fields: list[str] = []
    detail: str = ""
    reason: str


class RefuseIn(Schema):
    """Why not. May be empty for one's own question."""

    reason: str = ""


class AnsweredOut(Schema):
    """The request, and the ledger entry of the act."""

    id: UUID
    entry_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("", response=RequestsOut, operation_id="approvals")
def requests(request: ActorRequest) -> object:
    """Requests of the last thirty days."""
    return queries.requests_page(actor=request.actor, at=_now())


@router.post("", response={201: AnsweredOut}, operation_id="approvals:request:ask")
def ask(request: ActorRequest, body: AskIn) -> Status[dict[str, object]]:
    """Ask for a second person."""
    done = services.ask_second_person(
        actor=request.actor, at=_now(), act=body.act, resource_id=body.resource, persons=body.persons,
        fields=tuple(body.fields), detail=body.detail, reason=body.reason,
    )  # fmt: skip
    return Status(201, {"id": done.value, "entry_id": done.entry_id})


@router.post("/{uuid:request_id}:give", response=AnsweredOut, operation_id="approvals:request:give")
def give(request: ActorRequest, request_id: UUID) -> dict[str, object]:
    """Say yes: good for one time within 24 hours."""
    done = services.give_approval(actor=request.actor, at=_now(), request_id=request_id)
    return {"id": done.value, "entry_id": done.entry_id}


@router.post("/{uuid:request_id}:refuse", response=AnsweredOut, operation_id="approvals:request:refuse")
def refuse(request: ActorRequest, request_id: UUID, body: RefuseIn) -> dict[str, object]:
    """Say no, or take one's own question back."""
    done = services.refuse_approval(actor=request.actor, at=_now(), request_id=request_id, reason=body.reason)
    return {"id": done.value, "entry_id": done.entry_id}
