"""The second factor: outside a demonstration nothing opens without one, by any door."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts import services
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.accounts.signing_in import (
    browser,
    code,
    confirm_password,
    enter_code,
    other,
    set_up_totp,
    sign_in,
    signed_in,
)
from tests.apps.vault.files import entries, refusals
from tests.cast import PASSWORD, assemble, found, hire, now

REAL = {"demo": False}


def at_work(client: Client) -> bool:
    """Whether the reader sees the list of clients."""
    return client.get(reverse("vault:clients")).status_code == 200


def test_a_password_alone_leads_to_the_set_up_page_and_nowhere_else() -> None:
    client = signed_in(found(**REAL))
    for name in ("home", "vault:clients", "ledger:entries", "accounts:people", "accounts:devices", "measures:list"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), name
    posted = client.post(reverse("accounts:issue_token"), {"label": "夜间导入"})
    assert (posted.status_code, posted["Location"]) == (302, reverse("mfa_index"))
    part = client.get(reverse("vault:clients"), headers={"hx-request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (401, reverse("mfa_index"))
    page = client.get(reverse("mfa_index"))
    assert page.status_code == 200
    assert reverse("mfa_activate_totp") in page.content.decode()
    assert client.post(reverse("account_logout")).status_code == 302


def test_rest_refuses_a_session_without_a_factor() -> None:
    client = signed_in(found(**REAL))
    answer = client.get("/api/v1/clients")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:fengni:access.factor-required")
    assert "双重验证" in answer.json()["title_zh"]


def test_no_token_without_a_factor() -> None:
    owner = found(**REAL)
    with pytest.raises(Denied, match=r"access.factor-required"):
        services.issue_token(actor=owner, at=now(), label="夜间导入")
    assert refusals(owner.tenant_id, "accounts:token:issue") == ["access.factor-required"]
    client = signed_in(owner)
    set_up_totp(client)
    assert services.issue_token(actor=owner, at=now(), label="夜间导入").value.startswith("fgn_")


def test_a_demonstration_asks_for_none() -> None:
    owner = found(demo=True)
    assert at_work(signed_in(owner))
    assert services.issue_token(actor=owner, at=now(), label="演示").value


def test_an_authenticator_app_opens_the_door() -> None:
    owner = found(**REAL)
    client = signed_in(owner)
    secret = set_up_totp(client)
    assert at_work(client)

    again = browser()
    asked = sign_in(again, owner)
    assert asked["Location"] == reverse("mfa_authenticate")
    assert not at_work(again)  # half signed in is not signed in
    refused = enter_code(again, other(code(secret)))
    assert "验证码不对" in refused.content.decode()
    assert refusals(owner.tenant_id, "accounts:session:open") == ["accounts.code-wrong"]
    assert enter_code(again, code(secret)).status_code == 302
    assert at_work(again)
    opened = [e["facts"] for e in entries(owner.tenant_id) if e["act"] == "accounts:session:open"]
    assert opened == [{"factor": "password"}, {}, {"factor": "totp"}]


def test_the_same_code_opens_once() -> None:
    owner = found(**REAL)
    secret = set_up_totp(signed_in(owner))
    shown = code(secret)
    first, second = browser(), browser()
    sign_in(first, owner)
    sign_in(second, owner)
    assert enter_code(first, shown).status_code == 302
    assert enter_code(second, shown).status_code == 200
    assert not at_work(second)


def test_guessing_codes_is_paused() -> None:
    owner = found(**REAL)
    secret = set_up_totp(signed_in(owner))
    client = browser()
    sign_in(client, owner)
    wrong = other(code(secret))
    for _ in range(5):
        assert "验证码不对" in enter_code(client, wrong).content.decode()
    paused = enter_code(client, code(secret)).content.decode()
    assert "请等五分钟再试" in paused
    assert not at_work(client)
    client.cookies["fengni_lang"] = "en"
    assert "Wait five minutes" in enter_code(client, code(secret)).content.decode()


def test_a_wrong_code_sets_nothing_up() -> None:
    client = signed_in(found(**REAL))
    page = confirm_password(client, reverse("mfa_activate_totp"))
    secret = page.context["form"].secret  # type: ignore[attr-defined]  # the test client's page
    answer = client.post(reverse("mfa_activate_totp"), {"code": other(code(secret))})
    assert "验证码不对" in answer.content.decode()
    assert not at_work(client)


def test_a_recovery_code_opens_once() -> None:
    owner = found(**REAL)
    client = signed_in(owner)
    set_up_totp(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li>(\w+)</li>", page)
    assert len(codes) == 10
    for expected in (True, False):
        another = browser()
        sign_in(another, owner)
        enter_code(another, codes[0])
        assert at_work(another) is expected


def test_setting_up_or_removing_a_factor_needs_the_password_again() -> None:
    client = signed_in(found(**REAL))
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        asked = client.get(reverse(name))
        assert asked["Location"].startswith(reverse("account_reauthenticate")), name
    wrong = client.post(reverse("account_reauthenticate"), {"password": PASSWORD + "x"})
    assert wrong.status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_who_removes_the_factor_is_led_to_the_set_up_page_again() -> None:
    client = signed_in(found(**REAL))
    set_up_totp(client)
    assert at_work(client)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not at_work(client)


def test_a_session_opened_with_the_password_alone_does_not_profit_from_a_factor_set_up_elsewhere() -> None:
    owner = found(**REAL)
    waiting, mine = signed_in(owner), signed_in(owner)
    set_up_totp(mine)
    assert at_work(mine)
    answer = waiting.get(reverse("vault:clients"))
    assert answer["Location"].startswith(reverse("account_login"))


def test_one_members_factor_is_not_anothers() -> None:
    owner = found(**REAL)
    set_up_totp(signed_in(owner))
    agent = hire(owner.tenant_id, "agent", "陈一诺")
    assert not at_work(signed_in(agent))


def test_the_secret_is_sealed_at_rest() -> None:
    from allauth.mfa.models import Authenticator

    from fengni.apps.accounts.models import User
    from tests.cast import login_of

    owner = found(**REAL)
    secret = set_up_totp(signed_in(owner))
    rows = Authenticator.objects.filter(user=User.objects.get(login=login_of(owner)))
    assert sorted(row.type for row in rows) == ["recovery_codes", "totp"]
    assert not any(secret in str(row.data) for row in rows)


def test_roles_do_not_replace_a_factor() -> None:
    people: list[Actor] = [hire(found(**REAL).tenant_id, role, "成员") for role in ("lead", "security", "admin")]
    assert [at_work(signed_in(one)) for one in people] == [False, False, False]
    assert at_work(signed_in(assemble().admin))
