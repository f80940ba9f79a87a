"""guests:session:confirm"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import links, services
from fengni.apps.guests.models import GuestSession
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.guests.inviting import Invited, change, digits, invited, message, phone, work, wrong
from tests.apps.vault.files import entries
from tests.cast import now


def by_staff() -> tuple[Invited, Client]:
    """Somebody in by a code that staff read out."""
    one, browser = invited(), phone()
    code = services.read_out_code(actor=one.cast.owner, at=now(), link_id=one.made.link_id).value.code
    assert browser.post(f"{one.path}code/", {"code": code}).status_code == 302
    return one, browser


def session_of(one: Invited) -> UUID:
    with tenant(one.cast.tenant_id), transaction.atomic():
        return GuestSession.objects.get().id


def test_a_code_by_a_gateway_lifts_what_staff_read_out() -> None:
    one, browser = by_staff()
    assert "确认是您本人" in browser.get("/my/confirm/").content.decode()
    assert browser.post("/my/confirm/", {"do": "ask"})["Location"] == "/my/confirm/"
    assert work(one.made.link_id) == 1
    code = digits(message(one.cast.tenant_id))
    assert browser.post("/my/confirm/", {"code": wrong(code)}).status_code == 400
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert links.assurance_of(one.made.guest_id) == "staff"
    assert browser.post("/my/confirm/", {"code": code})["Location"] == "/my/"
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert links.assurance_of(one.made.guest_id) == "independent"
        assert GuestSession.objects.get().assurance == "independent"
    told = entries(one.cast.tenant_id)[-1]
    assert (told["act"], told["actor"]["roles"], told["actor"]["channel"], told["facts"]) == (
        "guests:session:confirm", ["client"], "portal", {"confirmed": 1},
    )  # fmt: skip
    assert browser.get("/my/confirm/")["Location"] == "/my/", "there is nothing left to confirm"


def test_another_code_of_staff_lifts_nothing() -> None:
    one, browser = by_staff()
    again = services.read_out_code(actor=one.cast.owner, at=now(), link_id=one.made.link_id).value.code
    answer = browser.post("/my/confirm/", {"code": again})
    assert answer.status_code == 400
    assert "现在没有有效的提取码" in answer.content.decode()
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert links.assurance_of(one.made.guest_id) == "staff"


def test_only_the_guest_confirms_and_only_the_own_session() -> None:
    one, _ = by_staff()
    session_id = session_of(one)
    guest = Actor(id=one.made.guest_id, tenant_id=one.cast.tenant_id, roles=frozenset({"client"}), channel="portal")
    for who, code in (
        (one.cast.owner, "access.role"),
        (one.cast.agent, "access.role"),
        (one.cast.intruder, "access.role"),
        (one.cast.stranger, "access.role"),
        (replace(guest, id=one.person_id), "no-such-session"),
    ):
        with pytest.raises(Denied, match=code):
            services.confirm_session(actor=who, at=now(), session_id=session_id, typed="123456")
    change(one.cast.tenant_id, one.made.link_id, expires_at=now())
    with pytest.raises(Denied, match="link-expired"):
        services.confirm_session(actor=guest, at=now(), session_id=session_id, typed="123456")
