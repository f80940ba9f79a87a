"""agreements:agreement:accept"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.agreements import queries, services, signing
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.links import INDEPENDENT, STAFF
from fengni.apps.guests.models import Guest
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import accept, agreement_of, guest_actor, partner
from tests.apps.guests.inviting import invite
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble, now


def _state(cast: Cast, party_id: UUID) -> str:
    with tenant(cast.tenant_id):
        return queries.agreements_of(party_kind="partner", party_id=party_id, at=now())[0].state


def test_an_accepted_text_is_in_force_for_its_time() -> None:
    cast = assemble()
    partner_id = partner(cast)
    one = agreement_of(cast.tenant_id, partner_id)
    text = signing.text_of(one.template)
    assert (one.state, one.text_hash, one.assurance) == ("in_force", text.digest, INDEPENDENT)
    assert one.until is not None
    assert one.accepted_at is not None
    assert one.until - one.accepted_at == timedelta(days=text.days)
    with tenant(cast.tenant_id), transaction.atomic():
        assert signing.in_force("partner", partner_id, now()) is not None
        assert signing.in_force("partner", partner_id, one.until) is None


def test_a_code_that_staff_read_out_leaves_it_insufficient_until_confirmed() -> None:
    cast = assemble()
    partner_id = partner(cast, assurance=STAFF)
    assert _state(cast, partner_id) == "unproved"
    with tenant(cast.tenant_id), transaction.atomic():
        Guest.objects.filter(subject_id=partner_id).update(confirmed_at=now() - timedelta(hours=1))
        assert signing.in_force("partner", partner_id, now()) is None  # whoever came before need not be who accepted
        Guest.objects.filter(subject_id=partner_id).update(confirmed_at=now())
    assert _state(cast, partner_id) == "in_force"


def test_a_client_accepts_for_the_own_matter_only() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    made = invite(cast.owner, client_id, person_id)
    offered = services.offer_agreement(actor=cast.owner, at=now(), client_id=client_id, matter_id=uuid7()).value
    one = agreement_of(cast.tenant_id, client_id)
    with pytest.raises(Denied, match=r"agreements.no-such-agreement"):
        services.accept_agreement(
            actor=guest_actor(cast.tenant_id, made.guest_id, "client"), at=now(), agreement_id=offered,
            text_hash=one.text_hash, assurance=INDEPENDENT, lang="zh",
        )  # fmt: skip


def test_another_text_another_guest_and_staff_are_refused() -> None:
    cast = assemble()
    mine, other = partner(cast, agreed=False), partner(cast)
    one = agreement_of(cast.tenant_id, mine)
    foreign = accept(cast, partner(cast, agreed=False))
    for who, code in (
        (foreign, "agreements.no-such-agreement"),
        (cast.owner, "access.role"),
        (cast.intruder, "access.role"),
        (cast.stranger, "agreements.no-such-agreement"),
    ):
        with pytest.raises(Denied, match=code):
            services.accept_agreement(
                actor=who, at=now(), agreement_id=one.id, text_hash=one.text_hash, assurance=INDEPENDENT, lang="zh"
            )
    held = agreement_of(cast.tenant_id, other)
    assert held.accepted_by is not None
    twice = guest_actor(cast.tenant_id, held.accepted_by, "partner")
    with pytest.raises(BadInput, match=r"agreements.text-changed"):
        services.accept_agreement(
            actor=twice, at=now(), agreement_id=held.id, text_hash="0" * 64, assurance=INDEPENDENT, lang="en"
        )
    with pytest.raises(Denied, match=r"agreements.not-offered"):
        services.accept_agreement(
            actor=twice, at=now(), agreement_id=held.id, text_hash=held.text_hash, assurance=INDEPENDENT, lang="en"
        )


@pytest.mark.parametrize("template", sorted(signing.TEMPLATES.values()))
def test_every_clause_stands_in_both_languages(template: str) -> None:
    text = signing.text_of(template)
    assert all(zh and en and zh.endswith("。") and en.endswith(".") for zh, en in text.clauses)
    with pytest.raises(BadInput, match=r"agreements.text-unknown"):
        signing.text_of(template, "1999-01")
