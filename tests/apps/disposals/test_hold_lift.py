"""disposals:hold:lift"""

from __future__ import annotations

import pytest

from fengni.apps.disposals import services
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import propose, scene
from tests.cast import now


def test_retention_goes_on_afterwards() -> None:
    at = scene()
    services.set_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="有争议")
    with pytest.raises(BadInput, match=r"disposals\.reason-missing"):
        services.lift_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="")
    services.lift_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="争议已了结")
    propose(at)
    with pytest.raises(BadInput, match=r"disposals\.not-held"):
        services.lift_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="再来一次")


def test_who_may() -> None:
    at = scene()
    services.set_hold(actor=at.cast.security, at=now(), client_id=at.client, reason="有争议")
    for who in (at.cast.security, at.cast.agent, at.cast.auditor, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.lift_hold(actor=who, at=now(), client_id=at.client, reason="了结")
    with pytest.raises(Denied, match=r"parties\.no-such-client"):
        services.lift_hold(actor=at.cast.stranger, at=now(), client_id=at.client, reason="了结")
