"""vault:material:begin"""

from __future__ import annotations

import hashlib

import pytest
from django.conf import settings

from fengni.apps.vault import services
from fengni.apps.vault.store.materials import Kept
from fengni.core.errors import BadInput, Denied, UnreadableFile
from fengni.core.pictures.kinds import MOST_BYTES
from tests.apps.imports.owner import places_of
from tests.apps.vault.files import make_client, refusals
from tests.apps.vault.uploads import begun, faithful, listed, rows, send
from tests.cast import assemble, found, now
from tests.core.pictures import samples


def test_an_upload_begins_with_a_key_of_its_own_and_nothing_else() -> None:
    owner = found()
    client_id = make_client(owner)
    material_id = begun(owner, client_id, 5_000)
    (row,) = listed(owner, client_id)
    assert (row.id, row.state, row.received, row.size, row.pages) == (material_id, "uploading", 0, 5_000, 0)
    assert rows(owner.tenant_id) == (1, 0, ["live"])
    assert faithful(owner.tenant_id)


def test_nothing_and_too_much_are_refused_before_a_byte_is_sent() -> None:
    owner = found()
    client_id = make_client(owner)
    most = settings.FENGNI_LARGEST_DOCUMENT << 20
    for kind, size, code in (
        ("lease", 0, "pictures.empty"),
        ("id_front", MOST_BYTES + 1, "pictures.too-large"),
        ("recording", most + 1, "vault.document-too-large"),
    ):
        with pytest.raises(UnreadableFile, match=code):
            begun(owner, client_id, size, kind=kind)
    begun(owner, client_id, most, kind="recording")


def test_the_same_file_goes_on_and_another_of_its_size_begins_anew() -> None:
    owner = found()
    client_id, content = make_client(owner), samples.jpeg()
    other = content[:-3] + b"..."
    mine, others = hashlib.sha256(content).hexdigest(), hashlib.sha256(other).hexdigest()
    material_id = begun(owner, client_id, len(content), sha256=mine)
    send(owner, material_id, 0, content[:700])
    again = services.begin_material(
        actor=owner, at=now(), client_id=client_id, subject_id=None, kind="lease", size=len(content), sha256=mine
    ).value
    assert (again.material_id, again.received) == (material_id, 700)
    assert begun(owner, client_id, len(content), sha256=others) != material_id
    assert begun(owner, client_id, len(content)) != begun(owner, client_id, len(content))  # nothing to tell it by
    assert mine not in "".join(places_of([mine]))
    with pytest.raises(BadInput, match=r"vault.upload-other-file"):
        send(owner, material_id, 700, other[700:])
    assert isinstance(send(owner, material_id, 700, content[700:]), Kept)
    with pytest.raises(BadInput, match=r"vault.no-digest"):
        begun(owner, client_id, 100, sha256="A" * 64)


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    for who in (cast.agent, cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            begun(who, client_id, 100)
    assert refusals(cast.tenant_id, "vault:material:begin") == ["access.scope"] + ["access.role"] * 5
    assert rows(cast.tenant_id)[0] == 0
