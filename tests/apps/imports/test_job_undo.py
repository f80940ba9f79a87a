"""imports:job:undo"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services
from fengni.apps.ledger import queries as ledger
from fengni.apps.parties import queries as parties_queries
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.owner import rows_of_the_store
from tests.apps.imports.sheets import entries, look, row, sheet, stored
from tests.apps.matters.making import open_matter
from tests.cast import assemble, now


def test_undo_restores_every_row_byte_for_byte() -> None:
    cast = assemble()
    rows = [row(n) for n in range(1, 5)]
    stored(cast.agent, sheet(rows))
    before = rows_of_the_store(cast.tenant_id)
    rows[0] = row(1, mobile=row(8)[4])
    second = stored(cast.agent, sheet([*rows, row(6)]))
    assert rows_of_the_store(cast.tenant_id) != before
    services.undo_job(actor=cast.agent, at=now(), job_id=second)
    assert rows_of_the_store(cast.tenant_id) == before
    assert look(cast.agent, second).row.state == "undone"
    assert entries(cast.agent, "imports:job:undo") == ["done"]


def test_undo_of_a_first_import_leaves_nothing() -> None:
    cast = assemble()
    empty = rows_of_the_store(cast.tenant_id)
    job_id = stored(cast.agent, sheet([row(n) for n in range(1, 5)]))
    services.undo_job(actor=cast.agent, at=now(), job_id=job_id)
    assert rows_of_the_store(cast.tenant_id) == empty
    with pytest.raises(BadInput, match=r"imports\.nothing-to-undo"):
        services.undo_job(actor=cast.agent, at=now(), job_id=job_id)


def test_undo_is_no_way_into_files_that_were_handed_over() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1)]))
    with tenant(cast.tenant_id), transaction.atomic():
        [client_id] = parties_queries.assigned_clients(actor=cast.agent, at=now())
    parties.assign_client(actor=cast.lead, at=now(), client_id=client_id, member_id=cast.colleague.id)
    parties.unassign_client(actor=cast.lead, at=now(), client_id=client_id, member_id=cast.agent.id)
    before = rows_of_the_store(cast.tenant_id)
    with pytest.raises(Denied, match=r"vault.clients-outside-scope"):
        services.undo_job(actor=cast.agent, at=now(), job_id=job_id)
    assert rows_of_the_store(cast.tenant_id) == before
    with tenant(cast.tenant_id):
        [refused] = ledger.entries(cast.owner, refused=True).waiting
    assert refused.refused_text.startswith("表中有 若干 家企业")  # the entry keeps the code, not the count
    services.undo_job(actor=cast.owner, at=now(), job_id=job_id)


def test_an_undo_that_matters_stand_against_names_them() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1), row(2)]))
    with tenant(cast.tenant_id), transaction.atomic():
        person = vault.persons_page(actor=cast.agent, at=now()).rows[0]
    open_matter(cast.agent, person.client_id, person.person_id)
    before = rows_of_the_store(cast.tenant_id)
    with pytest.raises(BadInput) as refused:
        services.undo_job(actor=cast.agent, at=now(), job_id=job_id)
    assert (refused.value.code, refused.value.params["n"]) == ("imports.undo-has-matters", 1)
    assert str(refused.value.params["matters"]).startswith("M-")
    assert rows_of_the_store(cast.tenant_id) == before


def test_undo_ends_after_seven_days_and_belongs_to_the_uploader() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1)]))
    with pytest.raises(BadInput, match=r"imports\.undo-over"):
        services.undo_job(actor=cast.agent, at=now() + timedelta(days=7, minutes=1), job_id=job_id)
    for actor, refusal in ((cast.colleague, Denied), (cast.stranger, BadInput), (cast.auditor, Denied)):
        with pytest.raises(refusal):
            services.undo_job(actor=actor, at=now(), job_id=job_id)
    services.undo_job(actor=cast.owner, at=now() + timedelta(days=6), job_id=job_id)
