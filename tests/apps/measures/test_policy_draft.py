"""measures:policy:draft"""

from __future__ import annotations

import pytest

from fengni.apps.measures import policies, services
from fengni.core.errors import BadInput, Denied
from fengni.core.fictitious import id_number, mobile
from tests.apps.measures.governing import TEXT, approved, drafted, page
from tests.apps.vault.files import entries
from tests.cast import assemble, now
from tests.web.browsing import signed_in


def test_a_draft_holds_nothing_until_it_is_approved() -> None:
    cast = assemble()
    first, _ = approved(cast)
    drafted(cast, TEXT + "\n补充一条：下班前清空桌面。")
    shown = page(cast.agent)
    assert [(one.number, one.state) for one in shown.rows] == [(2, "draft"), (1, "in_force")]
    assert shown.standing is not None
    assert (shown.standing.id, shown.standing.text) == (first, TEXT)
    entry = entries(cast.tenant_id)[-1]
    assert (entry["facts"]["number"], "桌面" in str(entry)) == (2, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [("太短", "length"), ("字" * 20_001, "length"), (f"{TEXT}\n联系电话 {mobile(3)}", "personal"),
     (f"{TEXT}\n负责人身份证号 {id_number('19850121', 35)}", "personal"), (f"{TEXT}\na@example.com", "personal"),
     (f"  {TEXT}\r\n", "same")],
)  # fmt: skip
def test_what_is_no_policy_is_refused_and_stays_on_the_screen(text: str, code: str) -> None:
    cast = assemble()
    drafted(cast)
    with pytest.raises(BadInput, match=rf"measures\.policy-{code}"):
        services.draft_policy(actor=cast.owner, at=now(), text=text)
    answer = signed_in(cast.dpo).post("/measures/policy/draft/", {"text": text})
    assert (answer.status_code, text.strip()[-12:] in answer.content.decode()) == (400, True)


def test_both_standard_texts_can_be_kept() -> None:
    cast = assemble()
    for lang in ("zh", "en"):
        services.draft_policy(actor=cast.owner, at=now(), text=policies.standard(lang))  # type: ignore[arg-type]
    assert len(page(cast.owner).rows) == 2


def test_others_are_refused() -> None:
    cast = assemble()
    for who in (cast.agent, cast.lead, cast.auditor, cast.security, cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.draft_policy(actor=who, at=now(), text=TEXT)
    services.draft_policy(actor=cast.stranger, at=now(), text=TEXT)
    assert page(cast.owner).rows == ()
    with pytest.raises(Denied):
        page(cast.intruder)
