"""vault:client:create"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import queries as parties
from fengni.apps.vault import queries, services
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import company, make_client
from tests.cast import assemble, now


def test_a_client_is_made_and_listed() -> None:
    cast = assemble()
    client_id = make_client(cast.owner, 7)
    with tenant(cast.tenant_id):
        page = queries.clients_page(actor=cast.owner, at=now())
    assert [(row.id, row.name, row.uscc, row.persons) for row in page.rows] == [
        (client_id, company(7), fictitious.uscc(7), 0)
    ]
    assert page.total == 1
