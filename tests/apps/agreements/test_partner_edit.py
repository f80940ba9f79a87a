"""agreements:partner:edit"""

from __future__ import annotations

import pytest

from fengni.apps.agreements import queries, services
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.agreements.sharing import partner
from tests.cast import assemble, now


def test_another_contact_takes_the_place_of_the_old_one() -> None:
    cast = assemble()
    partner_id = partner(cast)
    services.edit_partner(
        actor=cast.lead, at=now(), partner_id=partner_id, name="示例·信达会计", email="li@example.com"
    )
    with tenant(cast.tenant_id):
        shown = queries.partner_contact(actor=cast.lead, partner_id=partner_id)
    assert (shown.mobile, shown.email, shown.way) == ("", "li@example.com", ("email", "li@example.com"))


def test_an_unknown_partner_and_other_roles_are_refused() -> None:
    cast = assemble()
    partner_id = partner(cast)
    for who, one, code in (
        (cast.owner, uuid7(), "agreements.no-such-partner"),
        (cast.stranger, partner_id, "agreements.no-such-partner"),
        (cast.auditor, partner_id, "access.role"),
        (cast.intruder, partner_id, "access.role"),
    ):
        with pytest.raises(Denied, match=code):
            services.edit_partner(actor=who, at=now(), partner_id=one, name="示例·别家")
