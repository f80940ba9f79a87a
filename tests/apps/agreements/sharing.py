"""What the tests of agreements do: a partner with an agreement in force, a share that was sent, a guest who came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from fengni.apps.acts.models import Block
from fengni.apps.agreements import services
from fengni.apps.agreements.models import Agreement, Share
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import services as consents
from fengni.apps.consents.queries import telling_of
from fengni.apps.guests.links import INDEPENDENT, NewLink
from fengni.apps.ledger import sealer
from fengni.apps.matters import services as matters
from fengni.core.access.actor import Actor
from tests.apps.matters.making import open_matter
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble, now

PURPOSE = "purpose.bank_visit"


@dataclass(frozen=True)
class Shared:
    """A cast, a client file with a person, a partner, and the share."""

    cast: Cast
    client_id: UUID
    person_id: UUID
    matter_id: UUID
    partner_id: UUID
    share_id: UUID
    made: NewLink

    @property
    def guest(self) -> Actor:
        """The partner's guest."""
        return guest_actor(self.cast.tenant_id, self.made.guest_id, "partner")


def guest_actor(tenant_id: UUID, guest_id: UUID, kind: str) -> Actor:
    """A guest as the portal's door makes one."""
    return Actor(id=guest_id, tenant_id=tenant_id, roles=frozenset({kind}), session=uuid7().hex, channel="portal")


def partner(cast: Cast, *, agreed: bool = True, assurance: str = INDEPENDENT) -> UUID:
    """A registered partner, whose agreement is in force unless not `agreed`."""
    partner_id = services.add_partner(
        actor=cast.owner, at=now(), name="示例·信达会计", contact="王简", mobile="15400009001"
    ).value
    if agreed:
        accept(cast, partner_id, assurance=assurance)
    return partner_id


def accept(cast: Cast, partner_id: UUID, *, assurance: str = INDEPENDENT) -> Actor:
    """Come by the link of the agreement and accept it; the guest."""
    made = services.invite_partner(
        actor=cast.owner, at=now(), partner_id=partner_id, expires_at=now() + timedelta(days=7)
    ).value
    who = guest_actor(cast.tenant_id, made.guest_id, "partner")
    one = agreement_of(cast.tenant_id, partner_id)
    services.accept_agreement(
        actor=who, at=now(), agreement_id=one.id, text_hash=one.text_hash, assurance=assurance, lang="zh"
    )
    return who


def agreement_of(tenant_id: UUID, party_id: UUID) -> Agreement:
    """The newest agreement of a party."""
    with tenant(tenant_id), transaction.atomic():
        return Agreement.objects.filter(party_id=party_id).order_by("-created_at")[0]


def shared(
    *, client_kinds: Sequence[str] = ("company_name", "uscc"), person_kinds: Sequence[str] = ("name", "id_number"),
    most_views: int = 20, days: int = 7, send: bool = True, agreed: bool = True,
) -> Shared:  # fmt: skip
    """A share under an agreement, with the yes of the person it is about unless not `agreed`."""
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    partner_id, (matter_id, _item) = partner(cast), open_matter(cast.owner, client_id, person_id)
    selection = [(client_id, kind) for kind in client_kinds] + [(person_id, kind) for kind in person_kinds]
    share_id = services.prepare_share(
        actor=cast.owner, at=now(), client_id=client_id, matter_id=matter_id, partner_id=partner_id, purpose=PURPOSE,
        selection=selection, until=now() + timedelta(days=days), most_views=most_views,
    ).value  # fmt: skip
    if agreed:
        agree(cast, matter_id, person_id)
    made = services.send_share(actor=cast.owner, at=now(), share_id=share_id).value if send else None
    sealer.seal_round(at=now())
    return Shared(cast, client_id, person_id, matter_id, partner_id, share_id, made)  # type: ignore[arg-type]


def agree(cast: Cast, matter_id: UUID, person_id: UUID, *, assurance: str = INDEPENDENT) -> Actor:
    """The person comes by the own link, reads what is told now and says yes to it; the guest."""
    made = matters.invite_person(actor=cast.owner, at=now(), matter_id=matter_id, person_id=person_id).value
    who = guest_actor(cast.tenant_id, made.guest_id, "client")
    with tenant(cast.tenant_id):
        told = telling_of(person_id=person_id, matter_id=matter_id, at=now())
    consents.give_consent(
        actor=who, at=now(), matter_id=matter_id, scopes=told.scopes, text_hash=told.digest, assurance=assurance,
        lang="zh",
    )  # fmt: skip
    return who


def view(one: Shared, *kinds: str, subject_id: UUID | None = None, actor: Actor | None = None) -> dict[str, str]:
    """What the partner's screen gets."""
    return dict(
        services.view_share(
            actor=actor or one.guest, at=now(), share_id=one.share_id, subject_id=subject_id or one.person_id,
            kinds=kinds, purpose=PURPOSE,
        ).value.values
    )  # fmt: skip


def change_share(one: Shared, **columns: object) -> None:
    """Move a share's clock or count."""
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert Share.objects.filter(id=one.share_id).update(**columns) == 1


def freeze(one: Shared) -> None:
    """The person asked what the partner was doing: until answered the partner sees nothing of this person."""
    with tenant(one.cast.tenant_id), transaction.atomic():
        Block.objects.create(
            tenant_id=one.cast.tenant_id, kind="person_view", subject=f"{one.made.guest_id.hex}:{one.person_id.hex}",
            code="cases.question", created_at=now(),
        )  # fmt: skip
