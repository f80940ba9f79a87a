"""disposals:disposal:propose"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from fengni.apps.disposals import services
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import NUMBER, disposal_of, parts_of, propose, scene
from tests.apps.vault.files import entries, refusals, seen_of
from tests.cast import now


def test_what_is_due_is_listed_by_fate_and_a_second_person_is_asked() -> None:
    at = scene()
    disposal = propose(at)
    fates = sorted((p.fate, p.subject_kind, p.retention_class) for p in parts_of(at.cast, disposal))
    assert fates == [
        ("destroy", "client", "matter"), ("destroy", "client", "use_then_destroy"), ("destroy", "person", "matter"),
        ("destroy", "person", "use_then_destroy"), ("seal", "client", "practice_record"),
        ("seal", "person", "practice_record"),
    ]  # fmt: skip
    assert {p.until.year - now().year for p in parts_of(at.cast, disposal) if p.until} <= {9, 10}
    made = disposal_of(at.cast, disposal)
    assert (made.state, made.number, made.recalled) == ("proposed", NUMBER, {"filed": 1})
    last = entries(at.cast.tenant_id)[-1]
    assert last["facts"] == {"destroys": 4, "seals": 2, "alone": 0}
    seen: dict[UUID, object] = dict(seen_of(at.cast.tenant_id))
    assert seen == {at.person: {"clear": 0, "fields": []}}


def test_before_thirty_days_only_what_was_to_be_used_once_is_due() -> None:
    at = scene(closed_days=5)
    assert {p.retention_class for p in parts_of(at.cast, propose(at))} == {"use_then_destroy"}


def test_after_ten_years_what_the_law_kept_goes_as_well() -> None:
    at = scene(closed_days=3660)
    assert {(p.retention_class, p.fate) for p in parts_of(at.cast, propose(at))} == {
        (kept, "destroy") for kept in ("matter", "use_then_destroy", "practice_record")
    }


def test_the_number_is_typed_as_people_type() -> None:
    at = scene()
    for wrong in ("", "M-2026-0118", "0117"):
        with pytest.raises(BadInput, match=r"disposals\.number-differs"):
            propose(at, number=wrong)
    propose(at, number=" m‐2026 0117 ")


def test_an_open_matter_a_hold_an_open_disposal_or_nothing_due() -> None:
    at = scene()
    with pytest.raises(Denied, match=r"disposals\.matter-open"):
        services.propose_disposal(
            actor=at.cast.lead, at=now(), client_id=at.other, number="M-2026-0118", reason="办结期满"
        )
    services.set_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="有争议")
    with pytest.raises(Denied, match=r"disposals\.hold"):
        propose(at)
    services.lift_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="争议已了结")
    propose(at)
    with pytest.raises(BadInput, match=r"disposals\.open-already"):
        propose(at, at.cast.owner)
    fresh = scene(closed_days=0)
    with pytest.raises(BadInput, match=r"disposals\.nothing-due"):
        propose(fresh, at=now() - timedelta(days=2))


def test_who_may() -> None:
    at = scene()
    for who in (at.cast.agent, at.cast.auditor, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            propose(at, who)
    with pytest.raises(Denied, match=r"parties\.no-such-client"):
        propose(at, at.cast.stranger)
    assert refusals(at.cast.tenant_id, "disposals:disposal:propose") == ["access.role"] * 5
