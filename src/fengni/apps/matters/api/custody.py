"""REST of originals: where they are, taking in and handing over."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema, Status

from fengni.apps.common.requests import ActorRequest
from fengni.apps.matters import queries, services
from fengni.apps.matters.api.matters import EntryOut

router = Router(tags=["matters"])


class OriginalOut(Schema):
    """One kind of original. `state`: here, unconfirmed, handed_over; a person of null is the registry.

    A proof is empty, own (the person said so) or paper (a signed slip, on a colleague's word).
    """

    id: UUID
    code: str
    count: int
    state: str
    taken_at: datetime
    taken_by: UUID
    taken_from: UUID | None
    taken_proof: str
    given_at: datetime | None
    given_by: UUID | None
    given_to: UUID | None
    given_proof: str


class TakeIn(Schema):
    """What was taken in, from which person of the matter (null: the registry)."""

    code: str
    count: int = 1
    person_id: UUID | None = None
    on_paper: bool = False


class GiveIn(Schema):
    """To which person of the matter (null: the registry)."""

    person_id: UUID | None = None
    on_paper: bool = False


class TakenOut(EntryOut):
    """A new original."""

    id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("/{uuid:matter_id}/originals", response=list[OriginalOut], operation_id="originals")
def originals(request: ActorRequest, matter_id: UUID) -> list[object]:
    """Where the originals of a matter are; those that are here first."""
    return list(queries.originals(actor=request.actor, at=_now(), matter_id=matter_id))


@router.post("/{uuid:matter_id}/originals", response={201: TakenOut}, operation_id="matters:original:take")
def take(request: ActorRequest, matter_id: UUID, body: TakeIn) -> Status[dict[str, object]]:
    """Take originals of one kind in."""
    done = services.take_original(
        actor=request.actor, at=_now(), matter_id=matter_id, code=body.code, count=body.count,
        person_id=body.person_id, on_paper=body.on_paper,
    )  # fmt: skip
    return Status(201, {"id": done.value, "entry_id": done.entry_id})


@router.post("/originals/{uuid:original_id}:give", response=EntryOut, operation_id="matters:original:give")
def give(request: ActorRequest, original_id: UUID, body: GiveIn) -> dict[str, object]:
    """Hand originals over; a person confirms it on the own page."""
    done = services.give_original(
        actor=request.actor, at=_now(), original_id=original_id, person_id=body.person_id, on_paper=body.on_paper
    )
    return {"entry_id": done.entry_id}
