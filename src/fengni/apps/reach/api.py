"""REST of reach: what was asked and opened, asking, deciding, breaking the glass, reviewing."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema, Status

from fengni.apps.common.requests import ActorRequest
from fengni.apps.reach import queries, services

router = Router(tags=["reach"])


class RequestOut(Schema):
    """A request. `state`: open, given, over, ended, refused, withdrawn, lapsed. `can`: what the caller may do."""

    id: UUID
    client_id: UUID
    person_id: UUID | None
    purpose: str
    hours: int
    state: str
    asked_by: UUID
    asked_at: datetime
    reason: str
    answered_by: UUID | None
    answered_at: datetime | None
    answer: str
    until: datetime | None
    can: list[str]


class EmergencyOut(Schema):
    """An emergency. `state`: running, to_review, overdue, justified, not_justified."""

    id: UUID
    client_id: UUID
    purpose: str
    state: str
    broken_by: UUID
    broken_at: datetime
    until: datetime
    due_at: datetime
    reason: str
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    review: str
    mails: int
    mail_failed: bool
    can: list[str]


class ReachOut(Schema):
    """What the caller may see of the last 90 days; reviews that are owed whatever their age."""

    requests: list[RequestOut]
    emergencies: list[EmergencyOut]


class FindIn(Schema):
    """A company name as a whole, or its USCC."""

    named: str


class FoundOut(Schema):
    """The file, or nothing; the look is an entry either way."""

    client_id: UUID | None
    entry_id: UUID


class AskIn(Schema):
    """`person`: one person of the file alone. `hours`: 1 to 72, from the yes on."""

    client: UUID
    person: UUID | None = None
    purpose: str
    hours: int
    reason: str


class BreakIn(Schema):
    """One client file, for 60 minutes. The reason has ten characters at least."""

    client: UUID
    purpose: str
    reason: str


class ReviewIn(Schema):
    """`verdict`: justified or not_justified, and why."""

    verdict: str
    reason: str


class RefuseIn(Schema):
    """Why not."""

    reason: str


class AddressIn(Schema):
    """Where the caller is told of emergencies; empty takes it away."""

    address: str


class MadeOut(Schema):
    """What was made, and the ledger entry of the act."""

    id: UUID
    entry_id: UUID


class GivenOut(Schema):
    """When it ends by itself, and the ledger entry of the act."""

    until: datetime
    entry_id: UUID


class EntryOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("", response=ReachOut, operation_id="reach")
def reach(request: ActorRequest) -> object:
    """Requests for access and emergencies: everybody's for who decides, one's own for others."""
    return queries.reach_page(actor=request.actor, at=_now())


@router.post("/clients:find", response=FoundOut, operation_id="reach:client:find")
def find(request: ActorRequest, body: FindIn) -> dict[str, object]:
    """Which client file has exactly this name or USCC, inside the scope or not."""
    done = services.find_client(actor=request.actor, at=_now(), named=body.named)
    return {"client_id": done.value, "entry_id": done.entry_id}


@router.post("/requests", response={201: MadeOut}, operation_id="reach:grant:ask")
def ask(request: ActorRequest, body: AskIn) -> Status[dict[str, object]]:
    """Ask for a client file, or one person of it, for some hours."""
    done = services.ask_access(
        actor=request.actor, at=_now(), client_id=body.client, person_id=body.person, purpose=body.purpose,
        hours=body.hours, reason=body.reason,
    )  # fmt: skip
    return Status(201, {"id": done.value, "entry_id": done.entry_id})


@router.post("/requests/{uuid:request_id}:give", response=GivenOut, operation_id="reach:grant:give")
def give(request: ActorRequest, request_id: UUID) -> dict[str, object]:
    """Say yes: the hours begin now."""
    done = services.give_access(actor=request.actor, at=_now(), request_id=request_id)
    return {"until": done.value, "entry_id": done.entry_id}


@router.post("/requests/{uuid:request_id}:refuse", response=EntryOut, operation_id="reach:grant:refuse")
def refuse(request: ActorRequest, request_id: UUID, body: RefuseIn) -> dict[str, object]:
    """Say no, and why."""
    done = services.refuse_access(actor=request.actor, at=_now(), request_id=request_id, reason=body.reason)
    return {"entry_id": done.entry_id}


@router.post("/requests/{uuid:request_id}:end", response=EntryOut, operation_id="reach:grant:end")
def end(request: ActorRequest, request_id: UUID) -> dict[str, object]:
    """Take back at once, give back, or take the own question back."""
    return {"entry_id": services.end_access(actor=request.actor, at=_now(), request_id=request_id).entry_id}


@router.post("/emergencies", response={201: MadeOut}, operation_id="reach:emergency:break")
def break_glass(request: ActorRequest, body: BreakIn) -> Status[dict[str, object]]:
    """Open a client file at once, for 60 minutes. Alarms go out, and a review is due within 24 hours."""
    done = services.break_glass(
        actor=request.actor, at=_now(), client_id=body.client, purpose=body.purpose, reason=body.reason
    )
    return Status(201, {"id": done.value, "entry_id": done.entry_id})


@router.post("/emergencies/{uuid:emergency_id}:review", response=EntryOut, operation_id="reach:emergency:review")
def review(request: ActorRequest, emergency_id: UUID, body: ReviewIn) -> dict[str, object]:
    """Say whether it was justified. While its hour runs, this ends it."""
    done = services.review_emergency(
        actor=request.actor, at=_now(), emergency_id=emergency_id, verdict=body.verdict, reason=body.reason
    )
    return {"entry_id": done.entry_id}


@router.post("/alarm-address", response=EntryOut, operation_id="reach:alarm:address")
def alarm_address(request: ActorRequest, body: AddressIn) -> dict[str, object]:
    """Where the caller, who reviews, is told of emergencies by e-mail."""
    return {"entry_id": services.set_alarm_address(actor=request.actor, at=_now(), address=body.address).entry_id}
