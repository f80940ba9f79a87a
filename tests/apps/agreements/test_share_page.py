"""agreements:share:page"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.agreements import queries, services, sharing
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services as vault
from fengni.core.errors import Denied
from fengni.core.pictures.render import Watermark
from tests.apps.agreements.sharing import PURPOSE, Shared, agree, freeze, guest_actor, partner
from tests.apps.matters.making import open_matter
from tests.apps.vault.files import entries, make_client, make_person
from tests.apps.vault.uploads import upload
from tests.cast import assemble, now

MARK = Watermark(("示例·信达会计", "2026-11-25"))


def _shared() -> tuple[Shared, UUID]:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id, partner_id = make_person(cast.owner, client_id), partner(cast)
    document = upload(cast.owner, client_id, person_id).material_id
    matter_id, _item = open_matter(cast.owner, client_id, person_id)
    share_id = services.prepare_share(
        actor=cast.owner, at=now(), client_id=client_id, matter_id=matter_id, partner_id=partner_id, purpose=PURPOSE,
        selection=[], pages=[document], until=now() + timedelta(days=1),
    ).value  # fmt: skip
    agree(cast, matter_id, person_id)
    made = services.send_share(actor=cast.owner, at=now(), share_id=share_id).value
    return Shared(cast, client_id, person_id, matter_id, partner_id, share_id, made), document


def test_a_named_page_is_a_picture_with_a_watermark_and_an_entry_about_the_person() -> None:
    one, document = _shared()
    image = services.view_page(
        actor=one.guest, at=now(), share_id=one.share_id, material_id=document, page=0, purpose=PURPOSE, watermark=MARK
    ).value
    assert image.startswith(b"\xff\xd8")
    last = entries(one.cast.tenant_id)[-1]
    assert (last["act"], last["count"], last["facts"]) == ("agreements:share:page", 1, {"page": 0, "view": 1})


def test_others_and_other_documents_are_refused() -> None:
    one, document = _shared()
    foreign = guest_actor(one.cast.tenant_id, uuid7(), "partner")
    for who, what, code in (
        (one.guest, uuid7(), "agreements.not-shared"),
        (foreign, document, "agreements.no-such-share"),
        (one.cast.owner, document, "agreements.no-such-share"),
        (one.cast.auditor, document, "agreements.no-such-share"),
        (one.cast.intruder, document, "agreements.no-such-share"),
        (one.cast.stranger, document, "agreements.no-such-share"),
    ):
        with pytest.raises(Denied, match=code):
            services.view_page(
                actor=who, at=now(), share_id=one.share_id, material_id=what, page=0, purpose=PURPOSE, watermark=MARK
            )


def test_a_page_about_a_person_obeys_what_the_person_asked() -> None:
    one, document = _shared()
    freeze(one)
    with pytest.raises(Denied, match=r"access.view-frozen"):
        _view(one, document)
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert sharing.recall_shares(person_id=one.person_id, at=now()) == 1
    with pytest.raises(Denied, match=r"agreements.share-recalled"):
        _view(one, document)


def test_a_document_that_was_destroyed_is_gone_from_its_share() -> None:
    one, document = _shared()
    vault.discard_material(actor=one.cast.owner, at=now(), material_id=document)
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert queries.share(actor=one.cast.owner, at=now(), share_id=one.share_id).pages == ()
    with pytest.raises(Denied, match=r"agreements.not-shared"):
        _view(one, document)


def _view(one: Shared, document: UUID) -> bytes:
    return services.view_page(
        actor=one.guest, at=now(), share_id=one.share_id, material_id=document, page=0, purpose=PURPOSE, watermark=MARK
    ).value
