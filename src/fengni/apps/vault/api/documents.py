"""REST of documents: begun, sent in pieces, listed, one page viewed with a mark, destroyed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from fengni.apps.common.requests import ActorRequest
from fengni.apps.vault import queries, services
from fengni.apps.vault.store.materials import Kept

router = Router(tags=["documents"])


class DocumentOut(Schema):
    """A document of a client file: what it is, never what is on it."""

    id: UUID
    client_id: UUID
    subject_id: UUID | None
    matter_id: UUID | None
    kind: str
    media_type: str
    size: int
    pages: int
    state: str
    received: int
    made_by: str
    created_at: datetime


class BeginIn(Schema):
    """A document that is about to arrive, `size` bytes. `subject_id`: whom it is about, if anybody.

    `sha256` of the file, in hex: with it, an upload of the same file that broke off is continued.
    """

    kind: str
    size: int
    subject_id: UUID | None = None
    matter_id: UUID | None = None
    sha256: str = ""


class BegunOut(Schema):
    """Where to send its bytes to, and from which offset on."""

    id: UUID
    received: int
    entry_id: UUID


class SentOut(Schema):
    """How many bytes are there; `removed`: codes of what the file carried unseen, once it is whole."""

    id: UUID
    received: int
    whole: bool
    pages: int
    removed: list[str]
    entry_id: UUID


class ViewIn(Schema):
    """Why a page is looked at."""

    purpose: str
    reason: str
    page: int = 0
    quarter_turns: int = 0


class GoneOut(Schema):
    """What was destroyed."""

    documents: int
    entry_id: UUID


def _now() -> datetime:
    return datetime.now(UTC)


@router.get(
    "/clients/{uuid:client_id}/documents", response=list[DocumentOut], operation_id="vault:material:list",
    summary="Documents of a client file",
)  # fmt: skip
def documents(request: ActorRequest, client_id: UUID) -> tuple[queries.MaterialRow, ...]:
    """The newest first; uploads on their way say how much is there."""
    return queries.materials(actor=request.actor, at=_now(), client_id=client_id)


@router.post(
    "/clients/{uuid:client_id}/documents", response=BegunOut, operation_id="vault:material:begin",
    summary="Begin an upload",
)  # fmt: skip
def begin(request: ActorRequest, client_id: UUID, body: BeginIn) -> BegunOut:
    """Then send the bytes from offset `received` on, in pieces of at most one MiB."""
    done = services.begin_material(actor=request.actor, at=_now(), client_id=client_id, **body.dict())
    return BegunOut(id=done.value.material_id, received=done.value.received, entry_id=done.entry_id)


@router.put(
    "/documents/{uuid:material_id}/bytes/{int:position}", response=SentOut, operation_id="vault:material:send",
    summary="Send a piece",
)  # fmt: skip
def send(request: ActorRequest, material_id: UUID, position: int) -> SentOut:
    """The body is the bytes from offset `position` on; the last piece makes the document whole."""
    done = services.send_material(
        actor=request.actor, at=_now(), material_id=material_id, position=position, content=request.body
    )
    if isinstance(done.value, Kept):
        kept = done.value
        return SentOut(
            id=kept.material_id, received=position + len(request.body), whole=True, pages=kept.pages,
            removed=list(kept.removed), entry_id=done.entry_id,
        )  # fmt: skip
    return SentOut(id=material_id, received=done.value, whole=False, pages=0, removed=[], entry_id=done.entry_id)


@router.post(
    "/documents/{uuid:material_id}/view", operation_id="vault:material:view", summary="Look at a page"
)
def view(request: ActorRequest, material_id: UUID, body: ViewIn) -> HttpResponse:
    """One page as JPEG with the reader's name, time and purpose across it; counted for the person."""
    done = services.view_material(
        actor=request.actor, at=_now(), material_id=material_id, page=body.page, purpose=body.purpose,
        reason=body.reason, quarter_turns=body.quarter_turns,
    )  # fmt: skip
    response = HttpResponse(done.value, content_type="image/jpeg")
    response["Cache-Control"], response["Fengni-Entry"] = "no-store", str(done.entry_id)
    return response


@router.delete(
    "/documents/{uuid:material_id}", response=GoneOut, operation_id="vault:material:discard",
    summary="Destroy a document",
)  # fmt: skip
def discard(request: ActorRequest, material_id: UUID) -> GoneOut:
    """Its key first, then its pieces."""
    done = services.discard_material(actor=request.actor, at=_now(), material_id=material_id)
    return GoneOut(documents=1, entry_id=done.entry_id)
