"""agreements:partner:edit"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.agreements import services, sharing
from fengni.apps.agreements.models import Partner
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import partner
from tests.cast import assemble, now


def test_another_contact_takes_the_place_of_the_old_one_and_what_is_left_empty_stays() -> None:
    cast = assemble()
    partner_id = partner(cast)
    services.edit_partner(
        actor=cast.lead, at=now(), partner_id=partner_id, mobile="15400009002", email="li@example.com"
    )
    services.edit_partner(actor=cast.lead, at=now(), partner_id=partner_id, contact="李简")
    with tenant(cast.tenant_id), transaction.atomic():
        shown = sharing.contacts([Partner.objects.get(id=partner_id)])[partner_id]
    assert shown == sharing.Contact("示例·信达会计", "李简", "15400009002", "li@example.com")
    assert shown.way == ("mobile", "15400009002")


@pytest.mark.parametrize("masked", [{"mobile": "154****02"}, {"email": "l***@example.com"}])
def test_a_mask_never_takes_the_place_of_a_value(masked: dict[str, str]) -> None:
    cast = assemble()
    partner_id = partner(cast)
    with pytest.raises(BadInput):
        services.edit_partner(actor=cast.lead, at=now(), partner_id=partner_id, **masked)


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
