"""REST of the measures."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.measures import queries, services

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


@router.get("/{measure_id}", response=MeasureOut, operation_id="measure")
def measure(request: ActorRequest, measure_id: str) -> queries.MeasureRow:
    """One measure."""
    return queries.measure(actor=request.actor, at=datetime.now(UTC), measure_id=measure_id)
