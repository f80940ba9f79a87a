"""agreements:partner:assess"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest

from fengni.apps.accounts.services import issue_token
from fengni.apps.agreements import assessing, queries, services
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import partner
from tests.apps.vault.files import entries
from tests.cast import Cast, assemble, now
from tests.web.browsing import signed_in

YES = {one.code: True for one in assessing.questions()}
TODAY = now().date() - timedelta(days=1)  # over midnight it is still no day to come


def state(cast: Cast, partner_id: UUID, days: int = 0) -> str:
    with tenant(cast.tenant_id):
        row = queries.assessment(partner_id=partner_id, at=now() + timedelta(days=days))
    return row.state if row else "none"


def test_the_newest_answers_count_for_a_year_from_the_training() -> None:
    cast = assemble()
    one = partner(cast)
    assert state(cast, one) == "none"
    for answers, trained, wanted in (
        (YES | {"no_copies": False}, TODAY, "short"),  # a must
        (YES | {"updates": False, "disks_encrypted": False, "screens_locked": False}, TODAY, "short"),
        (YES, None, "untrained"),
        (YES | {"updates": False, "disks_encrypted": False}, TODAY - timedelta(days=30), "holds"),
    ):
        done = services.assess_partner(actor=cast.dpo, at=now(), partner_id=one, answers=answers, trained_on=trained)
        assert (done.value, state(cast, one)) == (wanted in ("holds", "untrained"), wanted)
    assert (state(cast, one, 330), state(cast, one, 336)) == ("holds", "over")
    assert entries(cast.tenant_id)[-1]["facts"] == {"yes": 8, "asked": 10, "suffices": 1, "trained": 1}


def test_screen_and_rest_say_what_is_missing() -> None:
    cast = assemble()
    one = partner(cast)
    browser, there = signed_in(cast.lead), f"/agreements/partners/{one}/assess/"
    assert browser.get(there).status_code == 200
    form = dict.fromkeys(YES, "yes") | {"trained_on": str(TODAY)}
    half = browser.post(there, form | {"updates": ""})
    assert (half.status_code, half.content.decode().count("checked")) == (400, len(YES) - 1)
    assert browser.post(there, form | {"trained_on": str(TODAY + timedelta(days=3))}).status_code == 400
    assert browser.post(there, form).status_code == 302
    assert "合格，有效" in browser.get(f"/agreements/partners/{one}/").content.decode()
    headers = {"Authorization": f"Bearer {issue_token(actor=cast.dpo, at=now(), label='test').value}"}
    body = json.dumps({"answers": YES, "trained_on": str(TODAY)})
    answer = signed_in(cast.dpo).post(
        f"/api/v1/agreements/partners/{one}/assess", body, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["suffices"]) == (200, True)


def test_others_are_refused() -> None:
    cast = assemble()
    one = partner(cast)
    with pytest.raises(BadInput, match=r"agreements\.answers-missing"):
        services.assess_partner(actor=cast.dpo, at=now(), partner_id=one, answers={})
    for who in (cast.agent, cast.auditor, cast.security, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.assess_partner(actor=who, at=now(), partner_id=one, answers=YES)
    with pytest.raises(Denied, match=r"agreements\.no-such-partner"):
        services.assess_partner(actor=cast.stranger, at=now(), partner_id=one, answers=YES)
    assert state(cast, one) == "none"
