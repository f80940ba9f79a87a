"""parties:client:unassign"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services
from fengni.apps.vault import queries as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import make_client, refusals
from tests.cast import assemble, now


def test_a_client_taken_away_is_gone_at_once() -> None:
    cast = assemble()
    client_id = make_client(cast.agent)
    services.unassign_client(actor=cast.lead, at=now(), client_id=client_id, member_id=cast.agent.id)
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.agent, at=now()).rows == ()
    with pytest.raises(BadInput, match=r"parties.not-assigned"):
        services.unassign_client(actor=cast.lead, at=now(), client_id=client_id, member_id=cast.agent.id)


def test_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.agent)
    for who in (cast.agent, cast.colleague, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.unassign_client(actor=who, at=now(), client_id=client_id, member_id=cast.agent.id)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        services.unassign_client(actor=cast.stranger, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert refusals(cast.tenant_id, "parties:client:unassign") == ["access.role"] * 4
    assert refusals(cast.stranger_tenant_id, "parties:client:unassign") == ["parties.no-such-client"]
