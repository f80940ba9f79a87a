"""vault:material:expire"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections, transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services, tasks
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import make_client
from tests.apps.vault.uploads import begun, faithful, listed, rows, send, upload
from tests.cast import assemble, found, now

pytestmark = pytest.mark.usefixtures("apart")  # what it starts goes through every tenant


def test_after_a_day_an_unfinished_upload_goes_with_its_key_and_what_is_whole_stays() -> None:
    owner = found()
    client_id = make_client(owner)
    kept = upload(owner, client_id)
    old, young = begun(owner, client_id, 5_000), begun(owner, client_id, 5_000)
    send(owner, old, 0, b"x" * 2_000)
    with tenant(owner.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        older = "UPDATE vault_material SET created_at = created_at - interval '25 hours' WHERE id <> %s"
        cursor.execute(older, [young])
    tasks.sweep_uploads(timestamp=0)
    assert {row.id for row in listed(owner, client_id)} == {kept.material_id, young}
    assert sorted(rows(owner.tenant_id)[2]) == ["destroyed", "live", "live"]
    assert faithful(owner.tenant_id)


def test_not_before_its_time_and_never_what_is_whole() -> None:
    owner = found()
    client_id = make_client(owner)
    system = system_actor(owner.tenant_id)
    for material_id in (begun(owner, client_id, 10), upload(owner, client_id).material_id):
        with pytest.raises(BadInput, match=r"vault.upload-living"):
            services.expire_material(actor=system, at=now(), material_id=material_id)


def test_nobody_but_the_product_does_it() -> None:
    cast = assemble()
    material_id = begun(cast.owner, make_client(cast.owner), 10)
    later = now() + timedelta(hours=30)
    for who in (cast.owner, cast.agent, cast.dpo, cast.auditor, cast.admin, cast.intruder, cast.stranger):
        with pytest.raises(Denied):
            services.expire_material(actor=who, at=later, material_id=material_id)
