"""guests:code:read_out"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import links, services
from fengni.apps.guests.models import GuestSession
from fengni.apps.parties import services as parties
from fengni.core.errors import Denied
from tests.apps.guests.inviting import invited, link_of, phone, work
from tests.apps.vault.files import entries
from tests.cast import now


def test_what_is_opened_with_it_is_staffs_word() -> None:
    one = invited()
    made = services.read_out_code(actor=one.cast.owner, at=now(), link_id=one.made.link_id).value
    assert made.code not in repr(made)
    told = entries(one.cast.tenant_id)[-1]
    assert (told["act"], told["actor"]["id"]) == ("guests:code:read_out", one.cast.owner.id.hex)
    browser = phone()
    browser.post(one.path, {"do": "ask"})
    assert work(one.made.link_id) == 0, "a code that was read out is not replaced by pressing the button"
    assert browser.post(f"{one.path}code/", {"code": made.code}).status_code == 302
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert GuestSession.objects.get().assurance == "staff"
        assert links.assurance_of(one.made.guest_id) == "staff"
        assert links.states([one.made.link_id], now())[one.made.link_id].assurance == "staff"
    assert entries(one.cast.tenant_id)[-1]["facts"] == {"opened": 1, "assurance": "staff"}
    assert "您是用电话里读出的提取码进来的" in browser.get("/my/", follow=True).content.decode()


def test_where_nothing_can_be_sent_it_is_the_only_way() -> None:
    one = invited(contact="")
    browser = phone()
    browser.post(one.path, {"do": "ask"})
    assert work(one.made.link_id) == 0
    assert "在电话里把提取码读给您" in browser.get(f"{one.path}code/").content.decode()
    code = services.read_out_code(actor=one.cast.lead, at=now(), link_id=one.made.link_id).value.code
    assert browser.post(f"{one.path}code/", {"code": code}).status_code == 302


def test_a_held_or_dead_link_has_no_code() -> None:
    one = invited(held=True)
    with pytest.raises(Denied, match="link-held"):
        services.read_out_code(actor=one.cast.owner, at=now(), link_id=one.made.link_id)
    services.recall_link(actor=one.cast.owner, at=now(), link_id=one.made.link_id)
    with pytest.raises(Denied, match="link-recalled"):
        services.read_out_code(actor=one.cast.owner, at=now(), link_id=one.made.link_id)


def test_who_may_read_out() -> None:
    one = invited()
    cast = one.cast
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.intruder, "access.role"),
        (cast.stranger, "no-such-link"),
    ):
        with pytest.raises(Denied, match=code):
            services.read_out_code(actor=who, at=now(), link_id=one.made.link_id)
    assert link_of(cast.tenant_id, one.made.link_id).code_hash is None
    parties.assign_client(actor=cast.owner, at=now(), client_id=one.client_id, member_id=cast.agent.id)
    assert len(services.read_out_code(actor=cast.agent, at=now(), link_id=one.made.link_id).value.code) == 6
