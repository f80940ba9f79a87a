"""No member holds a guest's role, and no guest one of staff."""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.accounts import services as accounts
from fengni.apps.acts.models import Grant
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import queries as parties
from fengni.apps.vault import services as vault
from fengni.core.access.actor import GUEST_ROLES, Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.guests.inviting import come_in, invited
from tests.cast import found, hire, now


@pytest.mark.parametrize("role", sorted(GUEST_ROLES))
def test_a_member_cannot_be_a_guest(role: str) -> None:
    owner = found()
    with pytest.raises(BadInput, match="roles-unknown"):
        accounts.invite_member(actor=owner, at=now(), name="周予安", roles=(role,))
    colleague = hire(owner.tenant_id, "agent", "周予安")
    with pytest.raises(BadInput, match="roles-unknown"):
        accounts.change_roles(actor=owner, at=now(), member_id=colleague.id, roles=("agent", role))


def test_a_guest_opens_none_of_the_consoles_pages_and_acts() -> None:
    one = invited()
    browser = come_in(one)
    for path in ("/clients/", "/ledger/", "/people/", f"/invitations/{one.made.link_id}/"):
        assert browser.get(path).status_code == 302, path
    assert browser.get("/api/v1/invitations").status_code == 401
    guest = Actor(id=one.made.guest_id, tenant_id=one.cast.tenant_id, roles=frozenset({"client"}), channel="portal")
    with pytest.raises(Denied, match=r"access\.role"):
        vault.reveal_field(
            actor=guest, at=now(), client_id=one.client_id, subject_id=one.person_id, kind="mobile",
            purpose="purpose.fill_form", reason="填写",
        )  # fmt: skip


def test_a_guests_grant_makes_nobody_a_holder_of_the_file() -> None:
    one = invited()
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert Grant.objects.filter(member_id=one.made.guest_id).count() == 1
        assert parties.assignments(client_id=one.client_id, at=now()) == []
