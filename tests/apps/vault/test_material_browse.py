"""vault:material:browse"""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from django.db import connections, transaction
from PIL import Image

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import services
from fengni.apps.vault.models import Material
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied, SealRefused
from fengni.core.pictures.render import SMALL
from tests.apps.vault.files import entries, make_client, make_person, refusals, seen_of
from tests.apps.vault.uploads import rows, upload
from tests.cast import assemble, found, now
from tests.core.pictures import samples


def browse(actor: Actor, client_id: UUID, purpose: str = "purpose.verify_identity") -> dict[UUID, bytes]:
    return services.browse_materials(actor=actor, at=now(), client_id=client_id, purpose=purpose).value


def test_small_marked_pictures_of_what_can_be_seen_in_one_act() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    card = upload(owner, client_id, person_id, content=samples.jpeg(6)).material_id
    lease = upload(owner, client_id, content=samples.pdf(3), kind="lease").material_id
    upload(owner, client_id, content=b"PK\x03\x04 no picture", kind="other")
    small = browse(owner, client_id)
    assert set(small) == {card, lease}
    for one in small.values():
        with Image.open(io.BytesIO(one)) as shown:
            assert (shown.format, max(shown.size), dict(shown.getexif())) == ("JPEG", SMALL, {})
    assert small != browse(owner, client_id, "purpose.fill_form")
    entry = entries(owner.tenant_id)[-1]
    assert (entry["act"], entry["clear"], entry["facts"]) == ("vault:material:browse", 0, {"pictures": 2})
    assert seen_of(owner.tenant_id)[person_id] == {"clear": 0, "fields": ["material_id_front"]}
    with tenant(owner.tenant_id), transaction.atomic():
        lying = [bytes(one) for one in Material.objects.values_list("thumbnail", flat=True)]
    assert sorted(map(bool, lying)) == [False, True, True]
    assert not any(b"JFIF" in one for one in lying)


def test_it_goes_with_its_document_and_does_not_open_in_anothers_place() -> None:
    owner = found()
    client_id = make_client(owner)
    one = upload(owner, client_id).material_id
    two = upload(owner, client_id, content=samples.png(), kind="id_back").material_id
    services.discard_material(actor=owner, at=now(), material_id=one)
    assert set(browse(owner, client_id)) == {two}
    three = upload(owner, client_id).material_id
    with tenant(owner.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE vault_material SET thumbnail = (SELECT thumbnail FROM vault_material WHERE id = %s) WHERE id = %s",
            [two, three],
        )
    with pytest.raises(SealRefused):
        browse(owner, client_id)
    assert rows(owner.tenant_id)[0] == 2


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    upload(cast.owner, client_id)
    for who in (cast.agent, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            browse(who, client_id)
    assert refusals(cast.tenant_id, "vault:material:browse") == ["access.scope"] + ["access.role"] * 4
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert len(browse(cast.agent, client_id)) == 1
    with pytest.raises(Denied, match=r"access.purpose"):
        browse(cast.agent, client_id, "purpose.curiosity")
