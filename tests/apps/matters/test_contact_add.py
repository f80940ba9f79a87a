"""matters:contact:add"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.agreements import queries as agreed
from fengni.apps.agreements import services as agreements
from fengni.apps.cases import services as cases
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import services as consents
from fengni.apps.consents.queries import telling_of
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.guests.models import Guest
from fengni.apps.ledger import sealer
from fengni.apps.matters import queries, services
from fengni.apps.measures.evidence.matters import matters_under_agreement
from fengni.apps.parties import services as parties
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import agreement_of, guest_actor, partner
from tests.apps.matters.making import Made, make_matter, settle
from tests.apps.vault.files import entries, make_client, make_person, seen_of
from tests.cast import Cast, assemble, now


def _add(who: Actor, made: Made, person_id: UUID) -> None:
    services.add_contact(actor=who, at=now(), matter_id=made.matter_id, person_id=person_id)


def _parts(cast: Cast, made: Made) -> dict[UUID, tuple[str, ...]]:
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.owner, at=now(), matter_id=made.matter_id)
    return {one.person_id: one.parts for one in page.people}


def _invite(cast: Cast, made: Made, person_id: UUID) -> Actor:
    link = services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=person_id).value
    return guest_actor(cast.tenant_id, link.guest_id, "client")


def _consent(guest: Actor, made: Made, person_id: UUID) -> tuple[str, ...]:
    with tenant(guest.tenant_id):
        told = telling_of(person_id=person_id, matter_id=made.matter_id, at=now())
    consents.give_consent(
        actor=guest, at=now(), matter_id=made.matter_id, scopes=told.scopes, text_hash=told.digest,
        assurance=INDEPENDENT, lang="zh",
    )  # fmt: skip
    return told.scopes


def _own(guest: Actor) -> queries.OwnPage:
    with tenant(guest.tenant_id), transaction.atomic():
        return queries.own_page(guest=Guest.objects.get(id=guest.id), at=now())


def test_a_matter_that_asks_nothing_of_a_person_gets_somebody_who_agrees_for_it() -> None:
    cast = assemble()
    made = make_matter(cast, types=("NAME",), region="same")
    assert _parts(cast, made) == {}
    _add(cast.agent, made, made.new)
    assert _parts(cast, made) == {made.new: ("contact",)}
    assert set(seen_of(cast.tenant_id)) == {made.new}
    assert entries(cast.tenant_id)[-1]["facts"] == {"matter": made.matter_id.hex}

    guest = _invite(cast, made, made.new)
    assert _consent(guest, made, made.new) == ("notice",)  # nothing is asked, so nothing rests on a consent
    one = agreement_of(cast.tenant_id, made.client_id)
    agreements.accept_agreement(
        actor=guest, at=now(), agreement_id=one.id, text_hash=one.text_hash, assurance=INDEPENDENT, lang="zh"
    )
    with tenant(cast.tenant_id), transaction.atomic():
        found = matters_under_agreement(now() + timedelta(days=8))
    assert (found.outcome, found.params["covered"]) == ("passed", 1)
    page = _own(guest)
    assert (page.items, page.speaks, page.told) == ((), True, True)
    assert [(other.parts, other.done) for other in page.others] == [(("company",), False)]

    settle(cast, made)
    assert [other.done for other in _own(guest).others] == [True]
    services.close_matter(actor=cast.agent, at=now(), matter_id=made.matter_id, reason="客户改期")
    cases.give_feedback(actor=guest, at=now(), matter_id=made.matter_id, score=5)
    while sealer.seal_round(at=now()):
        pass
    assert cases.take_voucher(actor=guest, at=now(), matter_id=made.matter_id, lang="zh").value.startswith(b"%PDF")
    with pytest.raises(BadInput, match=r"matters.closed"):
        _add(cast.agent, made, made.shareholder)


def test_who_takes_a_part_already_may_speak_too_and_sees_of_the_others_only_whether_they_are_done() -> None:
    cast = assemble()
    made = make_matter(cast)
    liaison = make_person(cast.owner, made.client_id, name="林知夏", id_number="", mobile="15400000117")
    for person in (made.new, liaison):
        _add(cast.lead, made, person)
    speaking, signing = ("new_legal_representative", "contact"), ("shareholder",)
    assert _parts(cast, made) == {made.new: speaking, liaison: ("contact",), made.shareholder: signing}
    with pytest.raises(BadInput, match=r"matters.contact-already"):
        _add(cast.agent, made, liaison)
    guest, signer = _invite(cast, made, liaison), _invite(cast, made, made.shareholder)
    waiting = {other.parts: other.done for other in _own(guest).others}
    assert waiting == {
        ("company",): False, ("new_legal_representative", "contact"): False, ("shareholder",): False,
    }  # fmt: skip
    _consent(signer, made, made.shareholder)
    assert {other.parts: other.done for other in _own(guest).others}[("shareholder",)]
    assert not any(name in repr(_own(guest).others) for name in ("陆知衡", "顾南乔", str(made.new)))
    assert _own(signer).others == ()


def test_a_matter_opens_with_a_contact_and_a_partner_sees_fields_of_one_with_a_yes() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    liaison = make_person(cast.owner, client_id, name="林知夏", id_number="", mobile="15400000117")
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    opened = services.open_matter(
        actor=cast.agent, at=now(), client_id=client_id, types=("SCOPE",), region="same", counted_from=now().date(),
        people={"contact": (liaison,)},
    ).value  # fmt: skip
    made = Made(client_id, opened.matter_id, liaison, liaison)
    assert _parts(cast, made) == {liaison: ("contact",)}
    share = agreements.prepare_share(
        actor=cast.agent, at=now(), client_id=client_id, matter_id=made.matter_id, partner_id=partner(cast),
        purpose="purpose.bank_visit", selection=[(liaison, "name"), (liaison, "mobile")], until=now() + timedelta(7),
    ).value  # fmt: skip
    with pytest.raises(BadInput, match=r"agreements.consent-missing"):
        agreements.send_share(actor=cast.agent, at=now(), share_id=share)
    guest = _invite(cast, made, liaison)
    assert _consent(guest, made, liaison) == ("notice", "partner")
    agreements.send_share(actor=cast.agent, at=now(), share_id=share)
    with tenant(cast.tenant_id):
        assert len(agreed.shares_page(actor=cast.agent, at=now(), matter_id=made.matter_id)) == 1


def test_others_are_refused_and_who_is_of_no_file_is_no_contact() -> None:
    cast = assemble()
    made = make_matter(cast, types=("NAME",), region="same")
    elsewhere = make_person(cast.owner, make_client(cast.owner, 2), name="温子墨", id_number="", mobile="")
    with pytest.raises(Denied, match=r"parties.no-such-person"):
        _add(cast.owner, made, elsewhere)
    for who, code in (
        (cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.auditor, "access.role"),
        (cast.intruder, "access.role"),
    ):  # fmt: skip
        with pytest.raises(Denied, match=code):
            _add(who, made, made.new)
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        _add(cast.stranger, made, made.new)
    with pytest.raises(Denied, match=r"parties.no-such-person"):
        services.open_matter(
            actor=cast.agent, at=now(), client_id=made.client_id, types=("NAME",), region="same",
            counted_from=now().date(), people={"contact": (elsewhere,)},
        )  # fmt: skip
    _add(cast.owner, made, made.new)
