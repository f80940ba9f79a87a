"""accounts:token:revoke"""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.accounts import queries
from fengni.apps.accounts.models import ApiToken
from fengni.apps.accounts.services import issue_token, revoke_token
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import browser
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, now


def _token(actor: Actor) -> tuple[str, UUID]:
    token = issue_token(actor=actor, at=now(), label="夜间导入").value
    return token, ApiToken.objects.get(token_hash=queries.token_digest(token)).id


def _works(token: str) -> bool:
    return browser(authorization=f"Bearer {token}").get("/api/v1/clients").status_code == 200


@pytest.mark.parametrize("who", ["agent", "owner", "admin", "security"])
def test_a_token_stops_at_once(who: str) -> None:
    cast = assemble()
    token, token_id = _token(cast.agent)
    other, _ = _token(cast.agent)
    assert _works(token)
    revoke_token(actor=getattr(cast, who), at=now(), token_id=token_id)
    assert not _works(token)
    assert _works(other)
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["resource"]["id"]) == ("accounts:token:revoke", token_id.hex)


@pytest.mark.parametrize("who", ["lead", "colleague", "dpo", "auditor", "intruder"])
def test_others_neither_see_nor_stop_it(who: str) -> None:
    cast = assemble()
    token, token_id = _token(cast.agent)
    actor = getattr(cast, who)
    with tenant(cast.tenant_id):
        assert queries.tokens(actor=actor) == []
    with pytest.raises(Denied, match=r"access.role"):
        revoke_token(actor=actor, at=now(), token_id=token_id)
    assert refusals(cast.tenant_id, "accounts:token:revoke") == ["access.role"]
    assert _works(token)


def test_a_stranger_does_not_find_it() -> None:
    cast = assemble()
    token, token_id = _token(cast.agent)
    for unknown in (token_id, uuid7()):
        with pytest.raises(BadInput, match=r"accounts.no-such-token"):
            revoke_token(actor=cast.stranger, at=now(), token_id=unknown)
    with tenant(cast.stranger_tenant_id):
        assert queries.tokens(actor=cast.stranger) == []
    assert _works(token)
