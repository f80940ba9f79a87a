"""matters:item:provide"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import services
from fengni.apps.matters.models import Item
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import entries
from tests.cast import now

MOBILE = fictitious.mobile(77)


def _asked(one: Mine) -> Item:
    """The item for the mobile, wanted again."""
    one.consent("notice")
    item = one.item("new_representative_mobile")
    with tenant(one.cast.tenant_id), transaction.atomic():
        Item.objects.filter(id=item.id).update(state="wanted")
    return item


def test_what_the_item_names_is_sealed_and_stands_in_no_entry() -> None:
    one = mine()
    item = _asked(one)
    services.provide_fields(actor=one.guest, at=now(), item_id=item.id, fields={"mobile": MOBILE})
    assert one.item("new_representative_mobile").state == "received"
    last = entries(one.cast.tenant_id)[-1]
    assert (last["act"], last["count"]) == ("matters:item:provide", 1)
    assert MOBILE not in str(last)


def test_a_mask_a_wrong_value_another_field_and_a_decided_item_are_refused() -> None:
    one = mine()
    item = _asked(one)
    for fields, code in (
        ({"mobile": "154****0001"}, "vault.value-is-masked"),
        ({"mobile": "12"}, "vault.mobile-wrong"),
        ({"mobile": MOBILE, "email": "lu@example.com"}, "matters.fields-missing"),
        ({}, "matters.fields-missing"),
    ):
        with pytest.raises(BadInput, match=code):
            services.provide_fields(actor=one.guest, at=now(), item_id=item.id, fields=fields)
    with tenant(one.cast.tenant_id), transaction.atomic():
        Item.objects.filter(id=item.id).update(state="accepted")
    with pytest.raises(BadInput, match=r"matters.item-decided"):
        services.provide_fields(actor=one.guest, at=now(), item_id=item.id, fields={"mobile": MOBILE})


def test_nothing_is_taken_before_the_person_was_told() -> None:
    one = mine()
    item = one.item("new_representative_identity")
    with pytest.raises(BadInput, match=r"consents.notice-first"):
        services.provide_fields(actor=one.guest, at=now(), item_id=item.id, fields={"mobile": MOBILE})


def test_nobody_else_provides() -> None:
    one, other = mine(), mine()
    item, cast = _asked(one), one.cast
    for who in (cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger, other.guest):
        with pytest.raises(Denied, match=r"matters.no-such-item|access.role"):
            services.provide_fields(actor=who, at=now(), item_id=item.id, fields={"mobile": MOBILE})
