"""rotations:rotation:step"""

from __future__ import annotations

import pytest

from fengni.apps.rotations import queries, services, tasks
from fengni.apps.vault import services as vault
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.rotations.scene import begin, finish, rows
from tests.apps.vault.files import CANARY_ID, entries, make_client, make_person
from tests.cast import assemble, now

_EPOCHS = "SELECT epoch, count(*) FROM vault_unit WHERE state = 'live' GROUP BY 1 ORDER BY 1"


def test_a_batch_moves_keys_that_open_before_and_after_and_no_key_is_counted() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    person = make_person(cast.owner, client)
    rotation = begin(cast)
    for one in (cast.agent, cast.colleague, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.step_rotation(actor=one, at=now(), rotation_id=rotation)
    with pytest.raises(Denied, match=r"rotations\.no-such-rotation"):
        services.step_rotation(actor=cast.stranger, at=now(), rotation_id=rotation)
    assert rows(cast, _EPOCHS) == [(1, 3)]
    make_client(cast.owner, 2)
    assert rows(cast, _EPOCHS) == [(1, 3), (2, 1)]
    step = services.step_rotation(actor=cast.dpo, at=now(), rotation_id=rotation).value
    assert (step.moved, step.refused) == (3, 0)
    assert rows(cast, _EPOCHS) == [(2, 4)]
    assert entries(cast.tenant_id)[-1]["facts"] == {"moved": 3, "not_moved": 0}
    again = services.step_rotation(actor=system_actor(cast.tenant_id), at=now(), rotation_id=rotation).value
    assert (again.moved, again.whole) == (0, True)
    shown = vault.reveal_field(
        actor=cast.owner, at=now(), client_id=client, subject_id=person, kind="id_number",
        purpose="purpose.verify_identity", reason="核对身份",
    )  # fmt: skip
    assert shown.value.value == CANARY_ID
    finish(cast, rotation)
    with pytest.raises(BadInput, match=r"rotations\.over"):
        services.step_rotation(actor=cast.owner, at=now(), rotation_id=rotation)


def test_the_worker_goes_on_and_writes_nothing_where_nothing_is_left() -> None:
    cast = assemble()
    make_client(cast.owner)
    begin(cast)
    until = now().replace(year=2100)
    assert tasks._gone_on(cast.tenant_id, until)
    assert rows(cast, _EPOCHS) == [(2, 1)]
    told = len(entries(cast.tenant_id))
    assert tasks._gone_on(cast.tenant_id, until)
    assert len(entries(cast.tenant_id)) == told
    from django.db import transaction

    from fengni.apps.common.tenancy import tenant

    with tenant(cast.tenant_id), transaction.atomic():
        page = queries.rotations_page(actor=cast.auditor, at=now())
        mine = queries.rotations_page(actor=cast.security, at=now())
    assert page.running is not None
    assert (page.running.state, page.running.done, page.running.left, page.epochs) == ("moved", 1, 0, (1, 2))
    assert (page.can, mine.can) == ((), ("finish",))
