"""A client asks for deletion soon after closing: the deed by two persons, then the answer with three real lists."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from fengni.apps.accounts import services as accounts
from fengni.apps.cases import queries, services
from fengni.apps.cases.models import Case
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import running
from fengni.apps.disposals import services as disposals
from fengni.apps.guests import services as guests
from fengni.apps.ledger import sealer
from fengni.apps.matters.models import Participant
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.ledger import verifier
from tests.apps.agreements.sharing import guest_actor
from tests.apps.disposals.closing import NUMBER, Scene, backups_end, disposal_of, parts_of, reveal, rows, scene
from tests.apps.vault.files import CANARY_MOBILE, entries, make_person
from tests.cast import now
from tests.web.browsing import signed_in

ANSWER = "已按您的请求办理"


def _asked(at: Scene) -> tuple[Actor, UUID]:
    made = guests.invite_person(
        actor=at.cast.owner, at=now(), client_id=at.client, person_id=at.person, contact="mobile",
        expires_at=now() + timedelta(days=7),
    ).value  # fmt: skip
    with tenant(at.cast.tenant_id), transaction.atomic():
        Participant.objects.create(
            tenant_id=at.cast.tenant_id, matter_id=at.matter, person_id=at.person, parts=["shareholder"]
        )
    guest = guest_actor(at.cast.tenant_id, made.guest_id, "client")
    return guest, services.raise_right(actor=guest, at=now(), right="delete").value


def _grant(at: Scene, case_id: UUID, *, granted: bool = True) -> None:
    services.answer_right(actor=at.cast.dpo, at=now(), case_id=case_id, granted=granted, reason=ANSWER)


def test_asked_two_days_after_closing_it_is_done_at_once_and_answered_with_what_was_really_done() -> None:
    at = scene(closed_days=2)
    other = make_person(at.cast.owner, at.client, name="顾南乔", id_number="", mobile="15400000077")
    with pytest.raises(BadInput, match=r"disposals\.nobody-asked"):
        disposals.propose_disposal(
            actor=at.cast.dpo, at=now(), client_id=at.client, person_id=at.person, number=NUMBER, reason="删除"
        )
    guest, case_id = _asked(at)
    dpo, lead = signed_in(at.cast.dpo), signed_in(at.cast.lead)
    page = dpo.get(f"/cases/{case_id}/").content.decode()
    assert all(words in page for words in ("将销毁", "手机", "封存", "身份证", NUMBER, "真正办完之后才能选"))
    answer = dpo.post(f"/cases/{case_id}/answer/", {"granted": "1", "reason": ANSWER})
    assert (answer.status_code, "没有销毁" in answer.content.decode()) == (400, True)
    assert dpo.post(f"/cases/{case_id}/propose/", {"number": "M-1"}).status_code == 400
    assert dpo.post(f"/cases/{case_id}/propose/", {"number": NUMBER}).status_code == 302
    with tenant(at.cast.tenant_id), transaction.atomic():
        row = queries.case(actor=at.cast.dpo, at=now(), case_id=case_id)
        found = queries.deletion(actor=at.cast.dpo, at=now(), row=row)
    assert found is not None
    assert (found.state, found.may) == ("proposed", ())
    disposal = found.disposal_id
    assert disposal is not None
    with pytest.raises(BadInput, match=r"cases\.delete-first-run"):
        _grant(at, case_id)
    assert lead.post(f"/disposals/{disposal}/approve/", {"number": NUMBER}).status_code == 302
    shown = lead.get(f"/disposals/{disposal}/").content.decode()
    assert f"/cases/{case_id}/" in shown
    parts = parts_of(at.cast, disposal)
    assert {part.person_id for part in parts} == {at.person}
    assert sorted(kind for part in parts if part.fate == "destroy" for kind in part.kinds) == ["bank_account", "mobile"]
    assert "已按您的请求销毁" in dpo.get(f"/cases/{case_id}/").content.decode()
    assert dpo.post(f"/cases/{case_id}/answer/", {"granted": "1", "reason": ANSWER}).status_code == 302

    told = entries(at.cast.tenant_id)[-1]["facts"]
    assert (told["destroyed"], told["beyond"], told["disposal"]) == (2, 1, disposal.hex)
    assert told["sealed"] >= 2
    backups_end(at.cast)
    disposals.issue_certificate(actor=at.cast.dpo, at=now(), disposal_id=disposal)
    sealer.seal_round(at=now())
    with tenant(at.cast.tenant_id), transaction.atomic():
        file = queries.own_certificate(actor=guest, case_id=case_id)
        report = verifier.check(file)
        assert verifier.check(file, key=report.fingerprint).status == "verified"
        [case] = queries.rights_page(actor=guest, at=now()).cases
        assert case.certified
        assert Case.objects.get(id=case_id).deed_id == disposal
    assert case.lists is not None
    assert set(case.lists.destroyed) == {"mobile", "bank_account"}
    assert {kind for kind, _ in case.lists.sealed} >= {"name", "id_number"}
    assert case.lists.beyond == (NUMBER,)
    assert reveal(at.cast.lead, at.other, at.person, "mobile") == CANARY_MOBILE  # the person's open matter elsewhere
    assert reveal(at.cast.lead, at.client, other, "mobile") == "15400000077"  # nobody asked for this one


def test_a_request_while_a_matter_is_open_or_on_hold_says_why_and_is_never_granted_without_a_deed() -> None:
    at = scene(closed_days=2)
    rows(at.cast, "UPDATE matters_matter SET state = 'open', closed_at = NULL WHERE id = %s", at.matter)
    _, case_id = _asked(at)
    dpo = signed_in(at.cast.dpo)
    assert f"事项 {NUMBER} 还在办理" in dpo.get(f"/cases/{case_id}/").content.decode()
    with pytest.raises(BadInput, match=r"cases\.delete-first-run"):
        _grant(at, case_id)
    rows(at.cast, "UPDATE matters_matter SET state = 'closed', closed_at = now() WHERE id = %s", at.matter)
    disposals.set_hold(actor=at.cast.dpo, at=now(), client_id=at.client, reason="有争议")
    assert "暂停销毁" in dpo.get(f"/cases/{case_id}/").content.decode()
    with pytest.raises(BadInput, match=r"cases\.delete-first-run"):
        _grant(at, case_id)
    with pytest.raises(IntegrityError, match="cases_done_has_deed"):
        rows(at.cast, "UPDATE cases_case SET state = 'done' WHERE id = %s", case_id)


def test_refusing_takes_the_proposed_destruction_back_and_silence_leaves_nothing_open() -> None:
    at = scene(closed_days=2)
    _, case_id = _asked(at)

    def propose(days: int = 0) -> UUID:
        return disposals.propose_disposal(
            actor=at.cast.lead, at=now() + timedelta(days=days), client_id=at.client, person_id=at.person,
            number=NUMBER, reason="本人请求",
        ).value  # fmt: skip

    first = propose()
    with pytest.raises(BadInput, match=r"disposals\.open-already"):
        propose()
    second = propose(days=8)  # nobody agreed within a week
    assert disposal_of(at.cast, first).state == "withdrawn"
    disposals.approve_disposal(actor=at.cast.dpo, at=now(), disposal_id=second, number=NUMBER)
    _grant(at, case_id, granted=False)
    assert disposal_of(at.cast, second).state == "withdrawn"
    with pytest.raises(BadInput, match=r"disposals\.not-now"):
        running.carry_out(actor=at.cast.dpo, disposal_id=second, clock=now)
    with pytest.raises(BadInput, match=r"disposals\.n"):  # the thirty days hold again
        propose()
    assert reveal(at.cast.lead, at.client, at.person, "mobile") == CANARY_MOBILE


def test_after_the_first_key_is_gone_it_cannot_be_refused_any_more_and_rest_tells_the_same() -> None:
    at = scene(closed_days=2)
    _, case_id = _asked(at)
    token = accounts.issue_token(actor=at.cast.dpo, at=now(), label="测试").value
    caller = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    told = caller.get(f"/api/v1/cases/{case_id}/deletion").json()
    assert (told["state"], told["may"], told["lists"]["beyond"]) == ("waiting", ["propose"], [NUMBER])
    body = {"client_id": str(at.client), "person_id": str(at.person), "number": NUMBER, "reason": "本人请求"}
    made = UUID(caller.post("/api/v1/disposals", body, content_type="application/json").json()["id"])
    disposals.approve_disposal(actor=at.cast.lead, at=now(), disposal_id=made, number=NUMBER)
    unit = next(part.unit_id for part in parts_of(at.cast, made) if part.fate == "destroy")
    disposals.destroy_unit(actor=at.cast.lead, at=now(), disposal_id=made, unit_id=unit)
    with pytest.raises(BadInput, match=r"disposals\.begun"):
        _grant(at, case_id, granted=False)
    with pytest.raises(BadInput, match=r"cases\.delete-first-run"):
        _grant(at, case_id)
    running.carry_out(actor=at.cast.lead, disposal_id=made, clock=now)
    told = caller.get(f"/api/v1/cases/{case_id}/deletion").json()
    assert (told["state"], told["may"]) == ("done", ["answer"])
    _grant(at, case_id)
    with pytest.raises(Denied, match=r"access\.role"):
        services.answer_right(actor=at.cast.agent, at=now(), case_id=case_id, granted=True, reason=ANSWER)
