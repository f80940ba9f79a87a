"""matters:item:accept"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fengni.apps.matters import services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import hand_in, item_of, make_matter
from tests.cast import assemble, now


def test_who_has_it_on_the_desk_accepts_it() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "licence")
    hand_in(cast.agent, item.id)
    with pytest.raises(BadInput, match=r"matters.item-not-claimed"):
        services.accept_item(actor=cast.agent, at=now(), item_id=item.id)
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.item-not-claimed"):
        services.accept_item(actor=cast.agent, at=now() + timedelta(minutes=16), item_id=item.id)
    services.accept_item(actor=cast.agent, at=now(), item_id=item.id)
    decided = item_of(cast, made, "licence")
    assert (decided.state, decided.decided_by, decided.lease_by) == ("accepted", cast.agent.id, None)
    assert decided.entry_id is not None
    with pytest.raises(BadInput, match=r"matters.item-decided"):
        hand_in(cast.agent, item.id)


def test_nobody_else_accepts() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile")
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    for who, code in ((cast.colleague, "access.scope"), (cast.auditor, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.accept_item(actor=who, at=now(), item_id=item.id)
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        services.accept_item(actor=cast.stranger, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.item-held"):
        services.accept_item(actor=cast.owner, at=now(), item_id=item.id)
