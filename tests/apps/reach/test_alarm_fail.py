"""reach:alarm:fail: a mail that the gateway does not take is told where the emergency stands."""

from __future__ import annotations

import pytest

from fengni.apps.reach import services, tasks
from fengni.core.errors import HostProblem
from tests.apps.guests.gates import smtp
from tests.apps.reach.scene import code, emergency_row, glass, scene
from tests.apps.vault.files import entries
from tests.cast import now


def test_a_gateway_that_refuses_is_seen_and_the_next_try_heals(settings: object) -> None:
    one = scene()
    cast = one.cast
    services.set_alarm_address(actor=cast.owner, at=now(), address="owner@example.invalid")
    emergency = glass(one)
    with smtp() as gate:
        settings.FENGNI_SMTP_URL, gate.refuses = gate.url, True  # type: ignore[attr-defined]  # the fixture
        with pytest.raises(HostProblem) as refused:
            tasks.alarm(emergency_id=str(emergency), tenant_id=str(cast.tenant_id))
        assert "owner@" not in str(refused.value)
        assert [entry["act"] for entry in entries(cast.tenant_id)][-2:] == ["reach:alarm:send", "reach:alarm:fail"]
        row = emergency_row(cast.dpo, emergency)
        assert (row.mail_failed, row.mails) == (True, 0)
        gate.refuses = False
        tasks.alarm(emergency_id=str(emergency), tenant_id=str(cast.tenant_id))
        assert len(gate.taken) == 1
    row = emergency_row(cast.dpo, emergency)
    assert (row.mail_failed, row.mails) == (False, 1)
    for who in (cast.owner, cast.agent, cast.intruder):
        refusal = code(services.fail_alarm, actor=who, at=now(), emergency_id=emergency)
        assert refusal == "access.role"
    assert code(services.fail_alarm, actor=cast.stranger, at=now(), emergency_id=emergency).endswith("emergency")
