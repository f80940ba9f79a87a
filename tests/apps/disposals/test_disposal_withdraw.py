"""disposals:disposal:withdraw"""

from __future__ import annotations

import pytest

from fengni.apps.disposals import services
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import approved, disposal_of, parts_of, propose, scene
from tests.cast import now


def test_it_is_taken_back_before_anything_is_destroyed() -> None:
    at = scene()
    disposal = approved(at)
    services.withdraw_disposal(actor=at.cast.lead, at=now(), disposal_id=disposal)
    assert disposal_of(at.cast, disposal).state == "withdrawn"
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        services.withdraw_disposal(actor=at.cast.lead, at=now(), disposal_id=disposal)
    propose(at)


def test_afterwards_it_is_finished_not_taken_back() -> None:
    at = scene()
    disposal = approved(at)
    unit = next(p.unit_id for p in parts_of(at.cast, disposal) if p.fate == "destroy")
    services.destroy_unit(actor=at.cast.dpo, at=now(), disposal_id=disposal, unit_id=unit)
    with pytest.raises(BadInput, match=r"disposals\.begun"):
        services.withdraw_disposal(actor=at.cast.lead, at=now(), disposal_id=disposal)


def test_who_may() -> None:
    at = scene()
    disposal = propose(at)
    for who in (at.cast.agent, at.cast.auditor, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.withdraw_disposal(actor=who, at=now(), disposal_id=disposal)
    with pytest.raises(Denied, match=r"disposals\.no-such-disposal"):
        services.withdraw_disposal(actor=at.cast.stranger, at=now(), disposal_id=disposal)
