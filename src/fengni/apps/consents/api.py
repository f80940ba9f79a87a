"""REST of consents: what stands in a matter. A client's yes comes by the portal alone."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.consents import queries

router = Router(tags=["consents"])


class ConsentOut(Schema):
    """One scope of one person: given, unproved, withdrawn or none; whose word it rests on."""

    person_id: UUID
    scope: str
    state: str
    since: datetime | None
    assurance: str


@router.get("/{uuid:matter_id}", response=list[ConsentOut], operation_id="consents_of_matter", summary="Consents")
def of_matter(request: ActorRequest, matter_id: UUID) -> tuple[queries.ConsentRow, ...]:
    """Who was told what in a matter, and what was said yes to or taken back."""
    return queries.of_matter(actor=request.actor, at=datetime.now(UTC), matter_id=matter_id)
