"""accounts:member:reinvite"""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.accounts.services import accept_invitation, invite_member, reinvite_member
from fengni.apps.common.identifiers import uuid7
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import entries, refusals
from tests.cast import PASSWORD, Cast, assemble, now


def _invited(cast: Cast) -> tuple[UUID, str]:
    done = invite_member(actor=cast.owner, at=now(), name="林知夏", roles=("agent",)).value
    return done.member_id, done.token


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_the_new_link_works_and_the_old_one_is_dead(who: str) -> None:
    cast = assemble()
    member_id, old = _invited(cast)
    new = reinvite_member(actor=getattr(cast, who), at=now(), member_id=member_id).value.token
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["resource"]["id"]) == ("accounts:member:reinvite", member_id.hex)
    product = system_actor(cast.tenant_id, channel="web")
    with pytest.raises(BadInput, match=r"accounts.invitation-invalid"):
        accept_invitation(actor=product, at=now(), token=old, login=f"lin-{member_id.hex[-8:]}", password=PASSWORD)
    assert accept_invitation(
        actor=product, at=now(), token=new, login=f"lin-{member_id.hex[-8:]}", password=PASSWORD
    ).value


@pytest.mark.parametrize("who", ["lead", "colleague", "auditor", "security", "intruder"])
def test_others_are_refused(who: str) -> None:
    cast = assemble()
    member_id, _ = _invited(cast)
    with pytest.raises(Denied, match=r"access.role"):
        reinvite_member(actor=getattr(cast, who), at=now(), member_id=member_id)
    assert refusals(cast.tenant_id, "accounts:member:reinvite") == ["access.role"]


def test_an_owners_link_is_given_to_owners_only() -> None:
    cast = assemble()
    invited = invite_member(actor=cast.owner, at=now(), name="林知夏", roles=("owner",)).value.member_id
    with pytest.raises(Denied, match=r"access.role"):
        reinvite_member(actor=cast.admin, at=now(), member_id=invited)
    assert refusals(cast.tenant_id, "accounts:member:reinvite") == ["access.role"]
    assert reinvite_member(actor=cast.owner, at=now(), member_id=invited).value.token


def test_a_stranger_does_not_find_the_member() -> None:
    cast = assemble()
    member_id, _ = _invited(cast)
    for unknown in (member_id, uuid7()):
        with pytest.raises(BadInput, match=r"accounts.no-such-member"):
            reinvite_member(actor=cast.stranger, at=now(), member_id=unknown)


def test_somebody_with_a_login_needs_no_invitation() -> None:
    cast = assemble()
    with pytest.raises(BadInput, match=r"accounts.has-signed-in"):
        reinvite_member(actor=cast.owner, at=now(), member_id=cast.agent.id)
