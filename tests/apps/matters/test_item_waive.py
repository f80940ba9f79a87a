"""matters:item:waive"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import items, services
from fengni.apps.matters.models import Item
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import hand_in, item_of, make_matter, settle
from tests.apps.vault.files import entries
from tests.cast import assemble, now


def test_done_without_for_a_reason() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "licence")
    with pytest.raises(BadInput, match=r"matters.waive-reason"):
        services.waive_item(actor=cast.agent, at=now(), item_id=item.id, reason=" ")
    services.waive_item(actor=cast.agent, at=now(), item_id=item.id, reason="电子执照已在线核验")
    entry = entries(cast.tenant_id)[-1]
    assert (entry["facts"], len(entry["reason"])) == ({"item": "licence"}, 64)
    assert item_of(cast, made, "licence").state == "waived"
    with pytest.raises(BadInput, match=r"matters.item-decided"):
        services.waive_item(actor=cast.agent, at=now(), item_id=item.id, reason="再来一次")


def test_others_are_refused_and_a_colleagues_desk_is_left_alone() -> None:
    cast = assemble()
    made = make_matter(cast)
    item = item_of(cast, made, "new_representative_mobile")
    services.claim_item(actor=cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.item-held"):
        services.waive_item(actor=cast.lead, at=now(), item_id=item.id, reason="不需要")
    for who, code in ((cast.colleague, "access.scope"), (cast.auditor, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.waive_item(actor=who, at=now(), item_id=item.id, reason="不需要")
    with pytest.raises(Denied, match=r"matters.no-such-item"):
        services.waive_item(actor=cast.stranger, at=now(), item_id=item.id, reason="不需要")


def test_a_withdrawal_in_mid_matter_gives_up_what_rests_on_consent() -> None:
    cast = assemble()
    made = make_matter(cast)
    front = item_of(cast, made, "new_representative_id_front")
    picture = uuid7()
    with tenant(cast.tenant_id), transaction.atomic():
        items.receive(front.id, now(), picture)
    services.claim_item(actor=cast.agent, at=now(), item_id=front.id)
    entry = uuid7()
    with tenant(cast.tenant_id), transaction.atomic():
        done = items.withdraw(made.new, now(), entry)
    assert (len(done.items), done.materials, done.beyond) == (2, (picture,), ())
    with pytest.raises(BadInput, match=r"matters.item-not-claimed"):
        services.accept_item(actor=cast.agent, at=now(), item_id=front.id)
    left = item_of(cast, made, "new_representative_id_front")
    assert (left.state, left.return_code, left.material_id) == ("waived", "consent_withdrawn", None)
    assert item_of(cast, made, "new_representative_identity").state == "wanted"  # the law asks for it all the same


def test_what_the_registry_has_is_beyond_recall() -> None:
    cast = assemble()
    made = make_matter(cast)
    settle(cast, made)
    services.submit_filing(actor=cast.agent, at=now(), matter_id=made.matter_id, receipt_number="EX-2026-0001")
    with tenant(cast.tenant_id), transaction.atomic():
        done = items.withdraw(made.new, now(), uuid7())
        assert Item.objects.filter(id__in=done.beyond, state="accepted").count() == 2
    assert (done.items, done.materials) == ((), ())


def test_nothing_is_handed_in_that_was_not_asked() -> None:
    cast = assemble()
    made = make_matter(cast)
    identity = item_of(cast, made, "new_representative_identity")
    with tenant(cast.tenant_id), transaction.atomic(), pytest.raises(BadInput, match=r"matters.item-other-kind"):
        items.receive(identity.id, now(), uuid7())  # a picture for what wants fields
    front = item_of(cast, made, "new_representative_id_front")
    with tenant(cast.tenant_id), transaction.atomic(), pytest.raises(BadInput, match=r"matters.item-other-kind"):
        items.receive(front.id, now())
    hand_in(cast.agent, front.id)
