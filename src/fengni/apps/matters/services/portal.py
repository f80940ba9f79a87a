"""What a client does for the own items of a matter: hands in a picture or fields, looks at what was handed in.

Rules: a guest has the items that name the own person in the own matter, nothing else. Nothing is taken before the
person was told, and told of what is new since. What rests on a separate consent is refused until that consent stands,
proved. A picture arrives in pieces, each sealed as it comes; after a broken connection `begin` gives the same upload
again, with how much is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.common.language import said
from fengni.apps.consents import register as consents
from fengni.apps.consents import telling
from fengni.apps.guests.models import Guest
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters import checklist, items
from fengni.apps.matters.models import Item, Matter
from fengni.apps.matters.resources import of_item, step
from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store import fitness, materials
from fengni.apps.vault.store.house import house, one_writer
from fengni.apps.vault.store.records import Part, Writing
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.pictures.render import Watermark
from fengni.core.vault.catalogue import element
from fengni.definitions import Lang


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload on its way, or whole: how many bytes are there of how many; `pages` once it is whole."""

    material_id: UUID
    received: int
    size: int
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of what was handed in, as JPEG with its mark, and how many pages there are."""

    image: bytes
    pages: int


def _own(actor: Actor, item_id: UUID) -> Resource:
    """An item of the guest's own person in the guest's own matter."""
    guest = Guest.objects.filter(id=actor.id, kind=Guest.Kind.CLIENT).first()
    item = Item.objects.filter(id=item_id).first()
    if guest is None or item is None or (item.matter_id, item.person_id) != (guest.matter_id, guest.subject_id):
        raise Denied("matters.no-such-item")
    return of_item(actor, item_id)


def _wanted(item_id: UUID, *, picture: bool, at: datetime | None = None) -> Item:
    """The item, while it can be handed in. Raises BadInput when it is decided, of the other kind or lacks a consent,
    and when the notice as it stands `at` was not read (None: what has begun goes on)."""
    item = Item.objects.get(id=item_id)
    asked = checklist.asked(item.code)
    if item.state not in items.UNDECIDED:
        raise BadInput("matters.item-decided")
    if bool(asked.material) != picture:
        raise BadInput("matters.item-other-kind")
    if item.person_id is None:
        raise Denied("matters.no-such-item")
    standing = consents.standing(item.person_id, item.matter_id)
    read = consents.latest(item.person_id, item.matter_id)
    if read is None:
        raise BadInput("consents.notice-first")
    if at is not None and telling.of(item.person_id, item.matter_id, at).news(read.parts):
        raise BadInput("consents.notice-changed")
    if asked.basis == consents.BY_CONSENT and item.code not in standing.items:
        unproved = standing.scopes[consents.SENSITIVE] == consents.UNPROVED
        raise BadInput("consents.unproved" if unproved else "consents.needed")
    return item


@act("matters:item:begin", roles=("client",), resource=_own, scoped=True)
def begin_upload(*, actor: Actor, at: datetime, item_id: UUID, size: int, sha256: str = "") -> Outcome[Upload]:
    """A picture is about to arrive; the same one, told by its SHA-256, is continued after a break.

    Raises UnreadableFile by size, BadInput for what is no SHA-256 in hex.
    """
    item = _wanted(item_id, picture=True, at=at)
    kind = checklist.asked(item.code).material
    there = materials.unfinished(
        client_id=item.client_id, matter_id=item.matter_id, subject_id=item.person_id, kind=kind, size=size,
        digest=sha256,
    )  # fmt: skip
    material_id = there or materials.begin(
        client_id=item.client_id, subject_id=item.person_id, matter_id=item.matter_id, kind=kind, media_type="",
        size=size, at=at, digest=sha256,
    )  # fmt: skip
    received = materials.received(material_id)
    return Outcome(Upload(material_id, received, size), facts={"bytes": size, "there": received})


@act("matters:item:upload", roles=("client",), resource=_own, scoped=True)
def send_piece(
    *, actor: Actor, at: datetime, item_id: UUID, material_id: UUID, position: int, content: bytes
) -> Outcome[Upload]:
    """A piece of it. With the last one the picture loses what it carried unseen, and the item counts as received.

    Raises BadInput when bytes before `position` are missing or when another item has this very picture, UnreadableFile
    when the whole is no picture.
    """
    item = _wanted(item_id, picture=True)
    kind = checklist.asked(item.code).material
    size = materials.announced(material_id, matter_id=item.matter_id, subject_id=item.person_id, kind=kind)
    there = materials.put_piece(material_id, position, content)
    if there < size:
        return Outcome(Upload(material_id, there, size), facts={"there": there})
    kept = materials.finish(material_id, at)
    if Item.objects.filter(material_id=kept.material_id).exclude(id=item_id).exists():
        raise BadInput("matters.same-picture")
    items.receive(item_id, at, kept.material_id)
    step(item.matter_id, at, item.code)
    seen = (Seen(item.person_id, (f"material_{kind}",)),) if item.person_id else ()
    removed = ".".join(kept.removed) or "nothing"
    return Outcome(
        Upload(kept.material_id, size, size, kept.pages), seen=seen, facts={**kept.facts, "removed": removed}
    )


@act("matters:item:drop", roles=("client",), resource=_own, scoped=True)
def drop_upload(*, actor: Actor, at: datetime, item_id: UUID, material_id: UUID) -> Outcome[None]:
    """Break an upload off: its key first, then what has come."""
    item = Item.objects.get(id=item_id)
    kind = checklist.asked(item.code).material
    materials.announced(material_id, matter_id=item.matter_id, subject_id=item.person_id, kind=kind)
    return Outcome(None, facts=materials.drop(material_id))


@act("matters:item:provide", roles=("client",), resource=_own, scoped=True)
def provide_fields(*, actor: Actor, at: datetime, item_id: UUID, fields: Mapping[str, str]) -> Outcome[None]:
    """Fields the item names, typed by the person. Sealed; never shown again in clear.

    Raises BadInput for a wrong value, a mask, or when one the item names is missing.
    """
    item = _wanted(item_id, picture=False, at=at)
    kinds = checklist.asked(item.code).fields
    if set(fields) != set(kinds):
        raise BadInput("matters.fields-missing")
    values = {kind: fitness.checked("person", kind, fields[kind]) for kind in kinds}
    home = house()
    fitness.refuse_unfit(home, values.items())
    one_writer(home)
    classes: dict[str, dict[str, str]] = {}
    for kind, value in values.items():
        classes.setdefault(element(kind).record_class, {})[kind] = value
    person = item.person_id or item.client_id
    writing = Writing(home, at)
    writing.put([Part(item.client_id, person, class_, given) for class_, given in classes.items()])
    items.receive(item_id, at)
    step(item.matter_id, at, item.code)
    return Outcome(None, seen=(Seen(person, tuple(sorted(kinds))),), facts=writing.finish())


@act(
    "matters:item:look", roles=("client",), resource=_own, purposes=("purpose.answer_subject",), scoped=True,
    protected=True,
)  # fmt: skip
def look_at_item(*, actor: Actor, at: datetime, item_id: UUID, page: int, lang: Lang) -> Outcome[Picture]:
    """The person's own picture, as the display copy says what it may be used for."""
    item = Item.objects.get(id=item_id)
    if item.material_id is None or item.person_id is None:
        raise BadInput("matters.nothing-handed-in")
    matter = Matter.objects.get(id=item.matter_id)
    image = materials.page_image(item.material_id, page, Watermark(_watermark(matter, at, lang)))
    kind = checklist.asked(item.code).material
    seen = (Seen(item.person_id, (f"material_{kind}",), clear=1),)
    return Outcome(Picture(image, materials.pages(item.material_id)), seen=seen, facts={"page": page})


def _watermark(matter: Matter, at: datetime, lang: Lang) -> tuple[str, ...]:
    """What a display copy of a matter's picture says: whose change, which change, its number and month."""
    shown = displays([(matter.client_id, matter.client_id, "enterprise")])
    company = next((one.masks.get("company_name", "") for one in shown.values()), "")
    names = (", " if lang == "en" else "、").join(checklist.types()[code].names[lang == "en"] for code in matter.types)
    month = f"{timezone.localtime(at):%Y-%m}"
    return (said("matters.only-for", company=company), f"{names} {matter.number} {month}")
