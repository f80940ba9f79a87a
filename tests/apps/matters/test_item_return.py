"""matters:item:return"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from fengni.apps.acts import reasons
from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import items, services
from fengni.core.errors import BadInput, Denied
from fengni.definitions import text
from tests.apps.matters.making import hand_in, item_of, make_matter
from tests.apps.matters.portal import mine
from tests.apps.vault.files import entries
from tests.apps.vault.test_rest import Caller
from tests.cast import assemble, now
from tests.web.browsing import signed_in
from tests.web.test_portal_counts import come_in

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


def test_the_person_reads_why_and_the_word_and_so_does_whoever_works_on_it() -> None:
    one = mine()
    one.consent()
    item = one.item("new_representative_id_front")
    hand_in(one.cast.agent, item.id)
    services.claim_item(actor=one.cast.agent, at=now(), item_id=item.id)
    with pytest.raises(BadInput, match=r"matters.item-other-unsaid"):  # it would tell the person nothing
        services.return_item(actor=one.cast.agent, at=now(), item_id=item.id, code="other", reason=" ")
    services.return_item(actor=one.cast.agent, at=now(), item_id=item.id, code="cut_off", reason=NOTE)
    phone, desk = come_in(one), signed_in(one.cast.agent)
    own = [reverse("matters:my"), reverse("matters:my_item", args=[item.id])]
    pages = {address: phone.get(address).content.decode() for address in own}
    pages["desk"] = desk.get(reverse("matters:page", args=[one.matter_id])).content.decode()
    for address, page in pages.items():
        assert text("matters.return.cut_off", "zh") in page, address
        assert NOTE in page, address
    assert "请重新提交" in pages[own[1]]
    rows = Caller(one.cast.agent).get(f"/matters/{one.matter_id}")["items"]
    assert [row["word"] for row in rows if row["id"] == str(item.id)] == [NOTE]
    assert all(row["purpose"] and row["basis"] and row["law"] and row["retention"] and row["readers"] for row in rows)
    hand_in(one.cast.agent, item.id)
    assert NOTE not in phone.get(own[0]).content.decode()


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
