"""Matters for tests: a client with two persons, a matter of it, items brought to a state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import services
from fengni.apps.matters.items import ItemRow, items_of
from fengni.apps.matters.models import Item
from fengni.apps.parties import services as parties
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, now

SHAREHOLDER_ID = fictitious.id_number("19910706", 46)


@dataclass(frozen=True)
class Made:
    """A matter of two changes: representative and domicile, to another district."""

    client_id: UUID
    matter_id: UUID
    new: UUID
    shareholder: UUID


def make_matter(
    cast: Cast, number: int = 1, *, types: tuple[str, ...] = ("LEGAL", "ADDR"), region: str = "cross"
) -> Made:
    """Opened by the agent, who holds the client; the new representative's validity is not known yet."""
    client_id = make_client(cast.owner, number)
    new = make_person(cast.owner, client_id)
    other = make_person(
        cast.owner, client_id, name="顾南乔", id_number=SHAREHOLDER_ID, mobile=fictitious.mobile(50 + number)
    )
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    people = {"new_legal_representative": (new,), "shareholder": (other,)} if "LEGAL" in types else {}
    if "ADDR" in types:
        people["shareholder"] = (other,)
    opened = services.open_matter(
        actor=cast.agent, at=now(), client_id=client_id, types=types, region=region,
        counted_from=timezone.localdate(now()), people=people,
    )  # fmt: skip
    return Made(client_id, opened.value.matter_id, new, other)


def item_of(cast: Cast, made: Made, code: str) -> ItemRow:
    """An item of a matter by its code."""
    with tenant(cast.tenant_id), transaction.atomic():
        return next(row for row in items_of(made.matter_id) if row.code == code)


def hand_in(actor: Actor, item_id: UUID, at: datetime | None = None) -> None:
    """Seen on paper, no copy kept."""
    services.receive_item(actor=actor, at=at or now(), item_id=item_id, on_paper=True)


def settle(cast: Cast, made: Made) -> None:
    """Every item with a verdict."""
    with tenant(cast.tenant_id), transaction.atomic():
        rows = items_of(made.matter_id)
    for row in rows:
        if row.state == Item.State.WANTED and row.asked.fields:
            services.waive_item(actor=cast.agent, at=now(), item_id=row.id, reason="已在登记机关填报")
            continue
        if row.state == Item.State.WANTED:
            hand_in(cast.agent, row.id)
        services.claim_item(actor=cast.agent, at=now(), item_id=row.id)
        services.accept_item(actor=cast.agent, at=now(), item_id=row.id)


def open_matter(actor: Actor, client_id: UUID, person_id: UUID) -> tuple[UUID, UUID]:
    """A matter of one change and one of its items."""
    opened = services.open_matter(
        actor=actor,
        at=now(),
        client_id=client_id,
        types=("LEGAL",),
        region="same",
        counted_from=timezone.localdate(now()),
        people={"new_legal_representative": (person_id,)},
    )
    with tenant(actor.tenant_id), transaction.atomic():
        return opened.value.matter_id, items_of(opened.value.matter_id)[0].id
