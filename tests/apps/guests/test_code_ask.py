"""guests:code:ask"""

from __future__ import annotations

from dataclasses import replace

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from fengni.apps.guests import services
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import Denied
from tests.apps.guests.inviting import invited, link_of
from tests.apps.vault.files import CANARY_MOBILE, entries
from tests.cast import now


def test_the_job_carries_two_ids_and_the_entry_says_who_pressed() -> None:
    one = invited()
    bearer = replace(system_actor(one.cast.tenant_id, channel="portal"), address="127.0.0.1")
    assert services.ask_code(actor=bearer, at=now(), link_id=one.made.link_id).value
    job = ProcrastinateJob.objects.get(args__link_id=str(one.made.link_id))
    assert job.args == {"link_id": str(one.made.link_id), "tenant_id": str(one.cast.tenant_id)}
    told = entries(one.cast.tenant_id)[-1]
    assert (told["act"], told["actor"]["channel"], told["facts"]) == ("guests:code:ask", "portal", {"sent": 1})
    assert CANARY_MOBILE not in str(told)
    link = link_of(one.cast.tenant_id, one.made.link_id)
    assert (link.asks, link.codes, link.code_hash) == (1, 1, None)


def test_a_guest_asks_for_the_own_link_only_and_staff_for_none() -> None:
    one, other = invited(), invited()
    guest = Actor(id=one.made.guest_id, tenant_id=one.cast.tenant_id, roles=frozenset({"client"}), channel="portal")
    assert services.ask_code(actor=guest, at=now(), link_id=one.made.link_id).value
    for who, link_id, code in (
        (replace(guest, id=other.made.guest_id), one.made.link_id, "no-such-link"),
        (guest, other.made.link_id, "no-such-link"),
        (one.cast.owner, one.made.link_id, "access.role"),
        (one.cast.agent, one.made.link_id, "access.role"),
        (one.cast.intruder, one.made.link_id, "access.role"),
        (one.cast.stranger, one.made.link_id, "no-such-link"),
    ):
        with pytest.raises(Denied, match=code):
            services.ask_code(actor=who, at=now(), link_id=link_id)
