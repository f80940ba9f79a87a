"""matters:item:begin"""

from __future__ import annotations

import pytest

from fengni.apps.matters import services
from fengni.core.errors import BadInput, Denied, UnreadableFile
from tests.apps.matters.portal import mine
from tests.cast import now


def test_an_upload_is_begun_once_per_file_and_not_for_fields() -> None:
    one = mine()
    one.consent()
    front, mobile = one.item("new_representative_id_front"), one.item("new_representative_mobile")
    made = services.begin_upload(actor=one.guest, at=now(), item_id=front.id, size=1000, sha256="a" * 64).value
    again = services.begin_upload(actor=one.guest, at=now(), item_id=front.id, size=1000, sha256="a" * 64).value
    other = services.begin_upload(actor=one.guest, at=now(), item_id=front.id, size=1000, sha256="b" * 64).value
    untold = services.begin_upload(actor=one.guest, at=now(), item_id=front.id, size=1000).value
    assert made == again
    assert len({made.material_id, other.material_id, untold.material_id}) == 3
    with pytest.raises(BadInput, match=r"matters.item-(other-kind|decided)"):
        services.begin_upload(actor=one.guest, at=now(), item_id=mobile.id, size=1000)
    for size, code in ((0, "pictures.empty"), (33 << 20, "pictures.too-large")):
        with pytest.raises(UnreadableFile, match=code):
            services.begin_upload(actor=one.guest, at=now(), item_id=front.id, size=size)


def test_nobody_else_begins() -> None:
    one, other = mine(), mine()
    one.consent()
    front, cast = one.item("new_representative_id_front"), one.cast
    for who in (cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger, other.guest):
        with pytest.raises(Denied, match=r"matters.no-such-item|access.role"):
            services.begin_upload(actor=who, at=now(), item_id=front.id, size=1000)
