"""REST of documents: begun, sent in pieces or ranges, listed, viewed with a mark, opened as they are, destroyed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Router, Schema

from fengni.apps.common import ranges
from fengni.apps.common.requests import ActorRequest
from fengni.apps.vault import queries, services
from fengni.apps.vault.store.materials import Kept
from fengni.core.errors import BadInput
from fengni.core.vault.pieces import PIECE

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


class BrowseIn(Schema):
    """For what small pictures are looked through; of one matter alone, or of the whole client file."""

    purpose: str
    matter_id: UUID | None = None


class BrowsedOut(Schema):
    """Small pictures with the reader's mark: document id → JPEG in base64."""

    pictures: dict[UUID, str]
    entry_id: UUID


class OpenIn(Schema):
    """Why a document is taken out as it is."""

    purpose: str
    reason: str


class OpenedOut(Schema):
    """Where its bytes can be read, by the caller alone, until `until`."""

    opening_id: UUID
    content: str
    media_type: str
    size: int
    until: datetime
    entry_id: UUID


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
def documents(request: ActorRequest, client_id: UUID) -> list[queries.MaterialRow]:
    """The newest first; uploads on their way say how much is there."""
    return list(queries.materials(actor=request.actor, at=_now(), client_id=client_id))


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
    return _sent(request, material_id, position, request.body)


@router.put(
    "/documents/{uuid:material_id}/content", response=SentOut, operation_id="document_send_range",
    summary="Send a range",
)  # fmt: skip
def send_range(request: ActorRequest, material_id: UUID) -> SentOut:
    """`Content-Range: bytes a-b/size` and those bytes, of any length; sealed piece by piece as they arrive.

    After a break, what arrived is there: the list of documents says how much. `bytes */size` with an empty body
    finishes an upload whose last answer was lost.
    """
    first, last, size = ranges.arriving(request.headers.get("Content-Range", ""))
    announced = queries.material(actor=request.actor, at=_now(), material_id=material_id)
    if announced.size != size:
        raise BadInput("vault.upload-too-long", size=announced.size)
    if first < 0:
        return _sent(request, material_id, announced.received, b"")
    while first <= last:
        part = request.read(min(PIECE, last + 1 - first))
        if not part:
            raise BadInput("vault.upload-gap", received=first)
        sent = _sent(request, material_id, first, part)
        first += len(part)
    return sent


def _sent(request: ActorRequest, material_id: UUID, position: int, part: bytes) -> SentOut:
    done = services.send_material(
        actor=request.actor, at=_now(), material_id=material_id, position=position, content=part
    )
    if isinstance(done.value, Kept):
        kept = done.value
        return SentOut(
            id=kept.material_id, received=position + len(part), whole=True, pages=kept.pages,
            removed=list(kept.removed), entry_id=done.entry_id,
        )  # fmt: skip
    return SentOut(id=material_id, received=done.value, whole=False, pages=0, removed=[], entry_id=done.entry_id)


@router.post("/documents/{uuid:material_id}/view", operation_id="vault:material:view", summary="Look at a page")
def view(request: ActorRequest, material_id: UUID, body: ViewIn) -> HttpResponse:
    """One page as JPEG with the reader's name, time and purpose across it; counted for the person."""
    done = services.view_material(
        actor=request.actor, at=_now(), material_id=material_id, page=body.page, purpose=body.purpose,
        reason=body.reason, quarter_turns=body.quarter_turns,
    )  # fmt: skip
    response = HttpResponse(done.value, content_type="image/jpeg")
    response["Cache-Control"], response["Fengni-Entry"] = "no-store", str(done.entry_id)
    return response


@router.post(
    "/clients/{uuid:client_id}/documents/browse", response=BrowsedOut, operation_id="vault:material:browse",
    summary="Look through small pictures",
)  # fmt: skip
def browse(request: ActorRequest, client_id: UUID, body: BrowseIn) -> BrowsedOut:
    """Small pictures of the newest documents, marked; counted for each person they are of."""
    done = services.browse_materials(
        actor=request.actor, at=_now(), client_id=client_id, purpose=body.purpose, matter_id=body.matter_id
    )
    pictures = {one: base64.b64encode(small).decode() for one, small in done.value.items()}
    return BrowsedOut(pictures=pictures, entry_id=done.entry_id)


@router.post(
    "/documents/{uuid:material_id}/open", response=OpenedOut, operation_id="vault:material:open",
    summary="Take a document out as it is",
)  # fmt: skip
def open_(request: ActorRequest, material_id: UUID, body: OpenIn) -> OpenedOut:
    """Then GET `content`, whole or by ranges. The entry is written before this answers; the person can read it."""
    done = services.open_material(
        actor=request.actor, at=_now(), material_id=material_id, purpose=body.purpose, reason=body.reason
    )
    one = done.value
    return OpenedOut(
        opening_id=one.opening_id, content=f"/api/v1/documents/{material_id}/openings/{one.opening_id}",
        media_type=one.media_type, size=one.size, until=one.until, entry_id=done.entry_id,
    )  # fmt: skip


@router.get(
    "/documents/{uuid:material_id}/openings/{uuid:opening_id}", operation_id="document_content",
    summary="Read a document that was opened",
)  # fmt: skip
def read(request: ActorRequest, material_id: UUID, opening_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Its bytes; with `Range: bytes=a-b` (and `If-Range`) that part, of which only the pieces it lies in are opened."""
    found = queries.content(actor=request.actor, at=_now(), material_id=material_id, opening_id=opening_id)
    return ranges.handed_out(request, found, f"{found.kind}-{str(material_id)[-8:]}")


@router.delete(
    "/documents/{uuid:material_id}", response=GoneOut, operation_id="vault:material:discard",
    summary="Destroy a document",
)  # fmt: skip
def discard(request: ActorRequest, material_id: UUID) -> GoneOut:
    """Its key first, then its pieces."""
    done = services.discard_material(actor=request.actor, at=_now(), material_id=material_id)
    return GoneOut(documents=1, entry_id=done.entry_id)
