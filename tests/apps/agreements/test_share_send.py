"""agreements:share:send"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.acts.models import Grant
from fengni.apps.agreements import queries, services
from fengni.apps.agreements.models import Agreement
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import register
from fengni.apps.consents.queries import telling_of
from fengni.apps.guests.links import STAFF
from fengni.apps.guests.models import Guest
from fengni.apps.ledger import sealer
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import PURPOSE, agree, agreement_of, shared, view
from tests.cast import now


def test_grants_name_the_agreement_and_end_with_the_earlier_of_both() -> None:
    one = shared(days=60)
    held = agreement_of(one.cast.tenant_id, one.partner_id)
    with tenant(one.cast.tenant_id), transaction.atomic():
        grants = list(Grant.objects.filter(member_id=one.made.guest_id))
    assert {(g.person_id, tuple(g.fields)) for g in grants} == {
        (None, ("company_name", "uscc")), (one.person_id, ("id_number", "name")),
    }  # fmt: skip
    assert {g.agreement[:32] for g in grants} == {held.id.hex}
    assert all(held.until is not None and g.until is not None and g.until <= held.until for g in grants)
    assert view(one, "name") == {"name": "陆知衡"}


def test_without_an_agreement_in_force_nothing_is_sent() -> None:
    one = shared(send=False)
    with tenant(one.cast.tenant_id), transaction.atomic():
        Agreement.objects.update(until=now())
    with pytest.raises(BadInput, match=r"agreements.no-agreement"):
        services.send_share(actor=one.cast.owner, at=now(), share_id=one.share_id)
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert Grant.objects.exclude(agreement="").count() == 0


def test_it_is_not_sent_before_everybody_it_is_about_said_yes_to_this_partner() -> None:
    one = shared(send=False, agreed=False)

    def asks() -> list[tuple[UUID, str]]:
        with tenant(one.cast.tenant_id), transaction.atomic():
            page = queries.share(actor=one.cast.owner, at=now(), share_id=one.share_id)
        return [(ask.person_id, ask.state) for ask in page.asks]

    def refuse() -> None:
        with pytest.raises(BadInput, match=r"agreements.consent-missing") as refused:
            services.send_share(actor=one.cast.owner, at=now(), share_id=one.share_id)
        assert refused.value.params == {"persons": 1}

    assert asks() == [(one.person_id, "none")]
    refuse()
    agree(one.cast, one.matter_id, one.person_id, assurance=STAFF)
    assert asks() == [(one.person_id, "unproved")]
    refuse()
    agree(one.cast, one.matter_id, one.person_id)
    wider = services.prepare_share(  # the same partner, one field more: another yes
        actor=one.cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=one.partner_id,
        purpose=PURPOSE, selection=[(one.person_id, "mobile")],
    ).value  # fmt: skip
    with pytest.raises(BadInput, match=r"agreements.consent-missing"):
        services.send_share(actor=one.cast.owner, at=now(), share_id=wider)
    made = services.send_share(actor=one.cast.owner, at=now(), share_id=one.share_id).value
    sealer.seal_round(at=now())
    sent = replace(one, made=made)
    assert view(sent, "name") == {"name": "陆知衡"}
    with tenant(one.cast.tenant_id), transaction.atomic():
        register.withdraw(one.person_id, one.matter_id, ("partner",), now())
    assert asks() == [(one.person_id, "withdrawn")]
    with pytest.raises(Denied, match=r"agreements.share-not-consented"):
        view(sent, "name")
    assert view(sent, "uscc", subject_id=one.client_id)  # what is the company's needs nobody's yes
    with tenant(one.cast.tenant_id), transaction.atomic():
        (room,) = queries.room(guest=Guest.objects.get(id=made.guest_id), at=now())
    assert {about.is_client: about.closed for about in room.subjects} == {True: False, False: True}


def test_what_the_law_has_filed_and_what_is_the_companys_needs_no_yes() -> None:
    one = shared(person_kinds=(), agreed=False)
    assert one.made.path
    by_law = services.prepare_share(
        actor=one.cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=one.partner_id,
        purpose="purpose.change_registration", selection=[(one.person_id, "name")],
    ).value  # fmt: skip
    with tenant(one.cast.tenant_id):
        told = telling_of(person_id=one.person_id, matter_id=one.matter_id, at=now())
    assert ("示例·信达会计" in told.text, "partner" in told.scopes) == (True, False)  # told all the same
    assert services.send_share(actor=one.cast.owner, at=now(), share_id=by_law).value.path


def test_it_is_sent_once_by_who_handles_the_client() -> None:
    one = shared(send=False)
    for who, code in (
        (one.cast.agent, "access.scope"),
        (one.cast.auditor, "access.role"),
        (one.cast.intruder, "access.role"),
        (one.cast.stranger, "agreements.no-such-share"),
    ):
        with pytest.raises(Denied, match=code):
            services.send_share(actor=who, at=now(), share_id=one.share_id)
    services.send_share(actor=one.cast.lead, at=now(), share_id=one.share_id)
    with pytest.raises(BadInput, match=r"agreements.share-sent-already"):
        services.send_share(actor=one.cast.lead, at=now(), share_id=one.share_id)
