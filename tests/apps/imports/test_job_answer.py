"""imports:job:answer"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.imports import queries, services
from fengni.apps.imports.models import Job
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from fengni.core.intake.plan import Answer
from tests.apps.imports.sheets import answer, checked, look, row, sheet, upload
from tests.cast import assemble, now


def test_answers_settle_questions_and_later_ones_replace_earlier() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1, name="张三/李四", id="", mobile="")]))
    before = look(cast.agent, job_id).view
    assert [q["id"] for q in before["questions"]] == ["two-people"]
    assert before["counts"]["asked"] > 0
    split = answer(cast.agent, job_id, Answer("two-people", "split")).view
    assert (split["counts"]["asked"], split["persons"]) == (0, 2)
    left_out = answer(cast.agent, job_id, Answer("two-people", "skip")).view
    assert (left_out["counts"]["asked"], left_out["persons"]) == (0, 0)


def test_one_cell_is_replaced_by_what_is_right() -> None:
    cast = assemble()
    right = row(1)[3]
    job_id = checked(cast.agent, sheet([row(1, id=right[:-1] + ("0" if right[-1] != "0" else "1"))]))
    assert look(cast.agent, job_id).view["questions"][0]["id"] == "id-check"
    answer(cast.agent, job_id, Answer("cell:客户!D2", "replace", right))
    with tenant(cast.tenant_id):
        [cell] = [c for c in queries.cells(actor=cast.agent, job_id=job_id) if c.get("cell") == "D2"]
    assert cell["outcome"] == "imported"


def test_a_column_goes_where_the_user_says() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1), row(2)]))
    after = answer(cast.agent, job_id, **{"客户!E": "skip"}).view
    [column] = [c for c in after["columns"] if c["id"] == "客户!E"]
    assert (column["target"], column["by"]) == ("skip", "mapping")
    assert after["counts"]["skipped"] == 7 + 2


def test_what_was_typed_lies_sealed_under_the_job_key() -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1)]))
    typed = fictitious.mobile(27_182_818)
    services.answer_job(
        actor=cast.agent, at=now(), job_id=job_id, mapping={}, answers=(Answer("cell:客户!E2", "replace", typed),)
    )
    with tenant(cast.tenant_id), transaction.atomic():
        sealed = bytes(Job.objects.get(id=job_id).answers or b"")
    assert sealed
    assert typed.encode() not in sealed


@pytest.mark.parametrize("mask", ["9****************2", "陆＊衡", "••••"])
def test_a_mask_is_never_taken_for_a_value(mask: str) -> None:
    cast = assemble()
    job_id = checked(cast.agent, sheet([row(1)]))
    with pytest.raises(BadInput, match=r"imports\.masked-value"):
        services.answer_job(
            actor=cast.agent, at=now(), job_id=job_id, mapping={}, answers=(Answer("cell:客户!D2", "replace", mask),)
        )


def test_a_colleague_or_stranger_cannot_answer_and_a_dead_job_takes_no_answer() -> None:
    cast = assemble()
    job_id = upload(cast.agent, sheet([row(1)]))
    for actor, refusal in ((cast.colleague, Denied), (cast.stranger, BadInput), (cast.auditor, Denied)):
        with pytest.raises(refusal):
            services.answer_job(actor=actor, at=now(), job_id=job_id, mapping={}, answers=())
    services.cancel_job(actor=cast.agent, at=now(), job_id=job_id)
    with pytest.raises(BadInput, match=r"imports\.not-open"):
        services.answer_job(actor=cast.agent, at=now(), job_id=job_id, mapping={}, answers=())
