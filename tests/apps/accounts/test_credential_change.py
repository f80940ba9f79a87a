"""accounts:credential:change"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts.services import change_credential
from fengni.core.errors import Denied
from tests.apps.accounts.signing_in import browser, set_up_totp, sign_in, signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import PASSWORD, assemble, found, now


def _told(tenant_id: Any) -> list[dict[str, Any]]:
    return [e["facts"] for e in entries(tenant_id) if e["act"] == "accounts:credential:change"]


def _in(client: Client) -> bool:
    return client.get(reverse("vault:clients")).status_code == 200


def test_setting_up_and_removing_an_app_stands_in_the_ledger_and_ends_other_sessions() -> None:
    owner = found()
    mine, elsewhere = signed_in(owner), signed_in(owner)
    set_up_totp(mine)
    assert (_in(mine), _in(elsewhere)) == (True, False)
    mine.post(reverse("mfa_generate_recovery_codes"))
    mine.post(reverse("mfa_deactivate_totp"))
    assert _told(owner.tenant_id) == [
        {"factor": "totp", "change": "activated", "sessions": 1},
        {"factor": "recovery_codes", "change": "generated", "sessions": 0},
        {"factor": "totp", "change": "deactivated", "sessions": 0},
    ]


def test_a_new_password_ends_other_sessions_and_the_old_password() -> None:
    owner = found()
    mine, elsewhere = signed_in(owner), signed_in(owner)
    new = "another-" + "horse-battery"
    body = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert mine.post(reverse("account_change_password"), body).status_code == 302
    assert (_in(mine), _in(elsewhere)) == (True, False)
    assert _told(owner.tenant_id) == [{"factor": "password", "change": "changed", "sessions": 1}]
    assert sign_in(browser(), owner).status_code == 200
    assert sign_in(browser(), owner, new).status_code == 302


@pytest.mark.parametrize("who", ["owner", "colleague", "stranger", "auditor"])
def test_everybody_changes_the_own_ones_only(who: str) -> None:
    cast = assemble()
    actor = getattr(cast, who)
    bystander = signed_in(cast.agent)
    done = change_credential(actor=actor, at=now(), factor="webauthn", change="added", session_key="")
    assert done.value == 0
    assert entries(actor.tenant_id)[-1]["resource"] == {"kind": "accounts:member", "id": actor.id.hex}
    assert _in(bystander)


def test_an_intruder_changes_nothing() -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access.role"):
        change_credential(actor=cast.intruder, at=now(), factor="totp", change="activated", session_key="")
    assert refusals(cast.tenant_id, "accounts:credential:change") == ["access.role"]
