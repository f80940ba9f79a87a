"""disposals:unit:try"""

from __future__ import annotations

import pytest

from fengni.apps.common.custodian import custodian
from fengni.apps.disposals import services
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import approved, destroyed, parts_of, scene
from tests.apps.vault.files import entries
from tests.cast import now


def test_it_really_asks_and_is_refused_and_nothing_is_counted() -> None:
    at = scene()
    disposal = destroyed(at)
    unit = next(p.unit_id for p in parts_of(at.cast, disposal) if p.fate == "destroy" and p.subject_kind == "person")
    before = custodian().releases(at.cast.tenant_id, [at.person])
    done = services.try_unit(actor=at.cast.agent, at=now(), disposal_id=disposal, unit_id=unit)
    assert done.value == "keys.unit-destroyed"
    assert custodian().releases(at.cast.tenant_id, [at.person]) == before
    assert entries(at.cast.tenant_id)[-1]["facts"] == {"unit": unit.hex, "cause": "keys.unit-destroyed"}


def test_only_what_was_destroyed_is_tried() -> None:
    at = scene()
    disposal = approved(at)
    for part in parts_of(at.cast, disposal):
        with pytest.raises(BadInput, match=r"disposals\.no-such-unit"):
            services.try_unit(actor=at.cast.dpo, at=now(), disposal_id=disposal, unit_id=part.unit_id)


def test_who_may() -> None:
    at = scene()
    disposal = destroyed(at)
    unit = next(p.unit_id for p in parts_of(at.cast, disposal) if p.fate == "destroy")
    for who in (at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.try_unit(actor=who, at=now(), disposal_id=disposal, unit_id=unit)
    with pytest.raises(Denied, match=r"disposals\.no-such-disposal"):
        services.try_unit(actor=at.cast.stranger, at=now(), disposal_id=disposal, unit_id=unit)
