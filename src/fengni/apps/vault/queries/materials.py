"""Documents of a client file: what lies there, never what is on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.apps.accounts import queries as accounts
from fengni.apps.common.queries import query
from fengni.apps.vault.models import Material
from fengni.apps.vault.queries.lists import refuse_outside, scope
from fengni.apps.vault.store.materials import received
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One document. `received` counts the bytes of an upload on its way; `pages` is 0 where there is nothing to see."""

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


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """Whom a document is about, under which key it lies, what it is and how many pages it has."""

    subject_id: UUID | None
    unit_id: UUID
    kind: str
    pages: int


@query
def materials(
    *, actor: Actor, at: datetime, client_id: UUID, subject_id: UUID | None = None, matter_id: UUID | None = None
) -> tuple[MaterialRow, ...]:
    """The documents of a client file, of one person or matter of it, newest first. Raises Denied outside the scope."""
    refuse_outside(scope(actor, at), client_id)
    rows = Material.objects.filter(client_id=client_id).exclude(kind="embedded", pages=0).defer("thumbnail", "head")
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    if matter_id is not None:
        rows = rows.filter(matter_id=matter_id)
    names = accounts.member_names()
    return tuple(_shown(row, names.get(row.made_by, "") if row.made_by else "") for row in rows.order_by("-id"))


@query
def material(*, actor: Actor, at: datetime, material_id: UUID) -> MaterialRow:
    """One document. Raises Denied outside the reader's scope, or where there is none of this id."""
    row = Material.objects.filter(id=material_id).defer("thumbnail", "head").first()
    if row is None:
        raise Denied("vault.no-such-material")
    refuse_outside(scope(actor, at), row.client_id)
    return _shown(row, accounts.member_names().get(row.made_by, "") if row.made_by else "")


@query
def unfinished_uploads(*, before: datetime) -> list[UUID]:
    """Uploads that began before an instant and never became whole."""
    return list(Material.objects.filter(state="uploading", created_at__lte=before).values_list("id", flat=True))


@query
def document_heads(ids: Collection[UUID]) -> dict[UUID, DocumentHead]:
    """What documents are, for acts of other areas that checked already who may know. One that is gone is absent."""
    rows = Material.objects.filter(id__in=ids, state="kept").only("id", "subject_id", "unit_id", "kind", "pages")
    return {one.id: DocumentHead(one.subject_id, one.unit_id, one.kind, one.pages) for one in rows}


def _shown(row: Material, maker: str) -> MaterialRow:
    there = received(row.id) if row.state == "uploading" else row.size
    return MaterialRow(
        row.id, row.client_id, row.subject_id, row.matter_id, row.kind, row.media_type, row.size, row.pages, row.state,
        there, maker, row.created_at,
    )  # fmt: skip
