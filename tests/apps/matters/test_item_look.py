"""matters:item:look"""

from __future__ import annotations

import pytest

from fengni.apps.ledger import sealer
from fengni.apps.matters import services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.portal import mine
from tests.apps.matters.test_item_upload import begin, send
from tests.apps.vault.files import entries
from tests.cast import now
from tests.core.pictures.samples import jpeg


def test_the_own_picture_is_shown_with_its_mark_and_counted() -> None:
    one, content = mine(), jpeg()
    one.consent()
    front = one.item("new_representative_id_front")
    with pytest.raises(BadInput, match=r"matters.nothing-handed-in"):
        services.look_at_item(actor=one.guest, at=now(), item_id=front.id, page=0, lang="zh")
    send(one, begin(one, content).material_id, 0, content)
    sealer.seal_round(at=now())
    seen = services.look_at_item(actor=one.guest, at=now(), item_id=front.id, page=0, lang="zh").value
    assert seen.image.startswith(b"\xff\xd8")
    assert seen.pages == 1
    last = entries(one.cast.tenant_id)[-1]
    assert (last["act"], last["count"], last["clear"]) == ("matters:item:look", 1, 1)


def test_nobody_else_looks_at_it_this_way() -> None:
    one, other = mine(), mine()
    front, cast = one.item("new_representative_id_front"), one.cast
    for who in (cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger, other.guest):
        with pytest.raises(Denied, match=r"matters.no-such-item|access.role"):
            services.look_at_item(actor=who, at=now(), item_id=front.id, page=0, lang="en")
