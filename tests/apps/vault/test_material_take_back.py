"""vault:material:take_back"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from fengni.apps.vault import services
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.owner import rows_of_the_store
from tests.apps.vault.files import make_client, make_person
from tests.apps.vault.uploads import faithful, listed, upload
from tests.cast import assemble, found, now
from tests.core.pictures import samples


def test_a_batch_goes_as_it_came_and_the_store_is_as_before() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    stays, batch = upload(owner, client_id, content=samples.webp()), uuid4()
    before = rows_of_the_store(owner.tenant_id)
    upload(owner, client_id, person_id, batch_id=batch)
    upload(owner, client_id, content=samples.png(), batch_id=batch)
    done = services.take_back_materials(actor=owner, at=now(), batch_id=batch)
    assert done.value == 2
    assert rows_of_the_store(owner.tenant_id) == before
    assert [row.id for row in listed(owner, client_id)] == [stays.material_id]
    assert faithful(owner.tenant_id)
    with pytest.raises(BadInput, match=r"vault.no-batch-to-take-back"):
        services.take_back_materials(actor=owner, at=now(), batch_id=batch)


def test_within_seven_days() -> None:
    owner, batch = found(), uuid4()
    client_id = make_client(owner)
    upload(owner, client_id, batch_id=batch)
    with pytest.raises(BadInput, match=r"vault.no-batch-to-take-back"):
        services.take_back_materials(actor=owner, at=now() + timedelta(days=8), batch_id=batch)
    assert len(listed(owner, client_id)) == 1


def test_only_by_whoever_brought_it() -> None:
    cast, batch = assemble(), uuid4()
    upload(cast.owner, make_client(cast.owner), batch_id=batch)
    for who in (cast.lead, cast.agent, cast.stranger):
        with pytest.raises(BadInput, match=r"vault.no-batch-to-take-back"):
            services.take_back_materials(actor=who, at=now(), batch_id=batch)
    for who in (cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            services.take_back_materials(actor=who, at=now(), batch_id=batch)
