"""disposals:disposal:approve"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError
from django.utils import timezone

from fengni.apps.approvals import asking
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import queries, running, services
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import NUMBER, close, disposal_of, propose, rows, scene
from tests.apps.vault.files import make_client
from tests.cast import Cast, found, now
from tests.web.browsing import signed_in


def _approve(actor: Actor, disposal: UUID, number: str = NUMBER, when: datetime | None = None) -> None:
    services.approve_disposal(actor=actor, at=when or now(), disposal_id=disposal, number=number)


def _page(actor: Actor, disposal: UUID) -> str:
    return signed_in(actor).get(f"/disposals/{disposal}/").content.decode()


def test_another_person_types_the_number_and_agrees() -> None:
    at = scene()
    disposal = propose(at)
    with pytest.raises(Denied, match="second-person-is-self"):
        _approve(at.cast.lead, disposal)
    with pytest.raises(BadInput, match=r"disposals\.number-differs"):
        _approve(at.cast.dpo, disposal, "M-2026-0001")
    _approve(at.cast.dpo, disposal)
    made = disposal_of(at.cast, disposal)
    assert (made.state, made.approved_by, made.alone) == ("approved", at.cast.dpo.id, False)
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        _approve(at.cast.owner, disposal)


def test_nothing_is_destroyed_before() -> None:
    at = scene()
    disposal = propose(at)
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        running.carry_out(actor=at.cast.dpo, disposal_id=disposal, clock=now)
    assert rows(at.cast, "SELECT count(*) FROM vault_unit WHERE state = 'destroyed'") == [(0,)]


def test_the_database_knows_two_persons_as_well() -> None:
    at = scene()
    disposal = propose(at)
    with pytest.raises(IntegrityError, match="disposals_two_persons"):
        rows(at.cast, "UPDATE disposals_disposal SET approved_by = proposed_by WHERE id = %s", disposal)


def test_a_house_of_one_waits_three_days() -> None:
    owner = found()
    cast = Cast(owner.tenant_id, owner.tenant_id, *([owner] * 10))
    client = make_client(owner, 1, note="请先打电话")
    close(cast, client, NUMBER, days=40)
    disposal = services.propose_disposal(
        actor=owner, at=now(), client_id=client, number=NUMBER, reason="办结期满"
    ).value
    with pytest.raises(Denied, match=r"disposals\.notice-runs"):
        _approve(owner, disposal)
    after = now() + asking.NOTICE + timedelta(minutes=1)
    with tenant(owner.tenant_id):  # the page offers it from then on, and says so before
        before, offered = (queries.disposal_page(actor=owner, at=at, disposal_id=disposal) for at in (now(), after))
    assert (before.may, offered.may) == (("wait", "withdraw"), ("approve", "withdraw"))
    assert before.alone_from is not None
    assert f"{timezone.localtime(before.alone_from):%Y-%m-%d %H:%M}" in _page(owner, disposal)
    _approve(owner, disposal, when=after)
    assert disposal_of(cast, disposal).alone
    assert running.carry_out(actor=owner, disposal_id=disposal, clock=now).destroyed == 1


def test_who_may() -> None:
    at = scene()
    disposal = propose(at)
    for who in (at.cast.agent, at.cast.auditor, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            _approve(who, disposal)
    with pytest.raises(Denied, match=r"disposals\.no-such-disposal"):
        _approve(at.cast.stranger, disposal)
