"""agreements:share:send"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.acts.models import Grant
from fengni.apps.agreements import services
from fengni.apps.agreements.models import Agreement
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import agreement_of, shared, view
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
