"""imports:job:confirm"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import services
from fengni.apps.imports.models import Job
from fengni.apps.vault import queries as vault
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.sheets import checked, entries, look, row, sheet, store, upload
from tests.cast import assemble, now


def test_a_checked_import_is_handed_to_the_worker_once() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1)]))
    services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)
    assert look(cast.agent, job_id).row.state == "storing"
    assert entries(cast.agent, "imports:job:confirm") == ["done"]
    with pytest.raises(BadInput, match=r"imports\.not-checked-yet"):
        services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)


def test_nothing_is_stored_before_the_check_is_done_or_by_others() -> None:
    cast = assemble()
    waiting = upload(cast.agent, sheet([row(1)]))
    with pytest.raises(BadInput, match=r"imports\.not-checked-yet"):
        services.confirm_job(actor=cast.agent, at=now(), job_id=waiting)
    ready = checked(cast.agent, sheet([row(1)]))
    services.answer_job(actor=cast.agent, at=now(), job_id=ready, mapping={}, answers=())
    with pytest.raises(BadInput, match=r"imports\.not-checked-yet"):
        services.confirm_job(actor=cast.agent, at=now(), job_id=ready)
    for actor, refusal in ((cast.colleague, Denied), (cast.stranger, BadInput), (cast.auditor, Denied)):
        with pytest.raises(refusal):
            services.confirm_job(actor=actor, at=now(), job_id=ready)


def test_a_demo_takes_nothing_of_a_file_that_may_hold_somebodys_numbers() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1), row(2, id=real_looking())]))
    assert "intake.notice.real-data" in look(cast.agent, job_id).view["notices"]
    with pytest.raises(BadInput, match=r"imports\.real-data-in-demo"):
        services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)
    assert look(cast.agent, job_id).row.state == "checked"


def test_a_plan_with_such_numbers_is_not_stored_even_when_it_was_confirmed() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1), row(2, id=real_looking())]))
    with tenant(cast.tenant_id), transaction.atomic():
        Job.objects.filter(id=job_id).update(result={"real_data": 0})
    services.confirm_job(actor=cast.agent, at=now(), job_id=job_id)
    store(cast.agent, job_id)
    page = look(cast.agent, job_id)
    assert (page.row.state, page.row.error) == ("refused", "imports.real-data-in-demo")
    with tenant(cast.tenant_id):
        assert vault.clients_page(actor=cast.owner, at=now()).total == 0


def real_looking() -> str:
    """A number of a region that exists, with a right check digit: the first of its day, given to nobody."""
    body = "11010119000101000"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]
