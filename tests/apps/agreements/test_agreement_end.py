"""agreements:agreement:end"""

from __future__ import annotations

import pytest

from fengni.apps.agreements import services
from fengni.core.errors import Denied
from tests.apps.agreements.sharing import agreement_of, shared, view
from tests.cast import now


def test_shares_die_with_their_agreement() -> None:
    one = shared()
    held = agreement_of(one.cast.tenant_id, one.partner_id)
    assert services.end_agreement(actor=one.cast.lead, at=now(), agreement_id=held.id).value == 1
    with pytest.raises(Denied, match=r"agreements.share-recalled"):
        view(one, "name")


def test_agents_guests_and_strangers_end_none() -> None:
    one = shared()
    held = agreement_of(one.cast.tenant_id, one.partner_id)
    for who, code in (
        (one.cast.agent, "access.role"),
        (one.cast.auditor, "access.role"),
        (one.cast.intruder, "access.role"),
        (one.guest, "access.role"),
        (one.cast.stranger, "agreements.no-such-agreement"),
    ):
        with pytest.raises(Denied, match=code):
            services.end_agreement(actor=who, at=now(), agreement_id=held.id)
    assert view(one, "name")
