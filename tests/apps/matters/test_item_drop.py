"""matters:item:drop"""

from __future__ import annotations

import pytest

from fengni.apps.matters import services
from fengni.core.errors import Denied
from tests.apps.matters.portal import mine
from tests.cast import now


def test_an_upload_is_broken_off_by_who_began_it() -> None:
    one, other = mine(), mine()
    one.consent()
    front = one.item("new_representative_id_front")
    made = services.begin_upload(actor=one.guest, at=now(), item_id=front.id, size=1000).value
    cast = one.cast
    for who in (cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger, other.guest):
        with pytest.raises(Denied, match=r"matters.no-such-item|access.role"):
            services.drop_upload(actor=who, at=now(), item_id=front.id, material_id=made.material_id)
    services.drop_upload(actor=one.guest, at=now(), item_id=front.id, material_id=made.material_id)
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        services.drop_upload(actor=one.guest, at=now(), item_id=front.id, material_id=made.material_id)
