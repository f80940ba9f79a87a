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


class ReadingOut(Schema):
    """A notice that somebody read in a matter; `text_hash` is the SHA-256 of its text."""

    id: UUID
    person_id: UUID
    version: str
    text_hash: str
    language: str
    assurance: str
    read_at: datetime


class ReadingTextOut(ReadingOut):
    """With the text as it was, byte for byte."""

    text: str


@router.get("/{uuid:matter_id}/readings", response=list[ReadingOut], operation_id="readings_of_matter")
def readings(request: ActorRequest, matter_id: UUID) -> list[queries.ReadingRow]:
    """What everybody in a matter was told, the newest first."""
    return list(queries.readings(actor=request.actor, at=datetime.now(UTC), matter_id=matter_id))


@router.get("/{uuid:matter_id}/readings/{uuid:reading_id}", response=ReadingTextOut, operation_id="reading")
def reading(request: ActorRequest, matter_id: UUID, reading_id: UUID) -> queries.ReadingRow:
    """One of them with its text."""
    return queries.reading(actor=request.actor, at=datetime.now(UTC), matter_id=matter_id, reading_id=reading_id)


@router.get("/{uuid:matter_id}", response=list[ConsentOut], operation_id="consents_of_matter", summary="Consents")
def of_matter(request: ActorRequest, matter_id: UUID) -> list[queries.ConsentRow]:
    """Who was told what in a matter, and what was said yes to or taken back."""
    return list(queries.of_matter(actor=request.actor, at=datetime.now(UTC), matter_id=matter_id))
