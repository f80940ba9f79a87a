"""accounts:session:open"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import ClassVar

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections, transaction
from django.test import override_settings
from django.urls import reverse

from fengni.apps.accounts.services import open_session
from fengni.apps.acts.models import Block
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import Denied
from tests.apps.accounts.signing_in import browser, sign_in, signed_in
from tests.apps.vault.files import entries, refusals
from tests.cast import PASSWORD, assemble, found, hire, login_of, now

WRONG = "wrong-" + "horse"


class Counting(Argon2PasswordHasher):
    """Argon2 that counts how often it works."""

    worked: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.worked.append("encode")
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        self.worked.append("verify")
        return bool(super().verify(password, encoded))


def test_a_sign_in_stands_in_the_ledger_without_the_login() -> None:
    owner = found()
    client = signed_in(owner)
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["outcome"], entry["facts"]) == ("accounts:session:open", "done", {"factor": "password"})
    assert entry["actor"] | {"session": ""} == {
        "id": owner.id.hex, "roles": ["admin", "owner"], "channel": "web", "session": "",
    }  # fmt: skip
    assert len(entry["actor"]["session"]) == 32
    assert client.session.session_key not in str(entry)
    assert login_of(owner) not in str(entry)


def test_a_wrong_password_stands_in_the_ledger_and_opens_nothing() -> None:
    owner, client = found(), browser()
    page = sign_in(client, owner, WRONG)
    assert "登录名或密码不对" in page.content.decode()
    assert refusals(owner.tenant_id, "accounts:session:open") == ["accounts.sign-in-failed"]
    assert client.get(reverse("vault:clients")).status_code == 302


def test_a_process_of_an_installation_hashes_at_full_cost() -> None:
    """This process hashes cheaply (tests/conftest.py); one that only has the settings takes what Django asks for."""
    hashing = "import django; django.setup(); from django.contrib.auth.hashers import make_password as m; print(m('x'))"
    done = subprocess.run(
        [sys.executable, "-c", hashing],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "fengni.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")


def test_an_unknown_login_costs_and_says_the_same() -> None:
    owner = found()
    pages = []
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.Counting"]):
        for login in (login_of(owner), "nobody-" + owner.id.hex[-8:]):
            Counting.worked.clear()
            page = browser().post(reverse("account_login"), {"login": login, "password": WRONG})
            assert len(Counting.worked) == 1, login
            alert = page.content.decode().split('role="alert"')[1].split("</div>")[0]
            pages.append((page.status_code, alert))
    assert pages[0] == pages[1]


def test_five_failures_pause_the_login_for_everybody_and_everywhere() -> None:
    cast = assemble()
    for _ in range(5):
        assert "登录名或密码不对" in sign_in(browser(), cast.agent, WRONG).content.decode()
    elsewhere = browser()
    assert "请等五分钟再试" in sign_in(elsewhere, cast.agent, PASSWORD).content.decode()
    assert elsewhere.get(reverse("vault:clients")).status_code == 302
    english = browser()
    english.cookies["fengni_lang"] = "en"
    assert "Wait five minutes" in sign_in(english, cast.agent, PASSWORD).content.decode()
    assert len(refusals(cast.tenant_id, "accounts:session:open")) == 5
    assert sign_in(browser(), cast.owner).status_code == 302  # a colleague is not held up


def test_one_address_tries_ten_times_a_minute() -> None:
    owner, client = found(), browser()
    for number in range(10):
        client.post(reverse("account_login"), {"login": f"guess-{owner.id.hex[-8:]}-{number}", "password": WRONG})
    assert "请等五分钟再试" in sign_in(client, owner).content.decode()
    assert client.get(reverse("vault:clients")).status_code == 302


def test_a_right_password_between_wrong_ones_forgives_nothing() -> None:
    owner = found()
    for _ in range(4):
        sign_in(browser(), owner, WRONG)
    assert sign_in(browser(), owner).status_code == 302
    sign_in(browser(), owner, WRONG)
    assert "请等五分钟再试" in sign_in(browser(), owner).content.decode()


def test_a_blocked_account_is_not_let_in() -> None:
    cast = assemble()
    with tenant(cast.tenant_id), transaction.atomic():
        Block.objects.create(
            tenant_id=cast.tenant_id, kind="account", subject=cast.agent.id.hex, code="test", created_at=now()
        )
    client = browser()
    refused = sign_in(client, cast.agent)
    assert refused.status_code == 403
    assert "您的访问已被暂停" in refused.content.decode()
    assert refusals(cast.tenant_id, "accounts:session:open") == ["access.blocked"]
    assert client.get(reverse("vault:clients"))["Location"].startswith(reverse("account_login"))


def test_a_session_the_ledger_cannot_note_does_not_live() -> None:
    owner, client = found(), browser()
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON ledger_inbox FROM fengni_app")
        try:
            client.raise_request_exception = False
            assert sign_in(client, owner).status_code >= 500
        finally:
            cursor.execute("GRANT INSERT ON ledger_inbox TO fengni_app")
    assert client.get(reverse("vault:clients"))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["owner", "colleague", "stranger", "auditor", "security"])
def test_everybody_with_a_role_may(who: str) -> None:
    actor = getattr(assemble(), who)
    open_session(actor=actor, at=now(), factor="webauthn")
    entry = entries(actor.tenant_id)[-1]
    assert entry["resource"] == {"kind": "accounts:member", "id": actor.id.hex}
    assert entry["facts"] == {"factor": "webauthn"}


def test_an_intruder_may_not() -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access.role"):
        open_session(actor=cast.intruder, at=now(), factor="password")
    assert refusals(cast.tenant_id, "accounts:session:open") == ["access.role"]


def test_a_member_without_a_role_is_signed_out_again() -> None:
    from fengni.apps.accounts.models import Member

    cast = assemble()
    left = hire(cast.tenant_id, "agent", "离职者")
    with tenant(cast.tenant_id), transaction.atomic():
        Member.objects.filter(id=left.id).update(roles=[])
    client = browser()
    assert sign_in(client, left).status_code == 403
    assert client.get(reverse("vault:clients"))["Location"].startswith(reverse("account_login"))


def test_a_session_lives_twelve_hours() -> None:
    owner = found()
    client = signed_in(owner)
    assert timedelta(seconds=client.session.get_expiry_age()) <= timedelta(hours=12)
    cookie = client.cookies["fengni_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_entry_names_the_session_that_acts_later() -> None:
    owner = found()
    client = signed_in(owner)
    opened = entries(owner.tenant_id)[-1]["actor"]["session"]
    client.post(reverse("accounts:issue_token"), {"label": "夜间导入"})
    assert entries(owner.tenant_id)[-1]["actor"]["session"] == opened
