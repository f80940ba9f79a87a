"""REST of rotations: the list, begin, a batch, finish."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from ninja import Router, Schema, Status

from fengni.apps.common.requests import ActorRequest
from fengni.apps.rotations import queries, services

router = Router(tags=["rotations"])


class RotationOut(Schema):
    """A rotation; `old` and `new` are epochs or versions of unit keys, `left` keys are not moved yet, `refused` did not
    open in the running pass, `eta` in seconds."""

    id: UUID
    kind: str
    old: int
    new: int
    state: str
    total: int
    done: int
    left: int
    refused: int
    eta: int | None
    begun_by: UUID
    begun_at: datetime
    finished_by: UUID | None
    finished_at: datetime | None


class BeginIn(Schema):
    """What is changed: epoch, unit, display, index, or suite-1, suite-3, suite-4, suite-5."""

    what: str


class DoneOut(Schema):
    """The ledger entry of the act."""

    entry_id: UUID


class BegunOut(DoneOut):
    """A new rotation."""

    id: UUID


class StepOut(DoneOut):
    """Keys moved by this batch, keys that did not open, and whether it ended a pass."""

    moved: int
    refused: int
    whole: bool


def _now() -> datetime:
    return datetime.now(UTC)


@router.get("", response=list[RotationOut], operation_id="rotations")
def list_rotations(request: ActorRequest) -> list[RotationOut]:
    """Rotations, the newest first."""
    rows = queries.rotations(actor=request.actor)
    return [
        RotationOut(
            id=row.id, kind=row.kind, old=row.old, new=row.new, state=row.state, total=row.total, done=row.done,
            left=row.left, refused=row.refused, eta=None if row.eta is None else round(row.eta.total_seconds()),
            begun_by=row.begun_by, begun_at=row.begun_at, finished_by=row.finished_by, finished_at=row.finished_at,
        )
        for row in rows
    ]  # fmt: skip


@router.post("", response={201: BegunOut}, operation_id="rotations:rotation:begin")
def begin(request: ActorRequest, body: BeginIn) -> Status[BegunOut]:
    """Begin a change of keys; a second person agreed before."""
    done = services.begin_rotation(actor=request.actor, at=_now(), what=body.what)
    return Status(201, BegunOut(entry_id=done.entry_id, id=done.value))


@router.post("/{uuid:rotation_id}:step", response=StepOut, operation_id="rotations:rotation:step")
def step(request: ActorRequest, rotation_id: UUID) -> StepOut:
    """Move the next batch of keys."""
    done = services.step_rotation(actor=request.actor, at=_now(), rotation_id=rotation_id)
    return StepOut(entry_id=done.entry_id, moved=done.value.moved, refused=done.value.refused, whole=done.value.whole)


@router.post("/{uuid:rotation_id}:finish", response=DoneOut, operation_id="rotations:rotation:finish")
def finish(request: ActorRequest, rotation_id: UUID) -> DoneOut:
    """End the old keys after every key was looked at; a second person agreed before."""
    return DoneOut(entry_id=services.finish_rotation(actor=request.actor, at=_now(), rotation_id=rotation_id).entry_id)
