"""The agency that the screens are shown with: clients, persons, clear views, refusals; all fictitious, all sealed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from fengni.apps.accounts import services as accounts
from fengni.apps.ledger import sealer
from fengni.apps.parties import services as parties
from fengni.apps.vault import services as vault
from fengni.core import fictitious
from fengni.core.errors import Denied
from fengni.demo.people import company, person
from tests.apps.matters.making import open_matter
from tests.cast import Cast, assemble, now

CLIENTS = 23
SHOWN = "陆知衡"
SHOWN_ID = fictitious.id_number("19880229", 21)


@dataclass(frozen=True)
class World:
    """`clients` in the order they were made; the others are those that pages are opened for."""

    cast: Cast
    clients: tuple[UUID, ...]
    client: UUID
    person: UUID
    strangers_client: UUID
    strangers_person: UUID
    matter: UUID
    item: UUID


def build() -> World:
    """Found two agencies and let their people work for a while."""
    cast = assemble()
    made = [_client(cast, number) for number in range(CLIENTS, 0, -1)]
    client, shown = made[-1]
    for handed_over in (client, *(file for file, _ in made[:4])):
        parties.assign_client(actor=cast.owner, at=now(), client_id=handed_over, member_id=cast.agent.id)
    parties.assign_client(actor=cast.owner, at=now(), client_id=made[5][0], member_id=cast.colleague.id)
    sealer.seal_round(at=now())  # where a machine is slow, what was written above already waits too long for a view
    _look(cast, client, shown)
    stranger, theirs = _client(cast, 70, stranger=True)
    matter, item = open_matter(cast.agent, client, shown)
    for file, person_id in made[:3]:
        open_matter(cast.owner, file, person_id)
    sealer.seal_round(at=now())
    return World(cast, tuple(file for file, _ in made), client, shown, stranger, theirs, matter, item)


def _client(cast: Cast, number: int, *, stranger: bool = False) -> tuple[UUID, UUID]:
    """One file with two persons; the person of the first file is the one whose page is shown."""
    owner, about = (cast.stranger if stranger else cast.owner), company(number)
    fields = {
        "company_name": about.name, "uscc": about.uscc, "registered_address": about.address,
        "registered_capital": about.capital, "tag": ("重点", "代账", "一次性")[number % 3],
        "service_until": f"2027-{number % 12 + 1:02d}-15", "corporate_account": fictitious.bank_account(number),
    }  # fmt: skip
    client = vault.create_client(actor=owner, at=now(), fields=fields).value
    first = person(2 if number == 1 else number * 2 + 20)
    held = {
        "name": first.name, "id_number": first.id_number, "mobile": first.mobile, "home_address": first.address,
        "id_valid_until": "2036-05-01",
    }  # fmt: skip
    if number == 1:
        held |= {"bank_account": fictitious.bank_account(900), "email": "lu@example.com"}
    added = vault.add_person(
        actor=owner, at=now(), client_id=client, roles=("legal_representative", "shareholder"), fields=held
    )
    other = person(number * 2 + 21)
    fields = {"name": other.name, "id_number": other.id_number, "mobile": other.mobile}
    vault.add_person(actor=owner, at=now(), client_id=client, roles=("supervisor",), fields=fields)
    return client, added.value.person_id


def _look(cast: Cast, client: UUID, shown: UUID) -> None:
    """Some days of work: values seen for a purpose, one refusal, sign-ins."""
    accounts.open_session(actor=cast.agent, at=now(), factor="totp")
    views = (
        (cast.lead, "mobile", "purpose.contact_client", "约定签字时间"),
        (cast.agent, "home_address", "purpose.fill_form", "填写住所一栏"),
        (cast.agent, "id_number", "purpose.fill_form", "填写变更申请书"),
    )
    for actor, kind, purpose, reason in views:
        vault.reveal_field(
            actor=actor, at=now(), client_id=client, subject_id=shown, kind=kind, purpose=purpose, reason=reason
        )
    with pytest.raises(Denied):
        vault.reveal_field(
            actor=cast.colleague, at=now(), client_id=client, subject_id=shown, kind="id_number",
            purpose="purpose.fill_form", reason="想看一下",
        )  # fmt: skip
