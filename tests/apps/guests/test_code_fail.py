"""guests:code:fail: a gateway that does not take a code is told to staff, never with the number."""

from __future__ import annotations

import pytest

from fengni.apps.guests import gateways, services, tasks
from fengni.core.access.actor import system_actor
from fengni.core.errors import Denied, HostProblem
from tests.apps.guests.gates import sms, smtp
from tests.apps.guests.inviting import digits, invited, link_of, phone, work
from tests.apps.vault.files import CANARY_MOBILE, entries
from tests.cast import now
from tests.web.browsing import signed_in


@pytest.mark.parametrize("way", ["refusing", "gone"])
def test_a_gateway_that_fails(way: str, settings: object) -> None:
    one = invited()
    with sms() as gate:
        settings.FENGNI_SMS_URL = gate.url if way == "refusing" else "http://:t@127.0.0.1:9/send"  # type: ignore[attr-defined]  # a fixture
        gate.refuses = True
        phone().post(one.path, {"do": "ask"})
        with pytest.raises(HostProblem, match="gateway-failed") as raised:
            work(one.made.link_id)
        assert CANARY_MOBILE not in str(raised.value)
        assert raised.value.__cause__ is None
        link = link_of(one.cast.tenant_id, one.made.link_id)
        assert link.unsent_at is not None
        assert link.code_hash is None
        assert "没能发出" in phone().get(f"{one.path}code/").content.decode()
        page = signed_in(one.cast.owner).get(f"/invitations/{one.made.link_id}/").content.decode()
        assert "网关没有收下提取码" in page
        gate.refuses, settings.FENGNI_SMS_URL = False, gate.url  # type: ignore[attr-defined]  # a fixture
        tasks.send_code(link_id=str(one.made.link_id), tenant_id=str(one.cast.tenant_id))
        assert len(digits(gate.taken[-1][1])) == 6
    assert link_of(one.cast.tenant_id, one.made.link_id).unsent_at is None
    acts = [entry["act"] for entry in entries(one.cast.tenant_id)][-3:]
    assert acts == ["guests:code:deliver", "guests:code:fail", "guests:code:deliver"]


def test_a_mail_server_that_refuses(settings: object) -> None:
    with smtp() as gate:
        settings.FENGNI_SMTP_URL = gate.url  # type: ignore[attr-defined]  # a fixture
        gate.refuses = True
        with pytest.raises(HostProblem, match="gateway-failed"):
            gateways.send("email", "lu@example.invalid", "s", "t")
        with pytest.raises(HostProblem, match="gateway-failed"):
            gateways.send("email", "lu@example.invalid\nBcc: all@example.invalid", "s", "t")
    assert gate.taken == []


def test_nobody_but_the_product_says_so() -> None:
    one = invited()
    for who in (one.cast.owner, one.cast.agent, one.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.fail_code(actor=who, at=now(), link_id=one.made.link_id)
    with pytest.raises(Denied, match="no-such-link"):
        services.fail_code(actor=one.cast.stranger, at=now(), link_id=one.made.link_id)
    services.fail_code(actor=system_actor(one.cast.tenant_id), at=now(), link_id=one.made.link_id)
    assert link_of(one.cast.tenant_id, one.made.link_id).unsent_at is not None
