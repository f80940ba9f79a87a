"""agreements:partner:end"""

from __future__ import annotations

import pytest

from fengni.apps.agreements import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.agreements.sharing import shared, view
from tests.cast import now


def test_agreements_shares_and_links_end_at_once() -> None:
    one = shared()
    assert view(one, "name")
    assert services.end_partner(actor=one.cast.dpo, at=now(), partner_id=one.partner_id).value == 1
    with pytest.raises(Denied, match=r"agreements.share-recalled"):
        view(one, "name")
    with tenant(one.cast.tenant_id):
        row = queries.partner(actor=one.cast.owner, at=now(), partner_id=one.partner_id)
    assert (row.agreement, row.shares) == (None, 0)
    with pytest.raises(Denied, match=r"agreements.no-such-partner"):
        services.end_partner(actor=one.cast.owner, at=now(), partner_id=one.partner_id)


def test_agents_auditors_and_strangers_end_nothing() -> None:
    one = shared()
    for who in (one.cast.agent, one.cast.auditor, one.cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.end_partner(actor=who, at=now(), partner_id=one.partner_id)
    with pytest.raises(Denied, match=r"agreements.no-such-partner"):
        services.end_partner(actor=one.cast.stranger, at=now(), partner_id=one.partner_id)
    assert view(one, "name") == {"name": "陆知衡"}
