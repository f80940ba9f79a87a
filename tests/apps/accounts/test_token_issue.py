"""accounts:token:issue (without a second factor: see test_factors.py)"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.models import ApiToken
from fengni.apps.accounts.services import TOKEN_LIFE, change_roles, issue_token
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.accounts.signing_in import browser, signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, found, now


@pytest.mark.parametrize("who", ["owner", "colleague", "stranger", "auditor", "security", "admin"])
def test_a_token_acts_as_oneself(who: str) -> None:
    actor, at = getattr(assemble(), who), now()
    token = issue_token(actor=actor, at=at, label="夜间导入").value
    entry = entries(actor.tenant_id)[-1]
    assert (entry["act"], entry["outcome"]) == ("accounts:token:issue", "done")
    assert token not in str(entry)
    row = ApiToken.objects.get(token_hash=queries.token_digest(token))
    assert (row.tenant_id, row.member_id, row.expires_at) == (actor.tenant_id, actor.id, at + TOKEN_LIFE)
    assert entry["resource"]["id"] == row.id.hex
    behind = queries.actor_of_token(token, at)
    assert behind is not None
    assert (behind.id, behind.tenant_id) == (actor.id, actor.tenant_id)
    assert (behind.channel, behind.session) == ("api", row.id.hex)


def test_an_intruder_gets_none() -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access.role"):
        issue_token(actor=cast.intruder, at=now(), label="夜间导入")
    assert refusals(cast.tenant_id, "accounts:token:issue") == ["access.role"]
    assert not ApiToken.objects.filter(tenant_id=cast.tenant_id).exists()


def test_a_token_is_shown_once_and_only_its_hash_is_kept() -> None:
    owner = found()
    client = signed_in(owner)
    page = client.post(reverse("accounts:issue_token"), {"label": "夜间导入"}).content.decode()
    token = re.findall(r"fgn_[\w-]{43}", page)[0]
    assert browser(authorization=f"Bearer {token}").get("/api/v1/clients").status_code == 200
    later = client.get(reverse("accounts:devices")).content.decode()
    assert "夜间导入" in later
    assert token not in later


def test_a_token_has_no_more_than_the_members_roles_of_the_moment() -> None:
    cast = assemble()
    token = issue_token(actor=cast.agent, at=now(), label="夜间导入").value
    change_roles(actor=cast.owner, at=now(), member_id=cast.agent.id, roles=("security",))
    behind = queries.actor_of_token(token, now())
    assert behind is not None
    assert behind.roles == {"security"}


def test_a_token_ends_after_ninety_days() -> None:
    owner, at = found(), now()
    token = issue_token(actor=owner, at=at, label="夜间导入").value
    assert queries.actor_of_token(token, at + timedelta(days=90)) is None
    assert queries.actor_of_token(token, at + timedelta(days=90, seconds=-1)) is not None
    assert queries.actor_of_token(token + "x", at) is None
    with tenant(owner.tenant_id):
        assert [row.label for row in queries.tokens(actor=owner)] == ["夜间导入"]
