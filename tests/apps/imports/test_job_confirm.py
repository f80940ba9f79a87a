"""imports:job:confirm"""

from __future__ import annotations

import pytest

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
