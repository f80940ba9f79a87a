"""REST of the measures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.measures import overview, queries, services

router = Router(tags=["measures"])


class EvidenceOut(Schema):
    """One test of a measure."""

    test: str
    title: str
    outcome: str
    at: datetime | None
    said: str


class MeasureOut(Schema):
    """One measure with its status, figure and evidence."""

    id: str
    title: str
    status: str
    figure: str
    window_days: int
    evidence: list[EvidenceOut]
    failing: list[EvidenceOut]


class VerifiedOut(Schema):
    """What a full verification found."""

    size: int
    finding: str | None
    sequence: int | None
    fingerprint: str
    entry_id: UUID


class ProbedOut(Schema):
    """How each way is protected, by code; `days` left of the first certificate to end, -1 without one."""

    database: str
    keys: str
    web: str
    gateways: str
    days: int
    holds: bool
    entry_id: UUID


class HouseOut(Schema):
    """One page of the house."""

    sentence: list[str]
    decisions: list[str]
    statuses: dict[str, int]
    open_matters: int
    late_matters: int
    score: str


class PolicyOut(Schema):
    """One version of the policy; `read` counts members who sign in."""

    id: UUID
    number: int
    text: str
    text_hash: str
    state: str
    drafted_by: UUID
    drafted_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    read: int


class DraftIn(Schema):
    """The text of a new version."""

    text: str


class TextIn(Schema):
    """The hash of the text that was read."""

    text_hash: str


class MadeOut(Schema):
    """What was made or changed, and the entry that says so."""

    id: UUID
    entry_id: UUID


class HandlerOut(Schema):
    """A colleague who handles matters."""

    id: UUID
    name: str
    state: str
    declared_on: date | None
    until: date | None
    noted_at: datetime | None


class DeclareIn(Schema):
    """A declaration: from which day, until which."""

    member_id: UUID
    declared_on: date
    until: date


@router.get("", response=list[MeasureOut], operation_id="measures")
def measures(request: ActorRequest) -> list[queries.MeasureRow]:
    """All measures, their status computed now from evidence."""
    return queries.measures(actor=request.actor, at=datetime.now(UTC))


@router.post("/ledger:verify", response=VerifiedOut, operation_id="measures:ledger:verify")
def verify_ledger(request: ActorRequest) -> dict[str, object]:
    """Verify the whole ledger and record that."""
    done = services.verify_ledger(actor=request.actor, at=datetime.now(UTC))
    finding = done.value.finding
    return {
        "size": done.value.size,
        "finding": finding.kind if finding else None,
        "sequence": finding.sequence if finding else None,
        "fingerprint": done.value.fingerprint,
        "entry_id": done.entry_id,
    }


@router.post("/transport:probe", response=ProbedOut, operation_id="measures:transport:probe")
def probe_transport(request: ActorRequest) -> dict[str, object]:
    """Try every way data takes, and record how each is protected."""
    done = services.probe_transport(actor=request.actor, at=datetime.now(UTC))
    return done.value.facts() | {"holds": done.value.holds, "entry_id": done.entry_id}


@router.get("/house", response=HouseOut, operation_id="measures_house")
def house(request: ActorRequest) -> dict[str, object]:
    """The one page of the house: its sentence, what waits for a decision, counts."""
    page = overview.house(actor=request.actor, at=datetime.now(UTC))
    return {
        "sentence": [part.text for part in page.sentence],
        "decisions": [part.text for part in page.decisions],
        "statuses": dict(page.statuses),
        "open_matters": page.work.open,
        "late_matters": page.work.late,
        "score": page.trust.score,
    }


@router.get("/policy", response=list[PolicyOut], operation_id="measures_policy")
def policy(request: ActorRequest) -> list[queries.PolicyRow]:
    """Every version of the information policy, the newest first."""
    return list(queries.policy_page(actor=request.actor).rows)


@router.post("/policy", response=MadeOut, operation_id="measures:policy:draft")
def draft_policy(request: ActorRequest, body: DraftIn) -> dict[str, object]:
    """A new version, which holds once it is approved."""
    done = services.draft_policy(actor=request.actor, at=datetime.now(UTC), text=body.text)
    return {"id": done.value, "entry_id": done.entry_id}


@router.post("/policy/{uuid:policy_id}:approve", response=MadeOut, operation_id="measures:policy:approve")
def approve_policy(request: ActorRequest, policy_id: UUID, body: TextIn) -> dict[str, object]:
    """Put a version in force; `text_hash` is of the text that was read."""
    done = services.approve_policy(
        actor=request.actor, at=datetime.now(UTC), policy_id=policy_id, text_hash=body.text_hash
    )
    return {"id": policy_id, "entry_id": done.entry_id}


@router.post("/policy/{uuid:policy_id}:read", response=MadeOut, operation_id="measures:policy:read")
def read_policy(request: ActorRequest, policy_id: UUID, body: TextIn) -> dict[str, object]:
    """The caller's receipt of having read."""
    done = services.read_policy(
        actor=request.actor, at=datetime.now(UTC), policy_id=policy_id, text_hash=body.text_hash
    )
    return {"id": policy_id, "entry_id": done.entry_id}


@router.get("/agents", response=list[HandlerOut], operation_id="measures_agents")
def agents(request: ActorRequest) -> list[queries.HandlerRow]:
    """Who handles matters, and who of them is declared with the registry."""
    return list(queries.handlers(actor=request.actor, at=datetime.now(UTC)))


@router.post("/agents", response=MadeOut, operation_id="measures:handler:declare")
def declare_handler(request: ActorRequest, body: DeclareIn) -> dict[str, object]:
    """Note a declaration and until when it was seen to hold."""
    done = services.declare_handler(
        actor=request.actor, at=datetime.now(UTC), member_id=body.member_id, declared_on=body.declared_on,
        until=body.until,
    )  # fmt: skip
    return {"id": body.member_id, "entry_id": done.entry_id}


@router.get("/{measure_id}", response=MeasureOut, operation_id="measure")
def measure(request: ActorRequest, measure_id: str) -> queries.MeasureRow:
    """One measure."""
    return queries.measure(actor=request.actor, at=datetime.now(UTC), measure_id=measure_id)
