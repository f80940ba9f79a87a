"""matters:item:return"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.acts import reasons
from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import items, services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import hand_in, item_of, make_matter
from tests.apps.vault.files import entries
from tests.cast import assemble, now

NOTE = "左下角被手指挡住"


def test_an_item_goes_back_with_a_code_and_a_sealed_note() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_id_front")
    hand_in(cast.agent, item.id)
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    services.return_item(actor=cast.agent, at=now(), item_id=item.id, code="cut_off", reason=NOTE)
    entry = entries(cast.tenant_id)[-1]
    assert entry["facts"] == {"item": "new_representative_id_front", "cause": "cut_off"}
    assert NOTE not in str(entry)
    back = item_of(cast, made, "new_representative_id_front")
    assert (back.state, back.return_code) == ("returned", "cut_off")
    with tenant(cast.tenant_id), transaction.atomic():
        assert back.entry_id is not None
        assert reasons.read(cast.tenant_id, back.entry_id) == NOTE
        assert back.id in {row.id for row in items.open_items(made.new)}  # the person sees it again
    hand_in(cast.agent, item.id)
    assert item_of(cast, made, "new_representative_id_front").return_code == ""


def test_an_unknown_code_changes_nothing() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile")
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.item-code-unknown"):
        services.return_item(actor=cast.agent, at=now(), item_id=item.id, code="do_not_like_it")
    assert item_of(cast, made, "new_representative_mobile").state == "received"
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.return_item(actor=who, at=now(), item_id=item.id, code="other")
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        services.return_item(actor=cast.stranger, at=now(), item_id=item.id, code="other")
