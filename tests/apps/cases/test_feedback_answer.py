"""cases:feedback:answer: the loop is closed by the matter's lead or whoever answers for the house."""

from __future__ import annotations

import pytest

from fengni.apps.cases import services
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import stored
from tests.apps.cases.test_feedback_give import closed, give
from tests.apps.vault.files import entries
from tests.cast import now

ANSWER = "谢谢，已转告经办同事"


def test_the_loop_is_closed_once() -> None:
    cast, made, _one, guest = closed()
    case_id = give(guest, made.matter_id, 2)
    services.answer_feedback(actor=cast.agent, at=now(), case_id=case_id, reason=ANSWER)
    case = stored(cast, case_id)
    assert (case.state, case.answered_by) == ("done", cast.agent.id)
    assert entries(cast.tenant_id)[-1]["facts"] == {"score": 2, "late": 0}
    with pytest.raises(BadInput, match=r"cases\.answered"):
        services.answer_feedback(actor=cast.lead, at=now(), case_id=case_id, reason=ANSWER)


def test_who_may_answer() -> None:
    cast, made, _one, guest = closed()
    case_id = give(guest, made.matter_id)
    with pytest.raises(Denied, match=r"access\.scope"):
        services.answer_feedback(actor=cast.colleague, at=now(), case_id=case_id, reason=ANSWER)
    for who in (cast.auditor, cast.security, cast.admin, cast.intruder, guest):
        with pytest.raises(Denied, match=r"access\.role"):
            services.answer_feedback(actor=who, at=now(), case_id=case_id, reason=ANSWER)
    with pytest.raises(Denied, match=r"cases\.no-such-case"):
        services.answer_feedback(actor=cast.stranger, at=now(), case_id=case_id, reason=ANSWER)
    with pytest.raises(BadInput, match=r"cases\.answer-missing"):
        services.answer_feedback(actor=cast.dpo, at=now(), case_id=case_id, reason="")
