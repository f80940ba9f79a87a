"""A client's guest of a matter, as the portal's door makes one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries, register
from fengni.apps.consents import services as consents
from fengni.apps.consents.telling import Telling
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.matters import services
from fengni.apps.matters.models import Item
from fengni.core.access.actor import Actor
from tests.apps.agreements.sharing import guest_actor
from tests.apps.matters.making import make_matter
from tests.cast import Cast, assemble, now


@dataclass(frozen=True)
class Mine:
    """A cast, a matter, and the person who is asked for pictures, as a guest."""

    cast: Cast
    matter_id: UUID
    client_id: UUID
    person_id: UUID
    shareholder: UUID
    guest: Actor
    link_id: UUID
    path: str

    def item(self, code: str) -> Item:
        """One of the person's items."""
        with tenant(self.cast.tenant_id), transaction.atomic():
            return Item.objects.get(matter_id=self.matter_id, code=code)

    @property
    def telling(self) -> Telling:
        """What the person is told now."""
        with tenant(self.cast.tenant_id):
            return queries.telling_of(person_id=self.person_id, matter_id=self.matter_id, at=now())

    def consent(self, *scopes: str, assurance: str = INDEPENDENT) -> tuple[str, ...]:
        """Read what is told now and say yes."""
        return consents.give_consent(
            actor=self.guest, at=now(), matter_id=self.matter_id, scopes=scopes or register.SCOPES,
            text_hash=self.telling.digest, assurance=assurance, lang="zh",
        ).value  # fmt: skip


def mine(cast: Cast | None = None, number: int = 1) -> Mine:
    """A change of the legal representative; the new one is invited."""
    cast = cast or assemble()
    made = make_matter(cast, number)
    link = services.invite_person(
        actor=cast.owner, at=now(), matter_id=made.matter_id, person_id=made.new, contact="mobile"
    ).value
    guest = guest_actor(cast.tenant_id, link.guest_id, "client")
    return Mine(cast, made.matter_id, made.client_id, made.new, made.shareholder, guest, link.link_id, link.path)
