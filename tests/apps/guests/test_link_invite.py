"""guests:link:invite"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from fengni.apps.acts.models import Grant
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import services
from fengni.apps.guests.models import Guest, Link
from fengni.apps.parties import services as parties
from fengni.core.errors import BadInput, Denied
from tests.apps.guests.inviting import change, come_in, invite, invited, link_of
from tests.apps.vault.files import entries, make_client, make_person, refusals
from tests.cast import assemble, now


def test_a_link_carries_a_grant_on_the_own_person_alone() -> None:
    one = invited()
    with tenant(one.cast.tenant_id), transaction.atomic():
        guest = Guest.objects.get(id=one.made.guest_id)
        grant = Grant.objects.get(member_id=guest.id)
        link = Link.objects.get(id=one.made.link_id)
    assert (guest.kind, guest.subject_id, guest.client_id) == ("client", one.person_id, one.client_id)
    assert (grant.client_id, grant.person_id, grant.until) == (one.client_id, one.person_id, one.made.expires_at)
    assert link.invited_by == one.cast.owner.id
    assert one.path.encode() not in bytes(link.secret_hash)
    assert len(bytes(link.secret_hash)) == 32
    told = entries(one.cast.tenant_id)[-1]
    assert (told["act"], told["count"], told["facts"]) == ("guests:link:invite", 1, {"contact": "mobile"})


def test_two_links_of_a_guest_are_one_guest_and_the_older_one_dies() -> None:
    one = invited()
    browser = come_in(one)
    again = invite(one.cast.owner, one.client_id, one.person_id)
    assert again.guest_id == one.made.guest_id
    assert again.path != one.path
    assert link_of(one.cast.tenant_id, one.made.link_id).recalled_at is not None
    assert browser.get("/my/").status_code == 401
    with tenant(one.cast.tenant_id), transaction.atomic():
        living = [g.until for g in Grant.objects.filter(member_id=again.guest_id) if g.until and g.until > now()]
    assert living == [again.expires_at]


def test_who_may_invite() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
        (cast.stranger, "parties.no-such-person"),
    ):
        with pytest.raises(Denied, match=code):
            invite(who, client_id, person_id)
    assert len(refusals(cast.tenant_id, "guests:link:invite")) == 6
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    for who in (cast.owner, cast.lead, cast.agent):
        assert invite(who, client_id, person_id).path.startswith("/p/")
    with pytest.raises(Denied, match="no-such-person"):
        invite(cast.owner, client_id, uuid4())


def test_contacts_and_expiry_are_checked() -> None:
    one = invited()
    for contact, life, code in (("fax", 7, "contact-unknown"), ("mobile", 0, "expiry-past")):
        with pytest.raises(BadInput, match=code):
            services.invite_person(
                actor=one.cast.owner, at=now(), client_id=one.client_id, person_id=one.person_id, contact=contact,
                expires_at=now() + timedelta(days=life),
            )  # fmt: skip


def test_a_held_link_opens_by_itself_after_thirty_seconds() -> None:
    one = invited(held=True)
    assert timedelta(seconds=29) < one.made.held_until - now() <= timedelta(seconds=30)
    change(one.cast.tenant_id, one.made.link_id, held_until=now())
    assert come_in(one).get("/my/").status_code in {200, 302}
