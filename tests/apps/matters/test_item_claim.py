"""matters:item:claim"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import hand_in, item_of, make_matter
from tests.apps.vault.files import entries, refusals, seen_of
from tests.cast import assemble, now


def test_an_item_is_on_one_desk_for_fifteen_minutes() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile")
    at = now()
    until = services.claim_item(actor=cast.agent, at=at, item_id=item.id).value
    assert until == at + timedelta(minutes=15)
    assert seen_of(cast.tenant_id) == {made.new: {"clear": 0, "fields": ["mobile"]}}
    with pytest.raises(BadInput, match=r"matters.item-held \(minutes=15\)"):
        services.claim_item(actor=cast.lead, at=at, item_id=item.id)
    with tenant(cast.tenant_id):
        mine = queries.desk_item(actor=cast.agent, at=at, item_id=item.id)
        theirs = queries.desk_item(actor=cast.lead, at=at, item_id=item.id)
        assert [(f.kind, f.masked) for f in mine.fields] == [("mobile", True)]
        assert (theirs.fields, theirs.item.held_by) == ((), cast.agent.id)
        assert queries.desk(actor=cast.agent, at=at).mine == 1
    services.claim_item(actor=cast.agent, at=at + timedelta(minutes=10), item_id=item.id)  # goes on
    services.claim_item(actor=cast.lead, at=at + timedelta(minutes=26), item_id=item.id)  # the lease is over
    assert item_of(cast, made, "new_representative_mobile").lease_by == cast.lead.id
    with pytest.raises(BadInput, match=r"matters.item-held"):
        services.accept_item(actor=cast.agent, at=at + timedelta(minutes=27), item_id=item.id)


def test_two_who_claim_at_once_the_second_is_told() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile")
    together, told = threading.Barrier(2), []

    def claim(who: Actor) -> None:
        try:
            together.wait(30)
            services.claim_item(actor=who, at=now(), item_id=item.id)
            told.append("claimed")
        except BadInput as error:
            told.append(error.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(claim, (cast.agent, cast.lead)))
    assert sorted(told) == ["claimed", "matters.item-held"]


def test_what_cannot_be_claimed() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "licence")
    with pytest.raises(BadInput, match=r"matters.item-not-received"):
        services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    hand_in(cast.agent, item.id)
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.claim_item(actor=who, at=now(), item_id=item.id)
    assert refusals(cast.tenant_id, "matters:item:claim") == ["access.scope", "access.role", "access.role"]
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        services.claim_item(actor=cast.stranger, at=now(), item_id=item.id)
    services.claim_item(actor=cast.owner, at=now(), item_id=item.id)
    assert entries(cast.tenant_id)[-1]["facts"] == {"item": "licence"}
