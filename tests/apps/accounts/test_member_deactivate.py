"""accounts:member:deactivate"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.services import deactivate_member, issue_token
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import browser, sign_in, signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, now


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_sessions_and_tokens_die_at_once(who: str) -> None:
    cast = assemble()
    sessions = [signed_in(cast.agent), signed_in(cast.agent)]
    token = issue_token(actor=cast.agent, at=now(), label="夜间导入").value
    rest = browser(authorization=f"Bearer {token}")
    assert [one.get(reverse("vault:clients")).status_code for one in sessions] == [200, 200]
    assert rest.get("/api/v1/clients").status_code == 200
    assert deactivate_member(actor=getattr(cast, who), at=now(), member_id=cast.agent.id).value == 2
    for one in sessions:
        assert one.get(reverse("vault:clients"))["Location"].startswith(reverse("account_login"))
        assert one.get("/api/v1/clients").status_code == 401
    assert rest.get("/api/v1/clients").status_code == 401
    with tenant(cast.tenant_id):
        assert [row.active for row in queries.members() if row.id == cast.agent.id] == [False]
        assert [row.revoked for row in queries.tokens(actor=cast.agent)] == [True]
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["facts"]) == ("accounts:member:deactivate", {"sessions": 2})


def test_the_right_password_opens_nothing_any_more() -> None:
    cast = assemble()
    deactivate_member(actor=cast.owner, at=now(), member_id=cast.agent.id)
    client = browser()
    assert sign_in(client, cast.agent).status_code == 200
    assert client.get(reverse("vault:clients")).status_code == 302
    assert refusals(cast.tenant_id, "accounts:session:open") == ["accounts.sign-in-failed"]


def test_an_inactive_member_has_no_roles_left() -> None:
    from fengni.apps.accounts.models import User
    from tests.cast import login_of

    cast = assemble()
    user = User.objects.get(login=login_of(cast.agent))
    deactivate_member(actor=cast.owner, at=now(), member_id=cast.agent.id)
    actor = queries.actor_of(user)
    assert actor.roles == frozenset()
    with pytest.raises(Denied, match=r"access.role"):
        issue_token(actor=actor, at=now(), label="夜间导入")


@pytest.mark.parametrize("who", ["lead", "colleague", "dpo", "auditor", "security", "intruder"])
def test_others_are_refused(who: str) -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    with pytest.raises(Denied, match=r"access.role"):
        deactivate_member(actor=getattr(cast, who), at=now(), member_id=cast.agent.id)
    assert refusals(cast.tenant_id, "accounts:member:deactivate") == ["access.role"]
    assert client.get(reverse("vault:clients")).status_code == 200


def test_a_stranger_does_not_find_the_member() -> None:
    cast = assemble()
    for unknown in (cast.agent.id, uuid7()):
        with pytest.raises(BadInput, match=r"accounts.no-such-member"):
            deactivate_member(actor=cast.stranger, at=now(), member_id=unknown)


def test_the_last_owner_stays() -> None:
    cast = assemble()
    with pytest.raises(BadInput, match=r"accounts.last-owner"):
        deactivate_member(actor=cast.admin, at=now(), member_id=cast.owner.id)
