"""vault:material:begin"""

from __future__ import annotations

import pytest

from fengni.core.errors import Denied, UnreadableFile
from fengni.core.pictures.kinds import MOST_BYTES
from tests.apps.vault.files import make_client, refusals
from tests.apps.vault.uploads import begun, faithful, listed, rows
from tests.cast import assemble, found


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
    for size, code in ((0, "pictures.empty"), (MOST_BYTES + 1, "pictures.too-large")):
        with pytest.raises(UnreadableFile, match=code):
            begun(owner, client_id, size)


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    for who in (cast.agent, cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            begun(who, client_id, 100)
    assert refusals(cast.tenant_id, "vault:material:begin") == ["access.scope"] + ["access.role"] * 5
    assert rows(cast.tenant_id)[0] == 0
