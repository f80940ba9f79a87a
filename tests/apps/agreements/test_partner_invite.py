"""agreements:partner:invite"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.agreements import services
from fengni.core.errors import Denied
from tests.apps.agreements.sharing import partner
from tests.apps.guests.inviting import link_of, pass_hold, phone
from tests.cast import assemble, now


def test_the_link_leads_to_the_agreement_and_keeps_no_address_in_clear() -> None:
    cast = assemble()
    partner_id = partner(cast, agreed=False)
    made = services.invite_partner(
        actor=cast.agent, at=now(), partner_id=partner_id, expires_at=now() + timedelta(days=7)
    ).value
    pass_hold(cast.tenant_id, made.link_id)
    link = link_of(cast.tenant_id, made.link_id)
    assert link.contact == "mobile"
    assert b"15400009001" not in bytes(link.address or b"")
    answer = phone().get(made.path)
    assert answer.status_code == 200
    assert "信达" not in answer.content.decode()


def test_others_invite_nobody() -> None:
    cast = assemble()
    partner_id = partner(cast)
    until = now() + timedelta(days=7)
    for who in (cast.auditor, cast.security, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.invite_partner(actor=who, at=now(), partner_id=partner_id, expires_at=until)
    with pytest.raises(Denied, match=r"agreements.no-such-partner"):
        services.invite_partner(actor=cast.stranger, at=now(), partner_id=partner_id, expires_at=until)
