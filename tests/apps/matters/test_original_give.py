"""matters:original:give: from hand to hand, until nothing is here and the matter can be closed."""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.models import Guest
from fengni.apps.matters import queries, services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import Made, settle
from tests.apps.matters.portal import mine
from tests.apps.vault.files import entries
from tests.cast import now


def test_from_hand_to_hand_until_nothing_is_here() -> None:
    one = mine()
    cast = one.cast
    take = {"at": now(), "matter_id": one.matter_id}
    held = services.take_original(actor=cast.agent, **take, code="licence_original", person_id=one.person_id).value
    fetched = services.take_original(actor=cast.agent, **take, code="licence_copy", count=2).value
    settle(cast, Made(one.client_id, one.matter_id, one.person_id, one.shareholder))
    with pytest.raises(BadInput, match=r"matters\.close-originals"):
        services.close_matter(actor=cast.agent, at=now(), matter_id=one.matter_id, reason="改由本人办理")
    services.confirm_original(actor=one.guest, at=now(), original_id=held)
    with pytest.raises(BadInput, match=r"matters\.original-confirmed"):
        services.confirm_original(actor=one.guest, at=now(), original_id=held)
    services.give_original(actor=cast.agent, at=now(), original_id=held, person_id=one.person_id)
    services.give_original(actor=cast.agent, at=now(), original_id=fetched)
    with pytest.raises(BadInput, match=r"matters\.original-given"):
        services.give_original(actor=cast.agent, at=now(), original_id=held, person_id=one.person_id)
    with tenant(cast.tenant_id):
        rows = {row.id: row for row in queries.originals(actor=cast.auditor, at=now(), matter_id=one.matter_id)}
    assert (rows[held].state, rows[held].taken_proof, rows[fetched].state) == ("unconfirmed", "own", "handed_over")
    services.close_matter(actor=cast.agent, at=now(), matter_id=one.matter_id, reason="改由本人办理")
    with tenant(cast.tenant_id), transaction.atomic():  # what the registry has is none of the person's own
        own = queries.own_originals(guest=Guest.objects.get(id=one.guest.id))
    assert [(row.id, waits) for row, waits in own] == [(held, True)]
    services.confirm_original(actor=one.guest, at=now(), original_id=held)  # after closing as well
    assert entries(cast.tenant_id)[-1]["facts"]["received"] == 1
    with pytest.raises(BadInput, match=r"matters\.closed"):
        services.take_original(actor=cast.agent, **take, code="lease")


def test_who_may() -> None:
    one = mine()
    cast = one.cast
    held = services.take_original(actor=cast.owner, at=now(), matter_id=one.matter_id, code="seal_company").value
    for who, code in ((cast.dpo, "role"), (cast.auditor, "role"), (cast.intruder, "role"), (one.guest, "role"),
                      (cast.colleague, "scope"), (cast.stranger, "no-such-original")):  # fmt: skip
        with pytest.raises(Denied, match=code):
            services.give_original(actor=who, at=now(), original_id=held)
    with pytest.raises(BadInput, match=r"matters\.no-such-participant"):
        services.give_original(actor=cast.agent, at=now(), original_id=held, person_id=cast.owner.id)
