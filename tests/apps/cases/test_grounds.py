"""On which ground something was seen: the catalogue's, or the person's own yes with its day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fengni.apps.agreements import services as agreements
from fengni.apps.cases import queries
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents.models import Consent
from fengni.apps.vault import services as vault
from fengni.apps.vault.store.materials import KINDS
from fengni.core.access.actor import Actor
from fengni.core.vault.catalogue import basis, purposes, recipients
from fengni.definitions import has_text
from tests.apps.agreements.sharing import PURPOSE, Shared, agree, shared, view
from tests.apps.vault.uploads import upload
from tests.cast import now


def _picture(one: Shared) -> UUID:
    document = upload(one.cast.owner, one.client_id, one.person_id).material_id
    return vault.view_material(
        actor=one.cast.owner, at=now(), material_id=document, page=0, purpose="purpose.verify_identity", reason="核对"
    ).entry_id


def _grounds(one: Shared, me: Actor) -> dict[UUID, str]:
    with tenant(one.cast.tenant_id):
        return {told.entry_id: told.basis for told in queries.seen_page(actor=me, at=now()).told}


def _grounds_by_who(one: Shared, me: Actor, kind: str) -> list[str]:
    with tenant(one.cast.tenant_id):
        return [told.basis for told in queries.seen_page(actor=me, at=now()).told if told.kind == kind]


def test_a_picture_and_a_partners_view_rest_on_the_own_yes_with_its_day() -> None:
    one = shared(send=False, agreed=False)
    me = agree(one.cast, one.matter_id, one.person_id)
    with tenant(one.cast.tenant_id), transaction.atomic():
        Consent.objects.filter(scope="sensitive").update(given_at=now() - timedelta(days=3))
    sent = agreements.send_share(actor=one.cast.owner, at=now(), share_id=one.share_id)
    one = Shared(one.cast, one.client_id, one.person_id, one.matter_id, one.partner_id, one.share_id, sent.value)
    view(one, "id_number")
    seen, today = _picture(one), timezone.localtime(now())
    told = _grounds(one, me)
    assert told[seen] == f"您 {today - timedelta(days=3):%m-%d} 的单独同意"
    assert told[sent.entry_id] == f"您 {today:%m-%d} 的单独同意"
    assert _grounds_by_who(one, me, "partner") == [f"您 {today:%m-%d} 的单独同意"]
    with tenant(one.cast.tenant_id):
        assert told[seen] in queries.one_entry(actor=me, entry_id=seen).sentence
    with tenant(one.cast.tenant_id), transaction.atomic():
        Consent.objects.filter(scope="sensitive").update(withdrawn_at=now() - timedelta(days=1))
    assert "没有查到您的同意记录" in _grounds(one, me)[seen]


def test_every_kind_of_document_has_ground_purposes_and_readers() -> None:
    for kind in (f"material_{one}" for one in KINDS):
        assert has_text(f"basis.{basis(kind)}")
        assert all(map(has_text, purposes(kind)))
        assert recipients(kind) <= {"team", "registry", "partner"}
        assert PURPOSE not in purposes(kind) or "team" in recipients(kind)
