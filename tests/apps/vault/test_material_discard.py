"""vault:material:discard"""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.vault import services
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.vault.files import entries, make_client, make_person, refusals
from tests.apps.vault.test_material_view import view
from tests.apps.vault.uploads import begun, faithful, rows, send, upload
from tests.cast import assemble, found, now
from tests.core.pictures import samples


def discard(actor: Actor, material_id: UUID) -> None:
    services.discard_material(actor=actor, at=now(), material_id=material_id)


def test_one_document_is_destroyed_and_its_neighbour_stays() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    one = upload(owner, client_id, person_id).material_id
    two = upload(owner, client_id, person_id, content=samples.png(), kind="id_back").material_id
    discard(owner, one)
    assert rows(owner.tenant_id) == (1, 1, ["destroyed", "live"])
    assert faithful(owner.tenant_id)
    assert entries(owner.tenant_id)[-1]["facts"]["kind"] == "id_front"
    assert view(owner, two)
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        view(owner, one)
    assert upload(owner, client_id, person_id).duplicate_of is None


def test_an_upload_on_its_way_is_broken_off() -> None:
    owner = found()
    material_id = begun(owner, make_client(owner), 5_000)
    send(owner, material_id, 0, b"x" * 2_000)
    discard(owner, material_id)
    assert rows(owner.tenant_id) == (0, 0, ["destroyed"])
    with pytest.raises(Denied, match=r"vault.no-such-material"):
        send(owner, material_id, 2_000, b"x")
    assert faithful(owner.tenant_id)


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    material_id = upload(cast.owner, make_client(cast.owner)).material_id
    for who in (cast.agent, cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            discard(who, material_id)
    assert refusals(cast.tenant_id, "vault:material:discard") == ["access.scope"] + ["access.role"] * 5
    assert rows(cast.tenant_id)[2] == ["live"]
