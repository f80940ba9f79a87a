"""disposals:hold:set"""

from __future__ import annotations

import pytest

from fengni.apps.disposals import services
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import scene
from tests.apps.vault.files import entries
from tests.cast import now


def test_a_hold_has_a_sealed_reason_and_is_set_once() -> None:
    at = scene()
    services.set_hold(actor=at.cast.security, at=now(), client_id=at.client, reason="收到法院调取函")
    last = entries(at.cast.tenant_id)[-1]
    assert last["reason"] is not None
    assert "法院" not in str(last)
    with pytest.raises(BadInput, match=r"disposals\.held-already"):
        services.set_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="又一次")
    with pytest.raises(BadInput, match=r"disposals\.reason-missing"):
        services.set_hold(actor=at.cast.dpo, at=now(), client_id=at.other, reason=" ")


def test_who_may() -> None:
    at = scene()
    for who in (at.cast.agent, at.cast.auditor, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.set_hold(actor=who, at=now(), client_id=at.client, reason="有争议")
    with pytest.raises(Denied, match=r"parties\.no-such-client"):
        services.set_hold(actor=at.cast.stranger, at=now(), client_id=at.client, reason="有争议")
