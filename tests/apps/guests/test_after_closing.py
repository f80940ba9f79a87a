"""After closing: the same link, a new code, reading and rights only; ninety days, recallable; then gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.acts.models import Grant
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services as guests
from fengni.apps.guests.links import NewLink
from fengni.apps.matters import services as matters
from fengni.apps.matters.models import Matter
from fengni.core.errors import BadInput, Denied
from tests.apps.guests.inviting import Invited, ask, change, come_in, link_of, pass_hold, phone
from tests.apps.matters.making import Made, settle
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import entries
from tests.cast import now

OPEN_PAGES = ("closed/", "seen/", "receipt/", "rights/", "rights/delete/", "verify/")


def _closed(one: Mine) -> None:
    settle(one.cast, Made(one.client_id, one.matter_id, one.person_id, one.shareholder))
    matters.close_matter(actor=one.cast.owner, at=now(), matter_id=one.matter_id, reason="改由本人办理")


def _link(one: Mine) -> Invited:
    pass_hold(one.cast.tenant_id, one.link_id)
    at = now()
    return Invited(one.cast, one.client_id, one.person_id, NewLink(one.guest.id, one.link_id, one.path, at, at))


def test_closing_leaves_a_narrow_way_that_needs_a_new_code() -> None:
    one = mine()
    link = _link(one)
    before = come_in(link)
    assert before.get("/my/")["Location"] == "/matters/my/"
    _closed(one)
    told = next(e for e in reversed(entries(one.cast.tenant_id)) if e["act"] == "matters:matter:close")
    assert told["facts"]["links"] == 1
    assert before.get("/cases/my/seen/").status_code == 401  # the session ended with the matter
    row = link_of(one.cast.tenant_id, one.link_id)
    assert row.narrow_since is not None
    assert row.expires_at == row.narrow_since + timedelta(days=90)

    change(one.cast.tenant_id, one.link_id, codes=0, codes_since=None)
    inside = come_in(link)
    assert entries(one.cast.tenant_id)[-1]["act"] == "guests:code:enter"
    assert inside.get("/my/")["Location"] == "/cases/my/closed/"
    start = inside.get("/cases/my/closed/").content.decode()
    assert "您的事项已办结" in start
    assert f"/cases/my/feedback/{one.matter_id}/" in start
    for page in OPEN_PAGES:
        assert inside.get(f"/cases/my/{page}").status_code == 200, page
    for page in ("/matters/my/", "/agreements/my/"):
        answer = inside.get(page)
        assert (answer.status_code, answer["Location"]) == (302, "/cases/my/closed/"), page
    item = one.item("new_representative_id_front").id
    refused = inside.post(f"/matters/my/items/{item}/begin/", {"kind": "id_front"})
    assert (refused.status_code, "不能再提交" in refused.content.decode()) == (400, True)
    given = inside.post(f"/cases/my/feedback/{one.matter_id}/", {"score": "5"})
    assert given.status_code == 302
    assert inside.post("/cases/my/rights/access/", {}).status_code == 302

    change(one.cast.tenant_id, one.link_id, expires_at=now())
    assert inside.get("/cases/my/seen/").status_code == 401
    assert phone().get(one.path).status_code == 404
    with tenant(one.cast.tenant_id), transaction.atomic():
        until = Grant.objects.filter(member_id=one.guest.id).order_by("-until").values_list("until", flat=True)[0]
    assert until == row.expires_at


def test_it_is_recalled_like_any_link_and_made_anew_while_the_ninety_days_last() -> None:
    one = mine()
    guests.recall_link(actor=one.cast.owner, at=now(), link_id=one.link_id)
    _closed(one)
    assert link_of(one.cast.tenant_id, one.link_id).narrow_since is None  # what was recalled stays so
    made = matters.invite_person(
        actor=one.cast.owner, at=now(), matter_id=one.matter_id, person_id=one.person_id, contact="mobile"
    ).value
    row = link_of(one.cast.tenant_id, made.link_id)
    assert row.narrow_since is not None
    assert timedelta(days=89) < row.expires_at - now() <= timedelta(days=90)
    pass_hold(one.cast.tenant_id, made.link_id)
    new = NewLink(made.guest_id, made.link_id, made.path, now(), now())
    inside = come_in(Invited(one.cast, one.client_id, one.person_id, new))
    assert inside.get("/my/")["Location"] == "/cases/my/closed/"
    for who in (one.cast.auditor, one.cast.intruder, one.cast.dpo):
        with pytest.raises(Denied, match=r"access\.role"):
            guests.recall_link(actor=who, at=now(), link_id=made.link_id)
    recalled = guests.recall_link(actor=one.cast.lead, at=now(), link_id=made.link_id).value
    assert recalled.opened
    assert inside.get("/cases/my/seen/").status_code == 401
    with tenant(one.cast.tenant_id), transaction.atomic():
        Matter.objects.filter(id=one.matter_id).update(closed_at=now() - timedelta(days=90))
    with pytest.raises(BadInput, match=r"matters\.closed"):
        matters.invite_person(
            actor=one.cast.owner, at=now(), matter_id=one.matter_id, person_id=one.person_id, contact="mobile"
        )


def test_a_number_that_is_gone_is_told_and_a_read_out_code_opens() -> None:
    one = mine()
    link = _link(one)
    _closed(one)
    with tenant(one.cast.tenant_id), transaction.atomic():
        from fengni.apps.vault.models import Record

        Record.objects.filter(subject_id=one.person_id, record_class="contact").delete()
    browser = phone()
    with pytest.raises(AssertionError):
        ask(link, browser)
    assert link_of(one.cast.tenant_id, one.link_id).unsent_at is not None
    code = guests.read_out_code(actor=one.cast.lead, at=now(), link_id=one.link_id).value.code
    assert browser.post(f"{one.path}code/", {"code": code})["Location"] == "/my/"
    assert browser.get("/cases/my/rights/").status_code == 200
