"""cases:naming:choose: surname and role, unless the house decides to show whole names."""

from __future__ import annotations

import pytest

from fengni.apps.cases import services
from fengni.core.errors import Denied
from tests.apps.cases.asking import browser, watched
from tests.cast import now
from tests.web.browsing import signed_in


def test_surname_and_role_until_the_owner_decides() -> None:
    seen = watched()
    phone = browser(seen)
    shown = phone.get("/cases/my/seen/").content.decode()
    assert "陈**" in shown
    assert "陈一诺" not in shown
    services.choose_naming(actor=seen.cast.owner, at=now(), whole=True)
    assert "陈一诺" in phone.get("/cases/my/seen/").content.decode()
    assert signed_in(seen.cast.owner).post("/cases/naming/", {"whole": "0"}).status_code == 302
    assert "陈一诺" not in phone.get("/cases/my/seen/").content.decode()


def test_only_the_owner() -> None:
    seen = watched()
    for who in (seen.cast.lead, seen.cast.agent, seen.cast.dpo, seen.cast.admin, seen.cast.intruder, seen.guest):
        with pytest.raises(Denied, match=r"access\.role"):
            services.choose_naming(actor=who, at=now(), whole=True)
