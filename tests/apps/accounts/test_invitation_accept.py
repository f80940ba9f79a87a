"""accounts:invitation:accept"""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.models import Invitation, User
from fengni.apps.accounts.services import (
    INVITATION_LIFE,
    accept_invitation,
    deactivate_member,
    invite_member,
    reinvite_member,
)
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import browser
from tests.apps.vault.files import entries, refusals
from tests.cast import PASSWORD, assemble, found, login_of, now


def _token(owner: Actor) -> str:
    return invite_member(actor=owner, at=now(), name="林知夏", roles=("agent",)).value.token


def _login() -> str:
    return f"lin-{secrets.token_hex(6)}"


def _accept(owner: Actor, token: str, login: str, *, later: timedelta = timedelta()) -> None:
    product = system_actor(owner.tenant_id, channel="web")
    accept_invitation(actor=product, at=now() + later, token=token, login=login, password=PASSWORD)


def test_a_newcomer_chooses_login_and_password_and_signs_in() -> None:
    owner, client, login = found(), browser(), _login()
    token = _token(owner)
    body = {"token": token, "login": login, "password": PASSWORD}
    assert client.post(reverse("accounts:accept"), body)["Location"] == reverse("account_login")
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["outcome"]) == ("accounts:invitation:accept", "done")
    assert login not in str(entry)
    assert client.post(reverse("account_login"), {"login": login, "password": PASSWORD}).status_code == 302
    assert client.get(reverse("vault:clients")).status_code == 200
    with tenant(owner.tenant_id), transaction.atomic():
        assert {row.name: row.signs_in for row in queries.members()}["林知夏"] is True


def test_looking_at_the_link_uses_nothing() -> None:
    owner, login = found(), _login()
    token = _token(owner)
    for _ in range(2):
        assert browser().get(reverse("accounts:accept")).status_code == 200
    _accept(owner, token, login)
    assert User.objects.filter(login=login).exists()


def test_used_expired_unknown_and_foreign_links_say_the_same() -> None:
    owner, stranger = found(), found()
    used, late, theirs = _token(owner), _token(owner), _token(stranger)
    _accept(owner, used, _login())
    for token, later in (
        (used, timedelta()),
        (late, INVITATION_LIFE),
        (theirs, timedelta()),
        ("", timedelta()),
        (f"{owner.tenant_id.hex}.guess", timedelta()),
    ):
        login = _login()
        with pytest.raises(BadInput, match=r"accounts.invitation-invalid"):
            _accept(owner, token, login, later=later)
        assert not User.objects.filter(login=login).exists()
    page = browser().post(reverse("accounts:accept"), {"token": "nonsense", "login": _login(), "password": PASSWORD})
    assert page.status_code == 400
    assert "邀请链接无效" in page.content.decode()


def test_a_link_opens_no_access_that_was_closed_or_taken_up_meanwhile() -> None:
    owner = found()
    invited = invite_member(actor=owner, at=now(), name="林知夏", roles=("agent",)).value
    again = reinvite_member(actor=owner, at=now(), member_id=invited.member_id).value.token
    with tenant(owner.tenant_id), transaction.atomic():  # both alive: as if accepting and inviting again had crossed
        Invitation.objects.update(expires_at=now() + INVITATION_LIFE)
    _accept(owner, invited.token, _login())
    with pytest.raises(BadInput, match=r"accounts.invitation-invalid"):
        _accept(owner, again, _login())
    closed = invite_member(actor=owner, at=now(), name="苏木", roles=("agent",)).value
    deactivate_member(actor=owner, at=now(), member_id=closed.member_id)
    with pytest.raises(BadInput, match=r"accounts.invitation-invalid"):
        _accept(owner, closed.token, _login())


def test_a_taken_login_leaves_the_invitation_open() -> None:
    owner = found()
    token = _token(owner)
    with pytest.raises(BadInput, match=r"accounts.login-taken"):
        _accept(owner, token, login_of(owner))
    _accept(owner, token, _login())


@pytest.mark.parametrize("password", ["short", "1234567890", "password123"])
def test_a_weak_password_is_not_taken(password: str) -> None:
    owner, login = found(), _login()
    body = {"token": _token(owner), "login": login, "password": password}
    assert browser().post(reverse("accounts:accept"), body).status_code == 400
    assert not User.objects.filter(login=login).exists()


@pytest.mark.parametrize("who", ["owner", "colleague", "stranger", "auditor", "intruder"])
def test_nobody_accepts_for_somebody_else(who: str) -> None:
    cast = assemble()
    token = _token(cast.owner)
    actor = getattr(cast, who)
    with pytest.raises(Denied, match=r"access.role"):
        accept_invitation(actor=actor, at=now(), token=token, login=_login(), password=PASSWORD)
    assert refusals(actor.tenant_id, "accounts:invitation:accept") == ["access.role"]


def test_two_who_choose_one_login_at_once_get_a_sentence_and_not_a_crash() -> None:
    cast = assemble()
    tokens = [_token(cast.owner) for _ in range(2)]
    login, together = f"twin-{secrets.token_hex(4)}", threading.Barrier(2)

    def accept(token: str) -> str:
        try:
            together.wait(30)
            accept_invitation(actor=system_actor(cast.tenant_id), at=now(), token=token, login=login, password=PASSWORD)
        except BadInput as error:
            return error.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, tokens)) == ["", "accounts.login-taken"]
