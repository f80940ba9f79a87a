"""imports:job:confirm"""

from __future__ import annotations

import pytest

from fengni.apps.accounts.models import Tenant
from fengni.apps.imports import services
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.sheets import checked, entries, look, row, sheet, upload
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


def test_the_switch_for_keeping_passwords_refuses_with_a_sentence_while_there_is_no_box() -> None:
    cast = assemble()
    Tenant.objects.filter(id=cast.tenant_id).update(keeps_passwords=True)
    with_password = checked(cast.agent, sheet([row(1, password="Ab1#tax")]))
    with pytest.raises(BadInput, match=r"imports\.passwords-stay-out"):
        services.confirm_job(actor=cast.agent, at=now(), job_id=with_password)
    assert look(cast.agent, with_password).row.state == "checked"
    without = checked(cast.agent, sheet([row(2)]))
    services.confirm_job(actor=cast.agent, at=now(), job_id=without)
