"""imports:job:commit"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.accounts.models import Member
from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services
from fengni.apps.imports.models import Job
from fengni.apps.vault import queries as vault
from fengni.core.errors import BadInput
from tests.apps.imports.sheets import checked, entries, firm, left_over, look, row, sheet, store, stored
from tests.cast import assemble, now


def test_clients_and_persons_are_there_and_the_key_is_dead() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1), row(2)]))
    with tenant(cast.tenant_id):
        page = vault.clients_page(actor=cast.agent, at=now())
    assert sorted(r.name for r in page.rows) == [firm(1), firm(2)]
    result = look(cast.agent, job_id).row.result
    assert (result["clients"]["created"], result["persons"]["created"]) == (2, 2)
    assert left_over(cast.agent, job_id)[0] == 0
    with tenant(cast.tenant_id), transaction.atomic():
        job = Job.objects.get(id=job_id)
    assert (job.key_wrapped, job.answers) == (None, None)
    assert entries(cast.agent, "imports:job:commit") == ["done"]


def test_a_second_run_of_the_same_task_stores_nothing_more() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1)]))
    store(cast.agent, job_id)
    assert entries(cast.agent, "imports:job:commit") == ["done"]
    with pytest.raises(BadInput, match=r"imports\.overtaken"):
        services.commit_job(actor=cast.agent, at=now(), job_id=job_id, progress=lambda done, total: None)


def test_the_same_file_again_changes_nothing_and_a_corrected_one_only_what_differs() -> None:
    cast = assemble()
    rows = [row(n) for n in range(1, 6)]
    stored(cast.agent, sheet(rows))
    again = look(cast.agent, stored(cast.agent, sheet(rows))).row.result
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 10)
    rows[2] = row(3, mobile=row(9)[4])
    corrected = look(cast.agent, stored(cast.agent, sheet(rows))).row.result
    assert (corrected["created"], corrected["updated"], corrected["unchanged"]) == (0, 1, 9)


def test_a_member_who_may_no_more_stores_nothing() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1)]))
    services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)
    with tenant(cast.tenant_id), transaction.atomic():
        Member.objects.filter(id=cast.agent.id).update(roles=["auditor"])
    store(cast.agent, job_id)
    row_ = look(cast.owner, job_id).row
    assert (row_.state, row_.error) == ("refused", "access.role")
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.owner, at=now()).total == 0
    assert entries(cast.agent, "imports:job:commit") == ["refused:access.role"]


def test_passwords_are_listed_and_not_stored() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1, password="Ab1#tax"), row(2)]))
    page = look(cast.agent, job_id)
    assert page.view["secrets"] == [{"sheet": "客户", "cell": "G2", "service": "tax"}]
    assert page.row.result["passwords"] == 1
