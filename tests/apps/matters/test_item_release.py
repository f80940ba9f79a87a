"""matters:item:release"""

from __future__ import annotations

import pytest

from fengni.apps.matters import services
from fengni.apps.parties import services as parties
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import item_of, make_matter
from tests.cast import assemble, now


def test_put_back_by_whoever_has_it_or_by_a_lead() -> None:
    cast = assemble()
    made = make_matter(cast)
    parties.assign_client(actor=cast.owner, at=now(), client_id=made.client_id, member_id=cast.colleague.id)
    item = item_of(cast, made, "new_representative_mobile")
    with pytest.raises(BadInput, match=r"matters.item-free"):
        services.release_item(actor=cast.agent, at=now(), item_id=item.id)
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.item-held"):
        services.release_item(actor=cast.colleague, at=now(), item_id=item.id)
    services.release_item(actor=cast.agent, at=now(), item_id=item.id)
    services.claim_item(actor=cast.colleague, at=now(), item_id=item.id)
    services.release_item(actor=cast.lead, at=now(), item_id=item.id)
    assert item_of(cast, made, "new_representative_mobile").lease_by is None


def test_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile")
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.release_item(actor=who, at=now(), item_id=item.id)
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        services.release_item(actor=cast.stranger, at=now(), item_id=item.id)
