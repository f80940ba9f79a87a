"""accounts:tenant:found"""

from __future__ import annotations

import pytest

from fengni.apps.accounts import queries
from fengni.apps.accounts.models import Tenant
from fengni.apps.accounts.services import found_tenant
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, found, login_of, now

ABOUT = {
    "name": "示例·新设企业服务有限公司", "kind": "agency", "owner_name": "江述白", "login": None, "password": None,
}  # fmt: skip


def test_an_organisation_and_its_owner_stand_in_its_own_ledger() -> None:
    owner = found(suite=1, demo=False)
    (entry,) = entries(owner.tenant_id)
    assert (entry["act"], entry["outcome"], entry["facts"]) == ("accounts:tenant:found", "done", {"suite": 1})
    assert entry["resource"] == {"kind": "accounts:tenant", "id": owner.tenant_id.hex}
    assert entry["actor"]["roles"] == ["system"]
    with tenant(owner.tenant_id):
        (row,) = queries.members()
    assert (row.id, row.roles, row.signs_in) == (owner.id, ("owner", "admin"), True)
    assert signed_in(owner).session["_auth_user_id"]


def test_without_a_login_the_owner_is_invited_like_anybody() -> None:
    actor = system_actor(uuid7())
    found_tenant(actor=actor, at=now(), **ABOUT)
    with tenant(actor.tenant_id):
        assert [row.signs_in for row in queries.members()] == [False]


def test_a_taken_login_founds_nothing() -> None:
    login = login_of(found())
    actor = system_actor(uuid7())
    with pytest.raises(BadInput, match=r"accounts.login-taken"):
        found_tenant(actor=actor, at=now(), **ABOUT | {"login": login, "password": "correct-horse-battery"})
    assert not Tenant.objects.filter(id=actor.tenant_id).exists()
    assert entries(actor.tenant_id) == []


@pytest.mark.parametrize("who", ["owner", "colleague", "stranger", "auditor", "admin", "intruder"])
def test_no_person_founds(who: str) -> None:
    actor: Actor = getattr(assemble(), who)
    with pytest.raises(Denied, match=r"access.role"):
        found_tenant(actor=actor, at=now(), **ABOUT)
    assert refusals(actor.tenant_id, "accounts:tenant:found") == ["access.role"]
    assert Tenant.objects.filter(name=ABOUT["name"], id=actor.tenant_id).count() == 0
