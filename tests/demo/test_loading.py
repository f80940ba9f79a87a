"""The demonstration fills itself through acts: its clients, its people, and a ledger that verifies."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections, transaction

from fengni.apps.agreements import queries as agreements
from fengni.apps.cases import queries as cases
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import horizon
from fengni.apps.disposals import queries as disposals
from fengni.apps.ledger import sealer, verification
from fengni.apps.matters import queries as matters
from fengni.apps.measures.evidence import ends
from fengni.apps.measures.evidence import matters as evidence
from fengni.demo import loading, stages, story
from tests import cast


def _seal() -> None:
    """Beside the product the sealer runs all the time; without it a busy machine is refused after a minute."""
    while sealer.seal_round(at=cast.now()):
        pass


@pytest.fixture(scope="module")
def house() -> cast.Cast:
    people, at = cast.assemble(), cast.now() - timedelta(minutes=1)
    team = {"chen": people.agent, "gao": people.colleague, "zhou": people.lead, "su": people.dpo}
    files = loading.load(at=at, agents=team)
    _seal()
    with tenant(people.tenant_id):
        horizon.decide(30, at=at - timedelta(days=90))
    stages.load(at=at, files=files, team=team)
    _seal()
    partners = story.load_partners(at=at, lead=people.lead)
    story.load(at=at, team=team, file=files[loading.STORY][1], partners=partners)
    return people


def _count(house: cast.Cast, statement: str) -> int:
    with tenant(house.tenant_id), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def test_clients_and_persons_are_there(house: cast.Cast) -> None:
    assert _count(house, "SELECT count(*) FROM parties_client") == len(loading.CLIENTS) == 38
    assert _count(house, "SELECT count(*) FROM parties_person") == 96
    assert _count(house, "SELECT count(*) FROM parties_person WHERE NOT fictitious") == 0


def test_each_client_belongs_to_the_agent_who_opened_it(house: cast.Cast) -> None:
    mine = _count(house, f"SELECT count(*) FROM acts_grant WHERE member_id = '{house.agent.id}'")
    theirs = _count(house, f"SELECT count(*) FROM acts_grant WHERE member_id = '{house.colleague.id}'")
    assert (mine, theirs) == (26, 12)


def test_there_is_a_matter_at_every_stage_and_the_storys_own(house: cast.Cast) -> None:
    with tenant(house.tenant_id):
        page = matters.matters_page(actor=house.lead, at=cast.now())
        ended = Counter(one.state for one in disposals.disposals(actor=house.lead, at=cast.now()))
        due = Counter(row.state for row in disposals.retention_page(actor=house.lead, at=cast.now()))
        shares = agreements.shares_page(actor=house.lead, at=cast.now())
        asked = cases.cases_list(actor=house.dpo, at=cast.now())
    assert page.states == {"open": 6, "submitted": 3, "returned": 1, "approved": 1, "closed": 6}
    assert max(row.number for row in page.rows).endswith("-0117")
    assert (ended["done"], ended["proposed"]) == (2, 1)
    assert due["due"] >= 1
    assert sorted(share.views for share in shares) == [0, 2]
    assert Counter((one.kind, one.state) for one in asked) == {
        ("right", "open"): 1, ("question", "done"): 1, ("feedback", "done"): 5,
    }  # fmt: skip


def test_its_clients_agreed_were_asked_and_got_answers_and_nothing_due_is_undecided(house: cast.Cast) -> None:
    """What the measures A1 and A6 rest on, and M02 as to retention: effective on the demonstration."""
    with tenant(house.tenant_id), transaction.atomic():
        found = [
            test(cast.now())
            for test in (evidence.matters_under_agreement, evidence.feedback_asked, evidence.feedback_answered)
        ]
        found.append(ends.retention_decided(cast.now()))
    assert [one.outcome for one in found] == ["passed"] * 4
    assert (found[0].params["covered"], found[1].params["asked"], found[2].params["given"]) == (11, 6, 5)


def test_its_ledger_verifies_whole(house: cast.Cast) -> None:
    _seal()
    found = verification.verify(house.auditor)
    assert (found.finding, found.waiting) == (None, 0)


def test_the_colleagues_curiosity_is_recorded_as_refused(house: cast.Cast) -> None:
    refused = "SELECT count(*) FROM {} WHERE convert_from(body, 'UTF8') LIKE '%refused:access.scope%'"
    assert sum(_count(house, refused.format(table)) for table in ("ledger_inbox", "ledger_entry")) == 1
