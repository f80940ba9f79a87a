"""Where a person's information is, and until when: kinds and days, for the person alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from fengni.apps.cases import queries
from fengni.apps.cases.where import Where
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.cases.ended import PARTNER, ended
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE
from tests.cast import now
from tests.web.test_portal_counts import come_in


def _where(one: Mine) -> Where:
    with tenant(one.cast.tenant_id):
        return queries.where_page(actor=one.guest, at=now())


def test_before_the_matter_is_closed_and_after() -> None:
    page = _where(mine())
    assert ({"name", "id_number", "mobile"} <= set(page.held), page.partners, page.filed) == (True, (), 0)
    assert {one.until for one in page.kept} == {"事项办结后 30 天销毁", "事项办结后 30 天封存，依法保存 10 年"}
    one = ended()
    page, due = _where(one), timezone.localdate(now()) + timedelta(days=30)
    assert [(each.partner, each.kinds, each.views, each.state) for each in page.partners] == [
        (PARTNER, ("name", "id_number"), 1, "recalled")
    ]
    assert page.filed == 1
    told = {kind: each.until for each in page.kept for kind in each.kinds}
    assert told["mobile"] == f"{due} 起可以销毁"
    assert told["id_number"].startswith(f"{due} 封存，依法保存至 ")
    with tenant(one.cast.tenant_id), pytest.raises(Denied, match=r"access\.role"):
        queries.where_page(actor=one.cast.owner, at=now())


def test_the_phone_shows_kinds_and_no_value() -> None:
    one = mine()
    shown = come_in(one).get("/cases/my/where/").content.decode()
    for word in ("身份证号", "手机", "依法保存 10 年", "示例·启明"):
        assert word in shown
    assert CANARY_ID not in shown
    assert CANARY_MOBILE not in shown
