"""matters:item:upload"""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import register
from fengni.apps.guests.links import STAFF
from fengni.apps.guests.models import Guest
from fengni.apps.matters import services
from fengni.apps.matters.services.portal import Upload
from fengni.core.errors import BadInput, Denied, UnreadableFile
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import entries
from tests.cast import now
from tests.core.pictures.samples import MARK, heic, jpeg, locked_pdf, pdf, png


def begin(one: Mine, content: bytes) -> Upload:
    """An upload that was announced."""
    item = one.item("new_representative_id_front")
    return services.begin_upload(
        actor=one.guest, at=now(), item_id=item.id, size=len(content), sha256=hashlib.sha256(content).hexdigest()
    ).value


def send(one: Mine, material_id: UUID, position: int, content: bytes) -> Upload:
    """A piece of it."""
    item = one.item("new_representative_id_front")
    return services.send_piece(
        actor=one.guest, at=now(), item_id=item.id, material_id=material_id, position=position, content=content
    ).value


def test_pieces_become_a_picture_and_the_item_is_received() -> None:
    one, content = mine(), jpeg()
    one.consent()
    upload = begin(one, content)
    half = len(content) // 2
    assert send(one, upload.material_id, 0, content[:half]).received == half
    assert begin(one, content) == Upload(upload.material_id, half, len(content))  # after a break: the same one
    done = send(one, upload.material_id, half, content[half:])
    assert (done.received, done.pages) == (len(content), 1)
    item = one.item("new_representative_id_front")
    assert (item.state, item.material_id) == ("received", done.material_id)
    last = entries(one.cast.tenant_id)[-1]
    assert (last["act"], last["count"]) == ("matters:item:upload", 1)


def test_a_gap_and_what_is_no_picture_get_their_sentence_and_nothing_is_lost() -> None:
    one = mine()
    one.consent()
    upload = begin(one, b"x" * 100)
    with pytest.raises(BadInput, match=r"vault.upload-gap"):
        send(one, upload.material_id, 50, b"x" * 50)
    with pytest.raises(UnreadableFile):
        send(one, upload.material_id, 0, b"x" * 100)
    assert one.item("new_representative_id_front").state == "wanted"
    assert begin(one, b"x" * 100).received == 0
    with pytest.raises(UnreadableFile, match=r"pictures.empty"):
        begin(one, b"")


def test_without_the_separate_consent_nothing_is_taken() -> None:
    one = mine()
    one.consent("notice", "partner")
    with pytest.raises(BadInput, match=r"consents.needed"):
        begin(one, jpeg())


def test_a_consent_with_a_code_that_staff_read_out_is_not_enough() -> None:
    one = mine()
    one.consent(assurance=STAFF)
    with pytest.raises(BadInput, match=r"consents.unproved"):
        begin(one, jpeg())
    with tenant(one.cast.tenant_id), transaction.atomic():
        Guest.objects.filter(id=one.guest.id).update(confirmed_at=now())
    assert begin(one, jpeg()).received == 0


def test_a_consent_taken_back_on_the_way_stops_the_upload() -> None:
    one, content = mine(), jpeg()
    one.consent()
    upload = begin(one, content)
    send(one, upload.material_id, 0, content[:100])
    with tenant(one.cast.tenant_id), transaction.atomic():
        register.withdraw(one.person_id, one.matter_id, [register.SENSITIVE], now())
    with pytest.raises(BadInput, match=r"consents.needed"):
        send(one, upload.material_id, 100, content[100:])


def test_one_picture_does_not_serve_two_items_and_may_be_handed_in_again() -> None:
    one, content = mine(), jpeg()
    one.consent()
    first = send(one, begin(one, content).material_id, 0, content)
    back = one.item("new_representative_id_back")
    upload = services.begin_upload(actor=one.guest, at=now(), item_id=back.id, size=len(content)).value
    with pytest.raises(BadInput, match=r"matters.same-picture"):
        services.send_piece(
            actor=one.guest, at=now(), item_id=back.id, material_id=upload.material_id, position=0, content=content
        )
    assert one.item("new_representative_id_back").state == "wanted"
    assert send(one, begin(one, content).material_id, 0, content).material_id == first.material_id


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ" + bytes(200), "pictures.program"),
        (b"PK\x03\x04" + bytes(200), "pictures.archive"),
        (b"no picture at all", "pictures.other-kind"),
        (jpeg()[:900], "pictures.(broken|cut-off)"),
        (locked_pdf(), "pictures.locked"),
    ],
)
def test_each_bad_file_has_its_own_sentence(content: bytes, code: str) -> None:
    one = mine()
    one.consent()
    with pytest.raises(UnreadableFile, match=code):
        send(one, begin(one, content).material_id, 0, content)
    assert one.item("new_representative_id_front").state == "wanted"


@pytest.mark.parametrize("content", [jpeg(6), heic(), png(8), pdf()], ids=["jpeg", "heic", "png", "pdf"])
def test_place_and_device_are_gone_whatever_the_file(content: bytes) -> None:
    one = mine()
    one.consent()
    send(one, begin(one, content).material_id, 0, content)
    removed = str(entries(one.cast.tenant_id)[-1]["facts"]["removed"])
    assert removed != "nothing"
    item = one.item("new_representative_id_front")
    seen = services.look_at_item(actor=one.guest, at=now(), item_id=item.id, page=0, lang="zh").value
    assert MARK not in seen.image


def test_nobody_else_sends_anything() -> None:
    one, other = mine(), mine()
    one.consent()
    upload = begin(one, jpeg())
    item, cast = one.item("new_representative_id_front"), one.cast
    for who in (cast.owner, cast.colleague, cast.auditor, cast.intruder, cast.stranger, other.guest):
        with pytest.raises(Denied, match=r"matters.no-such-item|access.role"):
            services.send_piece(
                actor=who, at=now(), item_id=item.id, material_id=upload.material_id, position=0, content=b"x"
            )
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        send(one, uuid7(), 0, b"x")
