"""matters:original:confirm: the person alone says so, on the own page, before the matter is closed and after."""

from __future__ import annotations

import pytest
from django.test import Client

from fengni.apps.guests.links import NewLink
from fengni.apps.matters import services
from fengni.core.errors import BadInput, Denied
from tests.apps.agreements.sharing import guest_actor
from tests.apps.guests.inviting import Invited, come_in, pass_hold
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import entries
from tests.cast import now


def _phone(one: Mine) -> Client:
    pass_hold(one.cast.tenant_id, one.link_id)
    link = NewLink(one.guest.id, one.link_id, one.path, now(), now())
    return come_in(Invited(one.cast, one.client_id, one.person_id, link))


def test_on_the_phone() -> None:
    one = mine()
    one.consent()
    held = services.take_original(
        actor=one.cast.agent, at=now(), matter_id=one.matter_id, code="licence_original", person_id=one.person_id
    ).value
    phone = _phone(one)
    assert "是我交的" in phone.get("/matters/my/").content.decode()
    phone.post(f"/matters/my/originals/{held}/confirm/")
    services.give_original(actor=one.cast.agent, at=now(), original_id=held, person_id=one.person_id)
    assert "我已收到" in phone.get("/matters/my/").content.decode()
    phone.post(f"/matters/my/originals/{held}/confirm/")
    shown = phone.get("/matters/my/").content.decode()
    assert ("已交接" in shown, "我已收到" in shown) == (True, False)
    assert [e["facts"].get("received") for e in entries(one.cast.tenant_id) if e["act"].endswith("confirm")] == [0, 1]
    assert "没有等您确认的交接" in phone.post(f"/matters/my/originals/{held}/confirm/", follow=True).content.decode()


def test_nobody_else() -> None:
    one = mine()
    cast = one.cast
    held = services.take_original(
        actor=cast.owner, at=now(), matter_id=one.matter_id, code="seal_company", person_id=one.shareholder,
        on_paper=True,
    ).value  # fmt: skip
    for who in (one.guest, cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger):
        with pytest.raises(Denied, match=r"matters\.no-such-original"):
            services.confirm_original(actor=who, at=now(), original_id=held)
    link = services.invite_person(
        actor=cast.owner, at=now(), matter_id=one.matter_id, person_id=one.shareholder, contact="mobile"
    ).value
    other = guest_actor(cast.tenant_id, link.guest_id, "client")
    with pytest.raises(BadInput, match=r"matters\.original-confirmed"):  # a signed slip stands already
        services.confirm_original(actor=other, at=now(), original_id=held)
