"""reach:emergency:break: one file opens at once; everybody it concerns is told, and a review is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from fengni.apps.acts.models import Block
from fengni.apps.cases.grounds import grounds
from fengni.apps.cases.wording import Viewer, tell
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.measures import overview
from fengni.apps.parties import services as parties
from fengni.apps.reach import queries, services
from fengni.apps.vault import queries as vault
from fengni.apps.vault.models import Unit
from tests.apps.reach.scene import CONTACT, DAY, INCIDENT, WHY, ask, code, emergency_row, give, glass, reveal, scene
from tests.apps.vault.files import CANARY_MOBILE, entries, make_client, make_person, seen_of
from tests.cast import now


def test_it_works_at_once_for_an_hour_and_everybody_is_told() -> None:
    one = scene()
    cast, at = one.cast, now()
    second = make_person(cast.owner, one.client_id, name="周砚", id_number="", mobile="15400000002")
    emergency = glass(one, at=at)
    told = entries(cast.tenant_id)[-1]
    assert (told["act"], told["facts"]) == ("reach:emergency:break", {"minutes": 60, "under": emergency.hex})
    assert told["purpose"] == INCIDENT
    assert WHY not in str(told)
    assert set(seen_of(cast.tenant_id)) == {one.person_id, second}, "each person of the file has it in the own history"
    assert reveal(one, cast.agent, purpose=INCIDENT, at=at) == CANARY_MOBILE
    assert entries(cast.tenant_id)[-1]["facts"] == {"basis": "emergency", "under": emergency.hex}
    assert code(reveal, one, cast.agent, purpose=CONTACT) == "access.lent-narrow"
    with tenant(cast.tenant_id), transaction.atomic():
        page = vault.client_page(actor=cast.agent, at=at, client_id=one.client_id)
        assert page.lent is not None
        assert page.lent.basis == "emergency"
        rows = ledger.person_history(one.person_id)
        on = grounds(rows, one.person_id)
        words = [tell(row, Viewer("staff", "陈**"), opening=0, ground=on[row.entry.id]) for row in rows]
        assert words[0].basis.startswith("紧急查看，未经事先批准，事后须复核、")
        assert words[1].what.startswith("紧急打开了您所在的客户档案")
        for who, waits in ((cast.owner, (1, 0)), (cast.dpo, (1, 0)), (cast.lead, (0, 0)), (cast.security, (0, 0))):
            waiting = queries.waiting(actor=who, at=at)
            assert (waiting.reviews, waiting.overdue) == waits
            late = queries.waiting(actor=who, at=at + DAY)
            assert late.overdue == (who is not cast.security)
        assert [row.state for row in queries.waiting(actor=cast.agent, at=at).open] == ["running"]
        house = overview.house(actor=cast.owner, at=at).decisions[0]
        assert (house.tone, house.page) == ("due", "reach")
        house = overview.house(actor=cast.owner, at=at + DAY).decisions[0]
        assert (house.tone, house.text) == ("failed", "1 次紧急查看超过 24 小时没有复核")
    hours = ((0, "running"), (1, "to_review"), (23, "to_review"), (24, "overdue"))
    for hour, state in hours:
        assert emergency_row(cast.owner, emergency, at + timedelta(hours=hour)).state == state
    assert code(reveal, one, cast.agent, purpose=INCIDENT, at=at + timedelta(hours=1)) == "access.scope"


def test_a_review_that_is_owed_stops_the_next_one_of_that_member_alone() -> None:
    one = scene()
    cast, before = one.cast, now() - DAY
    other = replace(one, client_id=make_client(cast.owner, 2))
    emergency = glass(one, at=before)
    glass(other, at=before + timedelta(hours=1))  # not overdue yet
    assert code(glass, other) == "reach.review-overdue"
    assert entries(cast.tenant_id)[-1]["outcome"] == "refused:reach.review-overdue"
    assert glass(other, by=cast.colleague)
    services.review_emergency(actor=cast.dpo, at=now(), emergency_id=emergency, verdict="justified", reason="属实")
    assert code(glass, one, at=before + timedelta(hours=25)) == "reach.review-overdue", "the second is owed now"
    with tenant(cast.tenant_id), transaction.atomic():
        assert queries.reach_page(actor=cast.agent, at=before + timedelta(hours=26)).owes


def test_what_stays_closed() -> None:
    one = scene()
    cast = one.cast
    glass(one, by=cast.security)
    with tenant(cast.tenant_id), transaction.atomic():
        subject = f"{cast.security.id.hex}:{one.person_id.hex}"
        Block.objects.create(
            tenant_id=cast.tenant_id, kind="person_view", subject=subject, code="cases.question", created_at=now()
        )
    assert code(reveal, one, cast.security, purpose=INCIDENT) == "access.view-frozen"
    with tenant(cast.tenant_id), transaction.atomic():
        Block.objects.filter(subject=subject).update(lifted_at=now())
        Unit.objects.filter(subject_id=one.person_id).update(sealed_until=(now() + 400 * DAY).date())
    assert code(reveal, one, cast.security, purpose=INCIDENT) == "vault.sealed"
    with tenant(cast.tenant_id), transaction.atomic():
        Unit.objects.filter(subject_id=one.person_id).update(sealed_until=None)
    assert reveal(one, cast.security, purpose=INCIDENT) == CANARY_MOBILE


def test_who_breaks_what_and_why() -> None:
    one = scene()
    cast = one.cast
    for who in (cast.auditor, cast.admin, cast.intruder):
        assert code(glass, one, by=who) == "access.role"
    for who in (cast.owner, cast.lead, cast.dpo):
        assert code(glass, one, by=who) == "reach.already-inside"
    assert code(glass, one, by=cast.stranger) == "parties.no-such-client"
    assert code(glass, one, purpose="purpose.fill_form") == "access.purpose-unknown"
    about = {"actor": cast.agent, "at": now(), "client_id": one.client_id, "purpose": INCIDENT}
    assert code(services.break_glass, **about, reason="急用  急用") == "reach.reason-short"
    give(one, ask(one))  # lent for another purpose: the emergency has its own
    glass(one)
    assert code(glass, one) == "reach.already-inside"
    parties.assign_client(actor=cast.lead, at=now(), client_id=one.client_id, member_id=cast.colleague.id)
    assert code(glass, one, by=cast.colleague) == "reach.already-inside"
