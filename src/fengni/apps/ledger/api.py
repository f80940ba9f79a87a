"""REST of the ledger: entries, the proof of one, the newest checkpoint. Reading only: nothing here changes anything."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.ledger import queries

router = Router(tags=["ledger"])


class LedgerEntryOut(Schema):
    """One entry in codes; `sequence` is null while it waits to be sealed."""

    sequence: int | None
    id: UUID
    at: datetime
    act: str
    actor_id: UUID
    roles: list[str]
    channel: str
    refused: str
    purpose: str
    resource_kind: str
    resource_id: UUID | None
    persons: int
    clear: int
    fields: list[str]
    facts: dict[str, int | str]
    has_reason: bool


class LedgerPageOut(Schema):
    """Entries, newest first. `before` continues; null on the last page."""

    waiting: list[LedgerEntryOut]
    rows: list[LedgerEntryOut]
    before: int | None


class LedgerFilter(Schema):
    """What narrows the list."""

    before: int | None = None
    limit: int = 50
    act: str | None = None
    member_id: UUID | None = None
    person_id: UUID | None = None
    refused: bool | None = None


class CheckpointOut(Schema):
    """The newest head, the newest signed note, and the fingerprint to compare."""

    origin: str
    size: int
    root: str
    signed: int
    signed_at: datetime | None
    note: str
    waiting: int
    fingerprint: str


@router.get("/entries", response=LedgerPageOut, operation_id="ledger_entries")
def entries(request: ActorRequest, given: Query[LedgerFilter]) -> queries.EntryPage:
    """Entries the caller may read."""
    return queries.entries(
        request.actor,
        before=given.before,
        limit=given.limit,
        act=given.act,
        member_id=given.member_id,
        person_id=given.person_id,
        refused=given.refused,
    )


@router.get("/entries/{uuid:entry_id}/proof", response={200: object}, operation_id="ledger_entry_proof")
def entry_proof(request: ActorRequest, entry_id: UUID, since: int | None = None) -> HttpResponse:
    """The proof file of one entry, for `fengni verify`."""
    content = queries.entry_proof_file(request.actor, entry_id=entry_id, since=since)
    return HttpResponse(content, content_type="application/json")


@router.get("/checkpoint", response=CheckpointOut, operation_id="ledger_checkpoint")
def checkpoint(request: ActorRequest) -> dict[str, object]:
    """The newest checkpoint."""
    head = queries.checkpoint()
    return {
        "origin": head.origin,
        "size": head.size,
        "root": head.root,
        "signed": head.signed,
        "signed_at": head.signed_at,
        "note": head.note,
        "waiting": head.waiting,
        "fingerprint": queries.log_fingerprint(),
    }
