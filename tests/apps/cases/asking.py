"""What the tests of cases do: a client with an open door, a colleague who looked, a sealed ledger."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.test import Client

from fengni.apps.cases.models import Case
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.parties.services import assign_client
from fengni.apps.vault import services as vault
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from tests.apps.guests.inviting import Invited, come_in, invited
from tests.apps.vault.files import make_person
from tests.cast import Cast, now

OTHER_NAME = "顾南乔"


@dataclass(frozen=True)
class Watched:
    """A client whose ID number the agent opened once. `other_id` is a third person of the same file."""

    one: Invited
    guest: Actor
    entry_id: UUID
    other_id: UUID

    @property
    def cast(self) -> Cast:
        return self.one.cast

    @property
    def person_id(self) -> UUID:
        return self.one.person_id

    @property
    def client_id(self) -> UUID:
        return self.one.client_id


def watched() -> Watched:
    """Somebody was invited; an agent saw the ID number in clear."""
    one = invited()
    cast = one.cast
    other = make_person(
        cast.owner, one.client_id, name=OTHER_NAME, id_number=fictitious.id_number("19910706", 46),
        mobile=fictitious.mobile(7),
    )  # fmt: skip
    assign_client(actor=cast.owner, at=now(), client_id=one.client_id, member_id=cast.agent.id)
    guest = Actor(
        id=one.made.guest_id, tenant_id=cast.tenant_id, roles=frozenset({"client"}), channel="portal", session="ab" * 16
    )
    return Watched(one, guest, look(cast.agent, one.client_id, one.person_id), other)


def look(actor: Actor, client_id: UUID, person_id: UUID, kind: str = "id_number") -> UUID:
    """See a field in clear; the entry's id."""
    return vault.reveal_field(
        actor=actor, at=now(), subject_id=person_id, client_id=client_id, kind=kind, purpose="purpose.fill_form",
        reason="填写变更申请书",
    ).entry_id  # fmt: skip


def seal() -> None:
    """Let the sealer do its round."""
    sealer.seal_round(at=now())


def browser(seen: Watched) -> Client:
    """The client's phone, inside."""
    return come_in(seen.one)


def stored(cast: Cast, case_id: UUID) -> Case:
    """The row."""
    with tenant(cast.tenant_id), transaction.atomic():
        return Case.objects.get(id=case_id)
