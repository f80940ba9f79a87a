"""imports:job:expire"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, sealing, services, tasks
from fengni.apps.imports.models import Job
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.sheets import checked, entries, left_over, look, row, sheet, stored, upload
from tests.apps.imports.worker import wait_until, working
from tests.cast import assemble, now

pytestmark = pytest.mark.usefixtures("apart")  # a worker and its sweep go through every tenant


def test_after_24_hours_the_key_is_dead_and_the_chunks_cannot_be_opened() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1)]))
    later = now() + timedelta(hours=24, minutes=1)
    with tenant(cast.tenant_id):
        assert queries.due(at=now()) == []
        assert queries.due(at=later) == [job_id]
    services.expire_job(actor=system_actor(cast.tenant_id), at=later, job_id=job_id)
    assert look(cast.agent, job_id).row.state == "expired"
    assert left_over(cast.agent, job_id) == (0, 0)
    with tenant(cast.tenant_id), transaction.atomic(), pytest.raises(BadInput, match=r"imports\.key-dead"):
        sealing.open_key(Job.objects.get(id=job_id), job_id)
    assert entries(cast.agent, "imports:job:expire") == ["done"]


def test_before_that_nothing_runs_out_and_nobody_but_the_product_may_end_it() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    with pytest.raises(BadInput, match=r"imports\.overtaken"):
        services.expire_job(actor=system_actor(cast.tenant_id), at=now(), job_id=job_id)
    with pytest.raises(Denied, match=r"access\.role"):
        services.expire_job(actor=cast.owner, at=now() + timedelta(days=2), job_id=job_id)


def test_the_sweep_ends_what_is_due_in_every_tenant() -> None:
    cast, other = assemble(), assemble()
    jobs = [(actor, upload(actor, sheet([row(1)]))) for actor in (cast.agent, other.lead)]
    for actor, job_id in jobs:
        with tenant(actor.tenant_id), transaction.atomic():
            Job.objects.filter(id=job_id).update(expires_at=now() - timedelta(minutes=1))
    tasks.sweep(timestamp=0)
    assert [look(actor, job_id).row.state for actor, job_id in jobs] == ["expired", "expired"]


def test_when_the_undo_window_is_over_the_lines_are_forgotten() -> None:
    cast = assemble()
    job_id = stored(cast.agent, sheet([row(1)]))
    assert left_over(cast.agent, job_id) == (0, 2)
    later = now() + timedelta(days=7, minutes=1)
    services.expire_job(actor=system_actor(cast.tenant_id), at=later, job_id=job_id)
    page = look(cast.agent, job_id)
    assert (page.row.state, page.view, left_over(cast.agent, job_id)) == ("done", {}, (0, 0))


def test_a_worker_sweeps_as_soon_as_it_starts(tmp_path: Path) -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    with tenant(cast.tenant_id), transaction.atomic():
        Job.objects.filter(id=job_id).update(expires_at=now() - timedelta(minutes=1))
    with working(tmp_path) as process:
        wait_until(lambda: look(cast.agent, job_id).row.state == "expired", process=process)
