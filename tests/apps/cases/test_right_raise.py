"""cases:right:raise: five rights, 15 working days, no new proof of identity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fengni.apps.cases import queries, services
from fengni.apps.cases.clocks import working_days_after
from fengni.apps.cases.models import RIGHTS
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import browser, stored, watched
from tests.apps.vault.files import entries, refusals
from tests.cast import now


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_is_received_with_its_clock(right: str) -> None:
    seen, at = watched(), now()
    more = {"field": "mobile", "reason": "号码换了"} if right == "correct" else {}
    case = stored(seen.cast, services.raise_right(actor=seen.guest, at=at, right=right, **more).value)
    assert (case.kind, case.right, case.state) == ("right", right, "open")
    assert case.due_at == working_days_after(at)
    entry = next(e for e in entries(seen.cast.tenant_id) if e["act"] == "cases:right:raise")
    assert (entry["facts"], "号码" in str(entry)) == ({"right": right}, False)


def test_working_days_pass_over_weekends() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert working_days_after(friday, 1).isoformat() == "2026-11-30T12:00:00+00:00"
    assert working_days_after(friday, 15).isoformat() == "2026-12-18T12:00:00+00:00"


def test_bad_input() -> None:
    seen = watched()
    for given, code in (
        ({"right": "forget"}, "cases.right-unknown"),
        ({"right": "copy", "field": "uscc"}, "cases.field-unknown"),
        ({"right": "correct", "field": "mobile"}, "cases.correct-what"),
        ({"right": "correct", "reason": "错了"}, "cases.correct-what"),
    ):
        with pytest.raises(BadInput, match=code):
            services.raise_right(actor=seen.guest, at=now(), **given)
    services.raise_right(actor=seen.guest, at=now(), right="delete")
    with pytest.raises(BadInput, match=r"cases\.already-asked"):
        services.raise_right(actor=seen.guest, at=now(), right="delete")


def test_staff_cannot_ask_for_somebody() -> None:
    seen = watched()
    for who in (seen.cast.owner, seen.cast.agent, seen.cast.dpo, seen.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.raise_right(actor=who, at=now(), right="access")
    with pytest.raises(Denied):
        services.raise_right(actor=seen.cast.stranger, at=now(), right="access")
    assert len(refusals(seen.cast.tenant_id, "cases:right:raise")) == 4


def test_on_the_phone() -> None:
    seen = watched()
    phone = browser(seen)
    assert phone.get("/cases/my/rights/").status_code == 200
    assert phone.get("/cases/my/rights/forget/").status_code == 404
    assert phone.post("/cases/my/rights/correct/", {"field": "", "reason": ""}).status_code == 400
    assert phone.post("/cases/my/rights/withdraw/", {"reason": "不再同意"}).status_code == 302
    shown = phone.get("/cases/my/rights/").content.decode()
    assert "不再同意" in shown
    with tenant(seen.cast.tenant_id):
        rows = queries.cases_list(actor=seen.cast.dpo, at=now(), kind="right")
        assert [(row.right, row.asked, row.can) for row in rows] == [("withdraw", "不再同意", ("answer",))]
        assert queries.cases_list(actor=seen.cast.agent, at=now()) == ()
