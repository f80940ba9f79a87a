"""The demonstration fills itself through acts: its clients, its people, and a ledger that verifies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections, transaction

from fengni.apps.common.tenancy import tenant
from fengni.demo import loading
from tests import cast


@pytest.fixture(scope="module")
def house() -> cast.Cast:
    people = cast.assemble()
    loading.load(at=cast.now() - timedelta(minutes=1), agents={"chen": people.agent, "gao": people.colleague})
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


def test_the_colleagues_curiosity_is_recorded_as_refused(house: cast.Cast) -> None:
    refused = "SELECT count(*) FROM ledger_inbox WHERE convert_from(body, 'UTF8') LIKE '%refused:access.scope%'"
    assert _count(house, refused) == 1
