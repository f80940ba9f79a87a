"""cases:question:answer: somebody else answers; the client reads it; the view opens again, or stays shut."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from fengni.apps.cases import queries, services
from fengni.apps.common.tenancy import tenant
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import Watched, browser, look, stored, watched
from tests.apps.vault.files import entries, refusals
from tests.cast import now
from tests.web.browsing import signed_in

ANSWER = "填写变更申请书需要完整号码"


def _asked() -> tuple[Watched, UUID]:
    seen = watched()
    return seen, services.raise_question(actor=seen.guest, at=now(), entry_id=seen.entry_id, reason="请说明原因").value


def test_in_order_and_the_view_opens_again() -> None:
    seen, case_id = _asked()
    services.answer_question(actor=seen.cast.dpo, at=now(), case_id=case_id, verdict="in_order", reason=ANSWER)
    look(seen.cast.agent, seen.client_id, seen.person_id)
    entry = next(e for e in entries(seen.cast.tenant_id) if e["act"] == "cases:question:answer")
    assert entry["facts"] == {"verdict": "in_order", "late": 0}
    assert ANSWER not in str(entry)
    assert ANSWER in browser(seen).get("/cases/my/seen/").content.decode()


def test_not_in_order_and_it_stays_shut_without_an_end() -> None:
    seen, case_id = _asked()
    late = stored(seen.cast, case_id).due_at + timedelta(minutes=1)
    services.answer_question(actor=seen.cast.lead, at=late, case_id=case_id, verdict="not_in_order", reason=ANSWER)
    with pytest.raises(Denied, match=r"access\.view-frozen"):
        look(seen.cast.agent, seen.client_id, seen.person_id)
    with tenant(seen.cast.tenant_id):
        row = queries.case(actor=seen.cast.lead, at=late, case_id=case_id)
    assert (row.state, row.late, row.answer, row.can) == ("frozen", True, ANSWER, ())


def test_whoever_was_asked_about_does_not_answer() -> None:
    seen = watched()
    entry = look(seen.cast.lead, seen.client_id, seen.person_id)
    case_id = services.raise_question(actor=seen.guest, at=now(), entry_id=entry, reason="请说明原因").value
    with pytest.raises(Denied, match=r"cases\.own-view"):
        services.answer_question(actor=seen.cast.lead, at=now(), case_id=case_id, verdict="in_order", reason=ANSWER)
    page = signed_in(seen.cast.lead).get(f"/cases/{case_id}/").content.decode()
    assert "请说明原因" not in page
    assert "客户对您的查看提出了疑问" in page
    assert refusals(seen.cast.tenant_id, "cases:question:answer") == ["cases.own-view"]


def test_an_answer_needs_words_and_a_verdict_and_is_given_once() -> None:
    seen, case_id = _asked()
    given = {"actor": seen.cast.dpo, "at": now(), "case_id": case_id}
    with pytest.raises(BadInput, match=r"cases\.answer-missing"):
        services.answer_question(verdict="in_order", reason=" ", **given)
    with pytest.raises(BadInput, match=r"cases\.verdict-unknown"):
        services.answer_question(verdict="", reason=ANSWER, **given)
    services.answer_question(verdict="in_order", reason=ANSWER, **given)
    with pytest.raises(BadInput, match=r"cases\.answered"):
        services.answer_question(verdict="in_order", reason=ANSWER, **given)


def test_who_may_answer() -> None:
    seen, case_id = _asked()
    cast = seen.cast
    for who in (cast.agent, cast.colleague, cast.auditor, cast.security, cast.admin, cast.intruder, seen.guest):
        with pytest.raises(Denied, match=r"access\.role"):
            services.answer_question(actor=who, at=now(), case_id=case_id, verdict="in_order", reason=ANSWER)
    with pytest.raises(Denied, match=r"cases\.no-such-case"):
        services.answer_question(actor=cast.stranger, at=now(), case_id=case_id, verdict="in_order", reason=ANSWER)


def test_the_console_answers_and_lists_with_clocks() -> None:
    seen, case_id = _asked()
    console = signed_in(seen.cast.dpo)
    assert "<progress" in console.get("/cases/").content.decode()
    assert "请说明原因" in console.get(f"/cases/{case_id}/").content.decode()
    assert console.post(f"/cases/{case_id}/answer/", {"verdict": "in_order", "reason": ""}).status_code == 400
    assert console.post(f"/cases/{case_id}/answer/", {"verdict": "in_order", "reason": ANSWER}).status_code == 302
    assert stored(seen.cast, case_id).state == "done"
    assert "还没有人提出" in signed_in(seen.cast.colleague).get("/cases/").content.decode()
