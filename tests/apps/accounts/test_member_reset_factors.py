"""accounts:member:reset_factors"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.services import invite_member, reset_factors
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import browser, set_up_totp, sign_in, signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, found, hire, now


def _factors(actor: Actor) -> int:
    with tenant(actor.tenant_id):
        return next(row.factors for row in queries.members() if row.id == actor.id)


def test_a_lost_phone_is_forgotten_and_the_sessions_end() -> None:
    owner = found(demo=False)
    agent = hire(owner.tenant_id, "agent", "陈一诺")
    client = signed_in(agent)
    set_up_totp(client)
    assert _factors(agent) == 1
    assert reset_factors(actor=owner, at=now(), member_id=agent.id).value == 2  # the app and the recovery codes
    assert _factors(agent) == 0
    assert client.get(reverse("vault:clients"))["Location"].startswith(reverse("account_login"))
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["facts"]) == ("accounts:member:reset_factors", {"factors": 2})
    assert entry["resource"]["id"] == agent.id.hex
    again = browser()
    sign_in(again, agent)
    assert again.get(reverse("vault:clients"))["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("who", ["lead", "colleague", "dpo", "auditor", "security", "intruder"])
def test_others_are_refused(who: str) -> None:
    cast = assemble()
    client = signed_in(cast.agent)
    with pytest.raises(Denied, match=r"access.role"):
        reset_factors(actor=getattr(cast, who), at=now(), member_id=cast.agent.id)
    assert refusals(cast.tenant_id, "accounts:member:reset_factors") == ["access.role"]
    assert client.get(reverse("vault:clients")).status_code == 200


def test_a_stranger_does_not_find_the_member() -> None:
    cast = assemble()
    for unknown in (cast.agent.id, uuid7()):
        with pytest.raises(BadInput, match=r"accounts.no-such-member"):
            reset_factors(actor=cast.stranger, at=now(), member_id=unknown)


def test_somebody_who_never_signed_in_has_none() -> None:
    cast = assemble()
    invited = invite_member(actor=cast.owner, at=now(), name="林知夏", roles=("agent",)).value
    with pytest.raises(BadInput, match=r"accounts.has-not-signed-in"):
        reset_factors(actor=cast.admin, at=now(), member_id=invited.member_id)
