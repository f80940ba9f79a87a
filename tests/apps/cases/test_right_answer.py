"""cases:right:answer: granted means done. What has no effect to run cannot be called done."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from fengni.apps.cases import effects, services
from fengni.apps.cases.effects import Consequences, Deed, Effect
from fengni.apps.cases.models import RIGHTS, Case
from fengni.core.errors import BadInput, Denied
from tests.apps.cases.asking import Watched, browser, stored, watched
from tests.apps.vault.files import entries
from tests.cast import now

ANSWER = "已按您的请求办理"


@pytest.fixture
def without_effects() -> Iterator[None]:
    """Only what a test registers."""
    former = dict(effects._EFFECTS)
    effects._EFFECTS.clear()
    yield
    effects._EFFECTS.clear()
    effects._EFFECTS.update(former)


def _asked(right: str, **more: str) -> tuple[Watched, UUID]:
    seen = watched()
    return seen, services.raise_right(actor=seen.guest, at=now(), right=right, **more).value


def test_access_is_answered_and_the_client_reads_it() -> None:
    seen, case_id = _asked("access")
    services.answer_right(actor=seen.cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    assert stored(seen.cast, case_id).state == "done"
    assert ANSWER in browser(seen).get("/cases/my/rights/").content.decode()
    entry = next(e for e in entries(seen.cast.tenant_id) if e["act"] == "cases:right:answer")
    assert entry["facts"] == {"right": "access", "granted": 1, "late": 0, "fields": 3}


@pytest.mark.parametrize("right", RIGHTS)
def test_what_was_not_carried_out_is_not_closed_as_done(right: str, without_effects: None) -> None:
    seen, case_id = _asked(right, **({"field": "mobile", "reason": "换了号码"} if right == "correct" else {}))
    with pytest.raises(BadInput, match=r"cases\.no-effect-yet"):
        services.answer_right(actor=seen.cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    assert stored(seen.cast, case_id).state == "open"
    services.answer_right(actor=seen.cast.dpo, at=now(), case_id=case_id, granted=False, reason="依法须保存")
    assert stored(seen.cast, case_id).state == "refused"


def test_an_effect_runs_inside_the_answer(without_effects: None) -> None:
    seen, case_id = _asked("delete")
    ran: list[UUID] = []

    def carry_out(case: Case, _at: object) -> Deed:
        ran.append(case.person_id)
        return Deed({"units": 2}, case.id)

    known = Consequences(destroyed=("mobile",), beyond=("登记机关",))
    effects.register("delete", Effect(lambda *_: known, carry_out))
    shown = browser(seen).get("/cases/my/rights/delete/").content.decode()
    assert "登记机关" in shown
    assert "手机" in shown
    services.answer_right(actor=seen.cast.dpo, at=now(), case_id=case_id, granted=True, reason=ANSWER)
    assert ran == [seen.person_id]
    entry = next(e for e in entries(seen.cast.tenant_id) if e["act"] == "cases:right:answer")
    assert entry["facts"]["units"] == 2


def test_who_may_answer() -> None:
    seen, case_id = _asked("copy")
    cast = seen.cast
    given = {"at": now(), "case_id": case_id, "granted": True, "reason": ANSWER}
    for who in (cast.agent, cast.auditor, cast.security, cast.admin, cast.intruder, seen.guest):
        with pytest.raises(Denied, match=r"access\.role"):
            services.answer_right(actor=who, **given)
    with pytest.raises(Denied, match=r"cases\.no-such-case"):
        services.answer_right(actor=cast.stranger, **given)
    with pytest.raises(Denied, match=r"cases\.no-such-case"):
        services.answer_question(actor=cast.lead, at=now(), case_id=case_id, verdict="in_order", reason=ANSWER)
    with pytest.raises(BadInput, match=r"cases\.answer-missing"):
        services.answer_right(actor=cast.lead, **{**given, "reason": ""})
