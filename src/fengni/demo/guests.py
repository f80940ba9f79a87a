"""Clients and partners of the demonstration: they come by their link and a code and act for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from fengni.apps.agreements import queries as agreed
from fengni.apps.agreements import services as agreements
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries as told
from fengni.apps.consents import services as consents
from fengni.apps.guests import queries as guests
from fengni.apps.guests import services as doors
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.guests.models import Guest
from fengni.apps.matters import queries as matters
from fengni.apps.matters import services
from fengni.core.access.actor import Actor, system_actor


@dataclass(frozen=True, slots=True)
class Visitor:
    """A guest who is in: as an actor, and the link that led here."""

    actor: Actor
    link_id: UUID

    def hand_in(self, item_id: UUID, content: bytes, at: datetime) -> None:
        """A picture, in one piece."""
        upload = services.begin_upload(actor=self.actor, at=at, item_id=item_id, size=len(content)).value
        services.send_piece(
            actor=self.actor, at=at, item_id=item_id, material_id=upload.material_id, position=0, content=content
        )

    def agree(self, at: datetime) -> None:
        """Read and accept what waits."""
        with tenant(self.actor.tenant_id), transaction.atomic():
            guest = Guest.objects.get(id=self.actor.id)
            waiting = [row for row in agreed.own_agreements(guest=guest, at=at) if row.state == "offered"]
        for row in waiting:
            agreements.accept_agreement(
                actor=self.actor, at=at, agreement_id=row.id, text_hash=row.text_hash, assurance=INDEPENDENT, lang="zh"
            )

    def consent(self, matter_id: UUID, at: datetime) -> None:
        """Read the notice as it stands now and say yes to all it asks."""
        with tenant(self.actor.tenant_id), transaction.atomic():
            person_id = Guest.objects.get(id=self.actor.id).subject_id
            notice = told.telling_of(person_id=person_id, matter_id=matter_id, at=at)
        consents.give_consent(
            actor=self.actor, at=at, matter_id=matter_id, scopes=notice.scopes, text_hash=notice.digest,
            assurance=INDEPENDENT, lang="zh",
        )  # fmt: skip


def come_in(inviter: Actor, *, guest_id: UUID, link_id: UUID, kind: str, at: datetime) -> Visitor:
    """Get the code on the demonstration's phone and type it; nothing is asked for, or the worker sent another."""
    product = system_actor(inviter.tenant_id)
    guest = replace(inviter, id=guest_id, roles=frozenset({kind}), channel="portal")
    doors.deliver_code(actor=product, at=at + timedelta(seconds=2), link_id=link_id)
    with tenant(inviter.tenant_id), transaction.atomic():
        text = guests.phone(link_id=link_id)[0].text
    found = re.search(r"\d{6}", text)
    typed = found.group() if found else ""
    doors.enter_code(actor=product, at=at + timedelta(seconds=40), link_id=link_id, typed=typed, device="phone")
    return Visitor(guest, link_id)


def items_of(actor: Actor, matter_id: UUID, at: datetime) -> list[matters.ItemShown]:
    """The checklist of a matter."""
    with tenant(actor.tenant_id):
        return list(matters.matter_page(actor=actor, at=at, matter_id=matter_id).items)
