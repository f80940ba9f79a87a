"""guests:session:end, and everything else that shuts a door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.acts.models import Block
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services
from fengni.apps.guests.models import GuestSession
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.guests.inviting import Invited, change, come_in, invited, phone
from tests.apps.vault.files import entries
from tests.cast import now


def test_leaving_ends_the_session_and_keeps_the_link() -> None:
    one = invited()
    browser = come_in(one)
    stolen = browser.cookies["fengni_guest"].value
    assert browser.get("/my/leave/").status_code == 405
    assert browser.post("/my/leave/").status_code == 302
    other = phone()
    other.cookies["fengni_guest"] = stolen
    assert other.get("/my/").status_code == 401
    assert entries(one.cast.tenant_id)[-1]["act"] == "guests:session:end"
    assert come_in(one).get("/my/").status_code in {200, 302}


def test_a_door_shuts_with_its_link_and_its_time() -> None:
    for column in ("expires_at", "recalled_at"):
        one = invited()
        browser = come_in(one)
        change(one.cast.tenant_id, one.made.link_id, **{column: now()})
        assert browser.get("/my/").status_code == 401
    one = invited()
    browser = come_in(one)
    with tenant(one.cast.tenant_id), transaction.atomic():
        (session,) = GuestSession.objects.all()
        assert timedelta(hours=11) < session.ends_at - session.opened_at <= timedelta(hours=12)
        GuestSession.objects.update(ends_at=now())
    assert browser.get("/my/").status_code == 401


@pytest.mark.parametrize("kind", ["account", "session", "address", "partner"])
def test_a_block_shuts_the_door_and_says_so(kind: str) -> None:
    one = invited()
    browser = come_in(one)
    with tenant(one.cast.tenant_id), transaction.atomic():
        subject = {
            "account": one.made.guest_id.hex,
            "session": GuestSession.objects.get().id.hex,
            "address": "127.0.0.1",
            "partner": one.person_id.hex,
        }[kind]
        Block.objects.create(tenant_id=one.cast.tenant_id, kind=kind, subject=subject, code="test.x", created_at=now())
    answer = browser.get("/my/")
    assert answer.status_code == 403
    assert "访问已被暂停" in answer.content.decode()


def test_only_the_own_session_ends() -> None:
    one, other = invited(), invited()
    browser = come_in(one)
    with tenant(one.cast.tenant_id), transaction.atomic():
        session_id = GuestSession.objects.get().id
    for who in (one.cast.owner, one.cast.agent, one.cast.intruder, one.cast.stranger):
        with pytest.raises(Denied, match=r"access\.role"):
            services.end_session(actor=who, at=now(), session_id=session_id)
    services.end_session(actor=guest(other), at=now(), session_id=session_id)
    assert browser.get("/my/").status_code in {200, 302}, "another guest's act ended it"
    services.end_session(actor=guest(one), at=now(), session_id=session_id)
    assert browser.get("/my/").status_code == 401


def guest(one: Invited) -> Actor:
    """The guest as acts know it."""
    return Actor(id=one.made.guest_id, tenant_id=one.cast.tenant_id, roles=frozenset({"client"}), channel="portal")
