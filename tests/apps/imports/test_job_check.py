"""imports:job:check"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, services, wording
from fengni.core.errors import BadInput, Denied
from tests.apps.imports.sheets import (
    CANARY_FIRM,
    CANARY_ID,
    CANARY_MOBILE,
    CANARY_PASSWORD,
    canary_row,
    checked,
    entries,
    look,
    row,
    sheet,
    stored,
    upload,
)
from tests.cast import assemble, now


def test_the_check_counts_every_cell_and_its_parts_add_up() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1, folk="汉族"), row(2, password="Ab1#tax"), row(3)]))
    view = look(cast.agent, job_id).view
    counts = view["counts"]
    assert counts["cells"] == 7 + 3 * 5 + 2
    assert counts["imported"] + counts["asked"] + counts["locked"] + counts["skipped"] == counts["cells"]
    assert view["health"]["id_numbers"] == 3
    assert view["health"]["passwords"] == 1
    assert view["enterprises"] == 3
    assert entries(cast.agent, "imports:job:check") == ["done"]
    with tenant(cast.tenant_id):
        report = queries.cells(actor=cast.agent, job_id=job_id)
    assert len(report) == counts["cells"] + 1
    assert report[-1] == {"counts": counts}
    assert {"sheet": "客户", "cell": "G3", "outcome": "locked", "reason": "intake.locked.password"} in report


def test_screens_get_masks_and_never_a_password() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([canary_row()]))
    with tenant(cast.tenant_id):
        shown = queries.lines(actor=cast.agent, job_id=job_id)
    said = repr(look(cast.agent, job_id).view) + repr(list(shown.page.object_list))
    assert CANARY_ID not in said
    assert CANARY_MOBILE not in said
    assert CANARY_PASSWORD not in said
    assert CANARY_FIRM in said  # names of one's clients are shown whole


def test_lines_are_filtered_by_outcome_and_counted() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(n, password="Ab1#tax" if n == 4 else "") for n in range(1, 60)]))
    with tenant(cast.tenant_id):
        every = queries.lines(actor=cast.agent, job_id=job_id)
        locked = queries.lines(actor=cast.agent, job_id=job_id, outcome="locked")
        last = queries.lines(actor=cast.agent, job_id=job_id, page=3)
    assert every.counts == {"skipped": 1, "imported": 58, "locked": 1, "all": 60}
    assert [(line["row"], line["firm"]) for line in locked.page.object_list] == [(5, "示例·远山4号智造有限公司")]
    assert [line["row"] for line in last.page.object_list] == list(range(51, 61))


def test_clients_of_colleagues_are_said_at_the_check() -> None:
    cast = assemble()
    stored(cast.colleague, sheet([row(1), row(2)]))
    page = look(cast.agent, checked(cast.agent, sheet([row(1), row(3)])))
    assert (page.view["outside"], page.row.state) == (1, "checked")
    assert "1 家企业是别的同事" in wording.check_words(page)["notices"][0]
    assert look(cast.owner, checked(cast.owner, sheet([row(1)]))).view["outside"] == 0


def test_a_colleague_cannot_give_a_result() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    with pytest.raises(Denied, match=r"access\.scope"):
        services.check_job(actor=cast.colleague, at=now(), job_id=job_id, revision=0, view="{}", lines=(), figures={})


def test_a_result_of_answers_that_were_changed_since_is_not_kept() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    services.answer_job(actor=cast.agent, at=now(), job_id=job_id, mapping={}, answers=())
    with pytest.raises(BadInput, match=r"imports\.overtaken"):
        services.check_job(actor=cast.agent, at=now(), job_id=job_id, revision=0, view="{}", lines=(), figures={})
    assert look(cast.agent, job_id).view == {}
