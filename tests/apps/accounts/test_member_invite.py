"""accounts:member:invite"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.accounts import queries
from fengni.apps.accounts.models import Invitation
from fengni.apps.accounts.services import INVITATION_LIFE, invite_member
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, found, now


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_a_colleague_is_invited(who: str) -> None:
    cast, at = assemble(), now()
    invited = invite_member(actor=getattr(cast, who), at=at, name=" 林知夏 ", roles=("agent", "lead")).value
    with tenant(cast.tenant_id), transaction.atomic():
        row = next(row for row in queries.members() if row.id == invited.member_id)
        held = Invitation.objects.get(member_id=invited.member_id)
    assert (row.name, row.roles, row.active, row.signs_in) == ("林知夏", ("agent", "lead"), True, False)
    assert (held.expires_at, INVITATION_LIFE) == (at + timedelta(days=7), timedelta(days=7))
    assert bytes(held.token_hash) == queries.token_digest(invited.token)
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["facts"]) == ("accounts:member:invite", {"roles": 2})
    assert entry["resource"] == {"kind": "accounts:member", "id": invited.member_id.hex}
    assert "林知夏" not in str(entry)
    assert invited.token not in str(entry)


@pytest.mark.parametrize("who", ["lead", "colleague", "dpo", "auditor", "security", "intruder"])
def test_others_are_refused(who: str) -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access.role"):
        invite_member(actor=getattr(cast, who), at=now(), name="林知夏", roles=("agent",))
    assert refusals(cast.tenant_id, "accounts:member:invite") == ["access.role"]
    with tenant(cast.tenant_id):
        assert "林知夏" not in queries.member_names().values()


def test_a_stranger_invites_into_the_own_organisation_only() -> None:
    cast = assemble()
    invited = invite_member(actor=cast.stranger, at=now(), name="林知夏", roles=("agent",)).value
    with tenant(cast.tenant_id):
        assert invited.member_id not in queries.member_names()


def test_only_an_owner_makes_another_owner() -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access.role"):
        invite_member(actor=cast.admin, at=now(), name="林知夏", roles=("owner",))
    assert refusals(cast.tenant_id, "accounts:member:invite") == ["access.role"]
    assert invite_member(actor=cast.owner, at=now(), name="林知夏", roles=("owner",)).value.token


@pytest.mark.parametrize(
    ("name", "roles", "code"),
    [
        ("林知夏", (), "accounts.roles-unknown"),
        ("林知夏", ("king",), "accounts.roles-unknown"),
        ("林知夏", ("system",), "accounts.roles-unknown"),
        ("  ", ("agent",), "accounts.name-missing"),
    ],
)
def test_what_cannot_be_is_said(name: str, roles: tuple[str, ...], code: str) -> None:
    owner = found()
    with pytest.raises(BadInput, match=code):
        invite_member(actor=owner, at=now(), name=name, roles=roles)
    with tenant(owner.tenant_id):
        assert len(queries.members()) == 1
