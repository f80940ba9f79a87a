"""REST of the desk and the filing sheet: an item beside what lies sealed, and what is copied for the registry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema

from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.matters import queries

router = Router(tags=["matters"])


class FieldOut(Schema):
    """One field of a subject as a mask. `masked`: a clear value is got by `:reveal` of that subject."""

    subject_id: UUID
    kind: str
    shown: str
    masked: bool
    state: str


class CheckOut(Schema):
    """What could be told without opening anything: `state` ok, due or failed, and the sentence."""

    state: str
    code: str
    kind: str
    said: str


class OtherOut(Schema):
    """Somebody or some file that an item can be held against."""

    id: UUID
    name: str


class DeskItemOut(Schema):
    """One item. `fields` only for who has it on the desk (`mine`, until `until`); `compared`: kinds of numbers that can
    be held against it; `next_id`: what waits next."""

    id: UUID
    matter_id: UUID
    number: str
    code: str
    name: str
    state: str
    material_id: UUID | None
    held_by: UUID | None
    mine: bool
    until: datetime | None
    fields: list[FieldOut]
    checks: list[CheckOut]
    compared: list[str]
    people: list[OtherOut]
    other_files: list[OtherOut]
    next_id: UUID | None
    left: int


class SheetPartOut(Schema):
    """What is copied of one subject: the company, without a name here, or a person."""

    subject_id: UUID
    name: str
    fields: list[FieldOut]


@router.get("/desk/{uuid:item_id}", response=DeskItemOut, operation_id="matters_desk_item")
def desk_item(request: ActorRequest, item_id: UUID) -> dict[str, Any]:
    """One item beside what lies sealed, and the checks that need no opening. Claim it first to see its fields."""
    found = queries.desk_item(actor=request.actor, at=datetime.now(UTC), item_id=item_id)
    row = found.item.row
    return {
        "id": row.id, "matter_id": row.matter_id, "number": found.matter.number, "code": row.code,
        "name": found.item.name, "state": row.state, "material_id": row.material_id if found.mine else None,
        "held_by": found.item.held_by, "mine": found.mine, "until": found.until, "fields": list(found.fields),
        "checks": [
            {"state": one.state, "code": one.code, "kind": one.kind, "said": said(f"matters.check.{one.code}")}
            for one in found.checks
        ],
        "compared": list(found.compared), "people": _named(found.people), "other_files": _named(found.other_files),
        "next_id": found.next_id, "left": found.left,
    }  # fmt: skip


@router.get("/{uuid:matter_id}/sheet", response=list[SheetPartOut], operation_id="matters_sheet")
def sheet(request: ActorRequest, matter_id: UUID) -> list[queries.SheetPart]:
    """What is copied into the registry's form, subject by subject; each clear value is got by `:reveal` and counted."""
    return list(queries.filing_sheet(actor=request.actor, at=datetime.now(UTC), matter_id=matter_id))


def _named(rows: tuple[tuple[UUID, str], ...]) -> list[dict[str, object]]:
    return [{"id": one, "name": name} for one, name in rows]
