"""What the tests of documents put into a file, and how they look at it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import queries, services
from fengni.apps.vault.models import Material, Piece, Unit
from fengni.apps.vault.queries import MaterialRow
from fengni.apps.vault.store.materials import Kept
from fengni.core.access.actor import Actor
from tests.cast import now
from tests.core.pictures.samples import jpeg


def upload(
    actor: Actor, client_id: UUID, subject_id: UUID | None = None, *, kind: str = "id_front",
    content: bytes | None = None, **more: Any,
) -> Kept:  # fmt: skip
    """A document by the act."""
    given = jpeg() if content is None else content
    done = services.upload_material(
        actor=actor, at=now(), client_id=client_id, subject_id=subject_id, kind=kind, content=given, **more
    )
    return done.value


def begun(
    actor: Actor, client_id: UUID, size: int, subject_id: UUID | None = None, *, sha256: str = "", kind: str = "lease"
) -> UUID:
    """An upload in pieces."""
    return services.begin_material(
        actor=actor, at=now(), client_id=client_id, subject_id=subject_id, kind=kind, size=size, sha256=sha256
    ).value.material_id


def send(actor: Actor, material_id: UUID, position: int, content: bytes) -> int | Kept:
    """A piece of it."""
    return services.send_material(
        actor=actor, at=now(), material_id=material_id, position=position, content=content
    ).value


def listed(actor: Actor, client_id: UUID, **more: Any) -> tuple[MaterialRow, ...]:
    """What a reader sees of a client file's documents."""
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.materials(actor=actor, at=now(), client_id=client_id, **more)


def rows(tenant_id: UUID) -> tuple[int, int, list[str]]:
    """Documents, pieces, and states of their units."""
    with tenant(tenant_id), transaction.atomic():
        units = Unit.objects.filter(subject_kind="material").order_by("id").values_list("state", flat=True)
        return Material.objects.count(), Piece.objects.count(), list(units)


def faithful(tenant_id: UUID) -> bool:
    """Whether the store is what the acts wrote."""
    with tenant(tenant_id), transaction.atomic():
        return queries.unfaithful_records() == []


def opened(actor: Actor, material_id: UUID, *, purpose: str = "purpose.fill_form") -> UUID:
    """A document taken out as it is, by the act."""
    return services.open_material(
        actor=actor, at=now(), material_id=material_id, purpose=purpose, reason="办理变更"
    ).value.opening_id


def read(
    actor: Actor, material_id: UUID, first: int = 0, last: int | None = None, *, opening_id: UUID | None = None
) -> bytes:
    """The bytes of a document between two offsets, both included."""
    with tenant(actor.tenant_id):
        found = queries.content(
            actor=actor, at=now(), material_id=material_id, opening_id=opening_id or opened(actor, material_id)
        )
        return b"".join(found.read(first, found.head.size - 1 if last is None else last))
