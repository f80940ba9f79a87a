"""Matters in lists: who is waited for, what the filters find, what waits today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.core.errors import BadInput
from tests.apps.matters.making import hand_in, item_of, make_matter, settle
from tests.cast import assemble, now


def test_who_is_waited_for_and_what_filters_find() -> None:
    cast = assemble()
    first, second = make_matter(cast), make_matter(cast, 2, types=("NAME",), region="same")
    with tenant(cast.tenant_id):
        page = queries.matters_page(actor=cast.agent, at=now())
        assert [row.id for row in page.rows] == [first.matter_id, second.matter_id]  # the sooner one first
        assert [row.waiting for row in page.rows] == ["desk", "client"]
        assert page.states == {"open": 2, "submitted": 0, "returned": 0, "approved": 0, "closed": 0}
        waiting = queries.matters_page(actor=cast.agent, at=now(), waiting="client")
        assert waiting.total == 2  # something is missing in both, although we have a move in one
        assert queries.matters_page(actor=cast.agent, at=now(), waiting="filing").total == 0
        assert queries.matters_page(actor=cast.lead, at=now(), mine=True).total == 0
        assert queries.matters_page(actor=cast.lead, at=now(), client_id=second.client_id).total == 1
        assert [row.id for row in queries.open_matters(actor=cast.lead, at=now(), client_id=first.client_id)] == [
            first.matter_id
        ]
        for odd in ({"state": "odd"}, {"waiting": "odd"}):
            with pytest.raises(BadInput, match=r"matters.filter-unknown"):
                queries.matters_page(actor=cast.agent, at=now(), **odd)
    settle(cast, second)
    with tenant(cast.tenant_id):
        assert queries.matters_page(actor=cast.agent, at=now(), waiting="filing").total == 1


def test_what_waits_today() -> None:
    cast = assemble()
    made = make_matter(cast)
    make_matter(cast, 2, types=("NAME",), region="same")
    hand_in(cast.agent, item_of(cast, made, "licence").id)
    with tenant(cast.tenant_id):
        today = queries.today(actor=cast.agent, at=now())
        later = queries.today(actor=cast.agent, at=now() + timedelta(days=20))
        nobody = queries.today(actor=cast.colleague, at=now())
    assert ([row.id for row in today.due], today.late, today.desk, today.open) == ([made.matter_id], 1, 2, 2)
    assert (today.days[0].number, sum(day.number for day in today.days), today.most) == (1, 1, 1)
    assert len(today.client) == 2
    assert [row.days_left for row in later.due] == [-20, 10]
    assert (nobody.open, nobody.days[0].number) == (0, 0)


def test_how_long_the_desk_waits() -> None:
    cast = assemble()
    made = make_matter(cast)
    at = now()
    hand_in(cast.agent, item_of(cast, made, "licence").id, at - timedelta(hours=2))
    with tenant(cast.tenant_id):
        desk = queries.desk(actor=cast.agent, at=at)
    assert desk.rows[0].item.row.code == "licence"
    assert (desk.ninth_age, desk.mine) == (120, 0)
    services.claim_item(actor=cast.agent, at=now(), item_id=desk.rows[0].item.row.id)
    with tenant(cast.tenant_id):
        assert queries.desk(actor=cast.agent, at=now()).mine == 1
