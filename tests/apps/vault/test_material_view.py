"""vault:material:view"""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from django.db import connections, transaction
from PIL import Image

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import services
from fengni.apps.vault.models import Piece
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied, LedgerRefused, SealRefused
from tests.apps.vault.files import entries, make_client, make_person, refusals, seen_of
from tests.apps.vault.uploads import begun, upload
from tests.cast import assemble, found, now
from tests.core.pictures import samples


def view(
    actor: Actor, material_id: UUID, page: int = 0, *, purpose: str = "purpose.verify_identity", reason: str = "核对"
) -> bytes:
    return services.view_material(
        actor=actor, at=now(), material_id=material_id, page=page, purpose=purpose, reason=reason
    ).value


def test_one_page_leaves_marked_upright_and_counted_for_the_person() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    kept = upload(owner, client_id, person_id, content=samples.jpeg(6))
    before = custodian().releases(owner.tenant_id, [person_id])[0]
    image = view(owner, kept.material_id)
    assert custodian().releases(owner.tenant_id, [person_id]) == [before + 1]
    with Image.open(io.BytesIO(image)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (400, 600), {})
    assert image != view(owner, kept.material_id, purpose="purpose.fill_form")
    assert seen_of(owner.tenant_id) == {person_id: {"clear": 1, "fields": ["material_id_front"]}}
    entry = entries(owner.tenant_id)[-1]
    said = (entry["clear"], entry["purpose"], entry["facts"])
    assert said == (1, "purpose.fill_form", {"kind": "id_front", "page": 0})


def test_pages_of_a_pdf_and_nothing_beyond_them() -> None:
    owner = found()
    kept = upload(owner, make_client(owner), content=samples.pdf(2), kind="lease")
    assert view(owner, kept.material_id, 0) != view(owner, kept.material_id, 1)
    for page in (-1, 2):
        with pytest.raises(BadInput, match=r"pictures.no-such-page"):
            view(owner, kept.material_id, page)


def test_nothing_without_reason_purpose_or_a_whole_document() -> None:
    owner = found()
    client_id = make_client(owner)
    kept = upload(owner, client_id)
    with pytest.raises(BadInput, match=r"vault.reason-missing"):
        view(owner, kept.material_id, reason=" ")
    with pytest.raises(Denied, match=r"access.purpose"):
        view(owner, kept.material_id, purpose="purpose.curiosity")
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        view(owner, begun(owner, client_id, 50))


def test_a_changed_piece_does_not_open() -> None:
    owner = found()
    kept = upload(owner, make_client(owner))
    with tenant(owner.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE vault_piece SET sealed = set_byte(sealed, 60, (get_byte(sealed, 60) + 1) %% 256)", [])
    with pytest.raises(SealRefused):
        view(owner, kept.material_id)


def test_no_page_leaves_while_the_ledger_is_behind() -> None:
    owner = found()
    kept = upload(owner, make_client(owner))
    with tenant(owner.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE ledger_inbox SET created_at = created_at - interval '61 seconds'")
    with pytest.raises(LedgerRefused, match=r"ledger.behind"):
        view(owner, kept.material_id)


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    material_id = upload(cast.owner, client_id).material_id
    for who in (cast.agent, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            view(who, material_id)
    assert refusals(cast.tenant_id, "vault:material:view") == ["access.scope"] + ["access.role"] * 4
    assert view(cast.dpo, material_id)
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert view(cast.agent, material_id)
    with tenant(cast.tenant_id), transaction.atomic():
        assert Piece.objects.count() == 1
