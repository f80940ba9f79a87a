"""guests:code:enter"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from fengni.apps.guests import services
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import Denied, FengniError
from tests.apps.guests.inviting import ask, invited, link_of, phone, wrong
from tests.apps.vault.files import entries, seen_of
from tests.cast import now


def test_a_right_code_opens_a_session_and_a_wrong_one_is_counted() -> None:
    one = invited()
    code = ask(one)
    product = system_actor(one.cast.tenant_id, channel="portal")
    args = {"actor": product, "link_id": one.made.link_id, "device": "phone"}
    assert services.enter_code(at=now(), typed=wrong(code), **args).value is None
    assert entries(one.cast.tenant_id)[-1]["facts"] == {"opened": 0, "tries_left": 4}
    assert one.person_id in seen_of(one.cast.tenant_id), "the person reads of it"
    opened = services.enter_code(at=now(), typed=code, **args).value
    assert opened is not None
    assert opened.assurance == "independent"
    assert opened.cookie not in repr(opened)
    assert opened.ends_at <= one.made.expires_at
    with pytest.raises(Denied, match="code-expired"):
        services.enter_code(at=now(), typed=code, **args)


def test_tries_that_come_at_once_all_count() -> None:
    one = invited()
    code = ask(one)

    def attempt(_: int) -> str:
        try:
            done = services.enter_code(
                actor=system_actor(one.cast.tenant_id), at=now(), link_id=one.made.link_id, typed=wrong(code),
                device="phone",
            )  # fmt: skip
        except FengniError as error:
            return error.code
        else:
            return "opened" if done.value else "wrong"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(16)))
    assert sorted(answers) == ["guests.code-expired"] * 11 + ["wrong"] * 5
    assert link_of(one.cast.tenant_id, one.made.link_id).misses == 5


def test_nobody_types_it_for_somebody() -> None:
    one = invited()
    code = ask(one, phone())
    guest = Actor(id=one.made.guest_id, tenant_id=one.cast.tenant_id, roles=frozenset({"client"}))
    for who in (one.cast.owner, one.cast.agent, one.cast.security, one.cast.intruder, guest):
        with pytest.raises(Denied, match=r"access\.role"):
            services.enter_code(actor=who, at=now(), link_id=one.made.link_id, typed=code, device="phone")
    with pytest.raises(Denied, match="no-such-link"):
        services.enter_code(actor=one.cast.stranger, at=now(), link_id=one.made.link_id, typed=code, device="phone")
