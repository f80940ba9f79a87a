"""Acts on documents: taken in whole or in pieces, looked at page by page, opened as they are, destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.utils.timezone import localtime

from fengni.apps.accounts.queries import member_names
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.acts.facts import frozen_for
from fengni.apps.common.language import said
from fengni.apps.ledger.inbox import Seen
from fengni.apps.vault.models import Material, Opening, Unit
from fengni.apps.vault.resources import HANDLERS, LENT, PURPOSES, client_file, document, owner
from fengni.apps.vault.store import materials
from fengni.apps.vault.store.materials import Begun, Kept
from fengni.apps.vault.store.records import refuse_sealed
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput
from fengni.core.pictures.render import Watermark

_T = TypeVar("_T")
OPEN_FOR: Final = timedelta(minutes=15)
BROWSED: Final = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A document opened as it is: by which entry, until when it can be read, and how many bytes there are."""

    opening_id: UUID
    until: datetime
    media_type: str
    size: int


@act("vault:material:upload", roles=HANDLERS, resource=owner, scoped=True)
def upload_material(
    *, actor: Actor, at: datetime, client_id: UUID, subject_id: UUID | None, kind: str, content: bytes,
    matter_id: UUID | None = None,
) -> Outcome[Kept]:  # fmt: skip
    """A document, whole. A picture or scan loses what it carries unseen; other kinds of file are sealed as they are.

    The same bytes for the same matter are kept once. Raises UnreadableFile for a program, for a picture that cannot be
    drawn, and for a file of any other kind where a card, licence or seal is wanted.
    """
    material_id = materials.begin(
        client_id=client_id, subject_id=subject_id, matter_id=matter_id, kind=kind, media_type="", size=len(content),
        at=at, streamed=kind not in materials.LOOKED_AT,
    )  # fmt: skip
    materials.put_piece(material_id, 0, content)
    kept = materials.finish(material_id, at, streamed=kind not in materials.LOOKED_AT)
    return _arrived(actor, client_id, subject_id, kind, kept, kept)


@act("vault:material:begin", roles=HANDLERS, resource=owner, scoped=True)
def begin_material(
    *, actor: Actor, at: datetime, client_id: UUID, subject_id: UUID | None, kind: str, size: int,
    matter_id: UUID | None = None, sha256: str = "",
) -> Outcome[Begun]:  # fmt: skip
    """A document that arrives in pieces, `size` bytes altogether. With its SHA-256, one begun before is continued."""
    there = materials.unfinished(
        client_id=client_id, matter_id=matter_id, subject_id=subject_id, kind=kind, size=size, digest=sha256
    )
    material_id = there or materials.begin(
        client_id=client_id, subject_id=subject_id, matter_id=matter_id, kind=kind, media_type="", size=size, at=at,
        digest=sha256, streamed=kind not in materials.LOOKED_AT,
    )  # fmt: skip
    received = materials.received(material_id)
    persons = (subject_id,) if subject_id else ()
    resource = Resource("vault:material", material_id, actor.tenant_id, frozenset({client_id}), persons=persons)
    return Outcome(Begun(material_id, received), resource=resource, facts={"bytes": size, "there": received})


@act("vault:material:send", roles=HANDLERS, resource=document, scoped=True)
def send_material(
    *, actor: Actor, at: datetime, material_id: UUID, position: int, content: bytes
) -> Outcome[int | Kept]:
    """The bytes from offset `position` on, sealed as they come. Returns how many are there; after the last, the whole.

    After a break, nothing at all sent to the end finishes what is there. Raises BadInput when bytes before `position`
    are missing, UnreadableFile as `upload_material`.
    """
    row = Material.objects.get(id=material_id)
    there = materials.put_piece(material_id, position, content)
    if there < row.size:
        return Outcome(there, facts={"bytes": there})
    kept = materials.finish(material_id, at, streamed=row.kind not in materials.LOOKED_AT)
    return _arrived(actor, row.client_id, row.subject_id, row.kind, kept, kept)


@act(
    "vault:material:view", roles=(*HANDLERS, "dpo"), resource=document, purposes=PURPOSES, scoped=True, protected=True,
    lent=LENT,
)  # fmt: skip
def view_material(
    *, actor: Actor, at: datetime, material_id: UUID, page: int, purpose: str, reason: str, quarter_turns: int = 0
) -> Outcome[bytes]:
    """One page as a smaller picture with the reader's name, time and purpose across it; counted for the person."""
    if len(reason.strip()) < 2:
        raise BadInput("vault.reason-missing")
    row = Material.objects.get(id=material_id)
    refuse_sealed({row.unit_id})
    image = materials.page_image(material_id, page, _mark(actor, at, purpose), quarter_turns)
    seen = (Seen(row.subject_id, (f"material_{row.kind}",), clear=1),) if row.subject_id else ()
    return Outcome(image, seen=seen, facts={"kind": row.kind, "page": page})


@act(
    "vault:material:browse", roles=(*HANDLERS, "dpo"), resource=client_file, purposes=PURPOSES, scoped=True,
    protected=True, lent=LENT,
)  # fmt: skip
def browse_materials(
    *, actor: Actor, at: datetime, client_id: UUID, purpose: str, matter_id: UUID | None = None
) -> Outcome[dict[UUID, bytes]]:
    """Small marked pictures of a client file's newest documents, for a list: JPEG by document, counted for each person.

    Left out: what has no picture, what is kept sealed until a day, and whoever asked about a view of the actor's.
    """
    rows = Material.objects.filter(client_id=client_id, state=materials.KEPT, pages__gt=0).exclude(
        unit_id__in=Unit.objects.filter(client_id=client_id, sealed_until__isnull=False).values("id")
    )
    rows = rows.filter(matter_id=matter_id) if matter_id else rows
    frozen = frozen_for(actor, at)
    chosen = [row for row in rows.order_by("-id")[:BROWSED] if row.subject_id not in frozen]
    small = materials.small_pictures(chosen, _mark(actor, at, purpose))
    shown: dict[UUID, set[str]] = {}
    for row in chosen:
        if row.subject_id and row.id in small:
            shown.setdefault(row.subject_id, set()).add(f"material_{row.kind}")
    seen = tuple(Seen(person, tuple(sorted(kinds))) for person, kinds in sorted(shown.items()))
    return Outcome(small, seen=seen, facts={"pictures": len(small)})


@act("vault:material:open", roles=(*HANDLERS, "dpo"), resource=document, purposes=PURPOSES, scoped=True, protected=True)
def open_material(*, actor: Actor, at: datetime, material_id: UUID, purpose: str, reason: str) -> Outcome[Opened]:
    """The document as it is, without a mark, for a purpose and a reason: to be read by the actor until an instant.

    It stands in the ledger once, however many parts of it are read (queries.content). Raises BadInput without a
    reason, SealRefused when its head does not open.
    """
    if len(reason.strip()) < 2:
        raise BadInput("vault.reason-missing")
    row = Material.objects.defer("thumbnail").get(id=material_id)
    refuse_sealed({row.unit_id})
    head = materials.head_of(row)
    Opening.objects.filter(member_id=actor.id, until__lt=at).delete()
    opening = Opening.objects.create(
        tenant_id=actor.tenant_id, id=acting().entry_id, material_id=material_id, member_id=actor.id, purpose=purpose,
        until=at + OPEN_FOR,
    )  # fmt: skip
    seen = (Seen(row.subject_id, (f"material_{row.kind}",), clear=1),) if row.subject_id else ()
    return Outcome(
        Opened(opening.id, opening.until, head.media_type, head.size), seen=seen,
        facts={"kind": row.kind, "bytes": head.size},
    )  # fmt: skip


@act("vault:material:discard", roles=HANDLERS, resource=document, scoped=True)
def discard_material(*, actor: Actor, at: datetime, material_id: UUID) -> Outcome[None]:
    """Destroy one document, key first, or break an upload off."""
    row = Material.objects.get(id=material_id)
    refuse_sealed({row.unit_id})
    facts = materials.drop(material_id)
    return Outcome(None, seen=(Seen(row.subject_id),) if row.subject_id else (), facts={**facts, "kind": row.kind})


@act("vault:material:expire", roles=(), resource=document)
def expire_material(*, actor: Actor, at: datetime, material_id: UUID) -> Outcome[None]:
    """Drop an upload that nobody finished in 24 hours."""
    row = Material.objects.get(id=material_id)
    if row.state != materials.UPLOADING or row.created_at > at - materials.UNFINISHED_FOR:
        raise BadInput("vault.upload-living")
    return Outcome(None, facts=materials.drop(material_id))


def _arrived(actor: Actor, client_id: UUID, subject_id: UUID | None, kind: str, kept: Kept, value: _T) -> Outcome[_T]:
    """What the entry says of a document that is whole."""
    persons = (subject_id,) if subject_id else ()
    resource = Resource("vault:material", kept.material_id, actor.tenant_id, frozenset({client_id}), persons=persons)
    facts = {**kept.facts, "kind": kind, "pages": kept.pages}
    facts |= {"removed": ".".join(kept.removed)} if kept.removed else {}
    facts |= {"duplicate": 1} if kept.duplicate_of else {}
    seen = tuple(Seen(one, (f"material_{kind}",)) for one in persons)
    return Outcome(value, resource=resource, seen=seen, facts=facts)


def _mark(actor: Actor, at: datetime, purpose: str) -> Watermark:
    """Who looks, when, and for what."""
    return Watermark((f"{member_names().get(actor.id, '')} {localtime(at):%Y-%m-%d %H:%M}", said(purpose)))
