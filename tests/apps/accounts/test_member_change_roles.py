"""accounts:member:change_roles"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.services import change_roles
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import Cast, assemble, hire, now


def _roles(cast: Cast) -> dict[object, tuple[str, ...]]:
    with tenant(cast.tenant_id):
        return {row.id: row.roles for row in queries.members()}


def test_new_roles_hold_from_the_next_request() -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    assert client.get(reverse("vault:new_client")).status_code == 200
    change_roles(actor=cast.owner, at=now(), member_id=cast.agent.id, roles=("security", "auditor"))
    assert _roles(cast)[cast.agent.id] == ("auditor", "security")
    assert client.get(reverse("vault:new_client")).status_code == 403
    told = [e for e in entries(cast.tenant_id) if e["act"] == "accounts:member:change_roles"]
    assert [(e["resource"]["id"], e["facts"]) for e in told] == [(cast.agent.id.hex, {"roles": 2})]


@pytest.mark.parametrize("who", ["lead", "colleague", "dpo", "auditor", "security", "admin", "intruder"])
def test_others_are_refused(who: str) -> None:
    cast = assemble()
    before = _roles(cast)
    with pytest.raises(Denied, match=r"access.role"):
        change_roles(actor=getattr(cast, who), at=now(), member_id=cast.agent.id, roles=("owner",))
    assert refusals(cast.tenant_id, "accounts:member:change_roles") == ["access.role"]
    assert _roles(cast) == before


def test_a_stranger_does_not_find_the_member() -> None:
    cast = assemble()
    before = _roles(cast)
    for unknown in (cast.agent.id, uuid7()):
        with pytest.raises(BadInput, match=r"accounts.no-such-member"):
            change_roles(actor=cast.stranger, at=now(), member_id=unknown, roles=("admin",))
    assert _roles(cast) == before


def test_the_last_owner_stays() -> None:
    cast = assemble()
    with pytest.raises(BadInput, match=r"accounts.last-owner"):
        change_roles(actor=cast.owner, at=now(), member_id=cast.owner.id, roles=("agent",))
    second = hire(cast.tenant_id, "owner", "周予安")
    change_roles(actor=cast.owner, at=now(), member_id=cast.owner.id, roles=("agent",))
    with pytest.raises(BadInput, match=r"accounts.last-owner"):
        change_roles(actor=second, at=now(), member_id=second.id, roles=("lead",))


@pytest.mark.parametrize("roles", [(), ("king",), ("agent", "system")])
def test_roles_that_do_not_exist_are_not_given(roles: tuple[str, ...]) -> None:
    cast = assemble()
    with pytest.raises(BadInput, match=r"accounts.roles-unknown"):
        change_roles(actor=cast.owner, at=now(), member_id=cast.agent.id, roles=roles)
    assert _roles(cast)[cast.agent.id] == ("agent",)
