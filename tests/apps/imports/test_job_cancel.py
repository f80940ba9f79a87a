"""imports:job:cancel"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import sealing, services
from fengni.apps.imports.models import Job
from fengni.apps.imports.showing import ShownLine
from fengni.apps.vault import queries as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.sheets import analyse, checked, entries, left_over, look, row, sheet, store, stored, upload
from tests.cast import assemble, now


@pytest.mark.parametrize("after_check", [False, True])
def test_cancel_keeps_nothing(after_check: bool) -> None:
    cast = assemble()
    content = sheet([row(1)])
    job_id = checked(cast.agent, content) if after_check else upload(cast.agent, content)
    assert services.cancel_job(actor=cast.agent, at=now(), job_id=job_id).value is True
    assert left_over(cast.agent, job_id) == (0, 0)
    with tenant(cast.tenant_id), transaction.atomic():
        job = Job.objects.get(id=job_id)
    assert (job.state, job.key_wrapped, job.answers, job.view, bytes(job.title)) == ("cancelled", None, None, None, b"")
    with pytest.raises(BadInput, match=r"imports\.key-dead"):
        sealing.open_key(job, job.entry_id)
    assert analyse(cast.agent, job_id).row.state == "cancelled"  # a task that comes too late does nothing


def test_cancel_before_the_worker_begins_to_store() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1)]))
    services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)
    assert services.cancel_job(actor=cast.agent, at=now(), job_id=job_id).value is True
    store(cast.agent, job_id)
    assert look(cast.agent, job_id).row.state == "cancelled"
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.agent, at=now()).total == 0


def test_a_wish_to_stop_while_storing_rolls_everything_back() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(n) for n in range(1, 30)]))
    services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)

    def stop_at_the_last(done: int, total: int) -> None:
        """Storing is nearly over; the user presses stop in another process, which finds the worker at it."""
        _in_another_thread(lambda: answers.append(services.cancel_job(actor=cast.agent, at=now(), job_id=job_id).value))

    answers: list[bool] = []
    with pytest.raises(BadInput, match=r"imports\.stopped"):
        services.commit_job(actor=cast.agent, at=now(), job_id=job_id, progress=stop_at_the_last)
    assert set(answers) == {False}
    assert look(cast.agent, job_id).row.state == "storing"
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.agent, at=now()).total == 0
    assert services.cancel_job(actor=cast.agent, at=now(), job_id=job_id).value is True
    assert entries(cast.agent, "imports:job:commit") == []


def test_cancel_does_not_wait_for_a_check_that_writes_its_lines() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    answers: list[bool] = []

    def lines() -> Iterator[ShownLine]:
        """The check is in the midst of its lines when the user presses stop."""
        yield ShownLine(1, "imported", "{}")
        _in_another_thread(lambda: answers.append(services.cancel_job(actor=cast.agent, at=now(), job_id=job_id).value))

    with pytest.raises(BadInput, match=r"imports\.overtaken"):
        services.check_job(actor=cast.agent, at=now(), job_id=job_id, revision=0, view="{}", lines=lines(), figures={})
    assert answers == [True]
    assert look(cast.agent, job_id).row.state == "cancelled"


def _in_another_thread(work) -> None:  # type: ignore[no-untyped-def]  # any callable
    import threading

    from django.db import connection

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_others_cannot_cancel_and_what_is_over_stays() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    for actor, refusal in ((cast.colleague, Denied), (cast.stranger, BadInput), (cast.auditor, Denied)):
        with pytest.raises(refusal):
            services.cancel_job(actor=actor, at=now(), job_id=job_id)
    done = stored(cast.agent, sheet([row(1)]))
    with pytest.raises(BadInput, match=r"imports\.finished"):
        services.cancel_job(actor=cast.agent, at=now(), job_id=done)
