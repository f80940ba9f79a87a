"""vault:secret:discard"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services as imports
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries, services
from fengni.apps.vault.models import Record, RecordHistory, Unit
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.owner import rows_of_the_store
from tests.apps.imports.sheets import row, sheet, stored
from tests.apps.vault.box import page, reveal, switch, with_box
from tests.apps.vault.files import entries, refusals
from tests.cast import assemble, found, now


def boxes(actor: Actor) -> list[tuple[str, int]]:
    """State and number of wrapped bytes of every box's unit."""
    with tenant(actor.tenant_id), transaction.atomic():
        units = Unit.objects.filter(retention_class="secret_box").order_by("id")
        return [(unit.state, len(bytes(unit.wrapped))) for unit in units]


def test_the_box_of_one_file_is_destroyed_key_first_and_the_others_stay() -> None:
    owner = found()
    one, two = with_box(owner, "One1#pass", "Two2#pass")
    stored(owner, sheet([row(1, password="One3#pass")]))
    services.discard_secrets(actor=owner, at=now(), client_id=one)
    assert (page(owner, one).secrets, len(page(owner, two).secrets)) == ((), 1)
    assert sorted(boxes(owner))[0] == ("destroyed", 0)
    with tenant(owner.tenant_id), transaction.atomic():
        assert Record.objects.filter(client_id=one, record_class="secret").count() == 0
        assert RecordHistory.objects.count() == 0
        assert queries.unfaithful_records() == []
    assert reveal(owner, two).value == "Two2#pass"
    with pytest.raises(BadInput, match=r"vault.no-value"):
        reveal(owner, one)
    with pytest.raises(BadInput, match=r"vault.box-empty"):
        services.discard_secrets(actor=owner, at=now(), client_id=one)
    done = [e for e in entries(owner.tenant_id) if e["act"] == "vault:secret:discard"]
    assert [(e["outcome"], e["facts"]["records"]) for e in done] == [("done", 1)]


def test_a_later_import_fills_a_new_box() -> None:
    owner = found()
    client_id = with_box(owner)[0]
    services.discard_secrets(actor=owner, at=now(), client_id=client_id)
    stored(owner, sheet([row(1, password="New4#pass")]))
    assert reveal(owner, client_id).value == "New4#pass"
    assert sorted(state for state, _ in boxes(owner)) == ["destroyed", "live"]


def test_an_import_whose_box_was_destroyed_can_still_be_undone() -> None:
    owner = found()
    empty = rows_of_the_store(owner.tenant_id)
    switch(owner, keep=True)
    job_id = stored(owner, sheet([row(1, password="One1#pass")]))
    with tenant(owner.tenant_id):
        client_id = queries.clients_page(actor=owner, at=now()).rows[0].id
    services.discard_secrets(actor=owner, at=now(), client_id=client_id)
    imports.undo_job(actor=owner, at=now(), job_id=job_id)
    assert rows_of_the_store(owner.tenant_id) == empty


def test_undo_gives_the_box_back_what_it_held() -> None:
    owner = found()
    client_id = with_box(owner, "Old1#pass")[0]
    before = rows_of_the_store(owner.tenant_id)
    job_id = stored(owner, sheet([row(1, password="New2#pass")]))
    imports.undo_job(actor=owner, at=now(), job_id=job_id)
    assert rows_of_the_store(owner.tenant_id) == before
    assert reveal(owner, client_id).value == "Old1#pass"


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = with_box(cast.owner)[0]
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.dpo, "access.role"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
    ):
        with pytest.raises(Denied, match=code):
            services.discard_secrets(actor=who, at=now(), client_id=client_id)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        services.discard_secrets(actor=cast.stranger, at=now(), client_id=client_id)
    assert len(refusals(cast.tenant_id, "vault:secret:discard")) == 6
    assert boxes(cast.owner)[0][0] == "live"
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    services.discard_secrets(actor=cast.agent, at=now(), client_id=client_id)
