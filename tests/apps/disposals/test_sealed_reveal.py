"""disposals:sealed:reveal"""

from __future__ import annotations

from uuid import UUID

import pytest

from fengni.apps.approvals import services as approvals
from fengni.apps.disposals import services
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import Scene, destroyed, scene
from tests.apps.vault.files import CANARY_ID, entries, seen_of
from tests.cast import now


def _open(at: Scene, actor: Actor, kind: str = "id_number", client: UUID | None = None) -> str:
    done = services.reveal_sealed(
        actor=actor, at=now(), client_id=client or at.client, subject_id=at.person, kind=kind,
        purpose="purpose.answer_subject", reason="本人申请查阅",
    )  # fmt: skip
    return done.value.value


def _ask(at: Scene, actor: Actor) -> UUID:
    with pytest.raises(Denied, match=r"access\.second-person-required") as denied:
        _open(at, actor)
    told = denied.value.params
    done = approvals.ask_second_person(
        actor=actor, at=now(), act=str(told["act"]), resource_id=UUID(hex=str(told["resource"])),
        persons=int(told["persons"]), fields=tuple(str(told["fields"]).split()), detail="", reason="本人申请查阅",
    )  # fmt: skip
    return done.value


def test_the_dpo_and_a_lead_open_one_value_once() -> None:
    at = scene()
    destroyed(at)
    approvals.give_approval(actor=at.cast.lead, at=now(), request_id=_ask(at, at.cast.dpo))
    assert _open(at, at.cast.dpo) == CANARY_ID
    seen: dict[UUID, object] = dict(seen_of(at.cast.tenant_id))
    assert seen == {at.person: {"clear": 1, "fields": ["id_number"]}}
    assert entries(at.cast.tenant_id)[-1]["purpose"] == "purpose.answer_subject"
    with pytest.raises(Denied, match=r"access\.second-person-required"):
        _open(at, at.cast.dpo)


def test_one_of_the_two_is_the_dpo_and_the_yes_is_to_that_field() -> None:
    at = scene()
    destroyed(at)
    request = _ask(at, at.cast.lead)
    with pytest.raises(Denied, match=r"approvals\.not-yours"):
        approvals.give_approval(actor=at.cast.owner, at=now(), request_id=request)
    approvals.give_approval(actor=at.cast.dpo, at=now(), request_id=request)
    with pytest.raises(Denied, match=r"access\.second-person-required"):
        _open(at, at.cast.lead, kind="name")
    assert _open(at, at.cast.lead) == CANARY_ID


def test_what_is_not_sealed_is_viewed_in_the_usual_way() -> None:
    at = scene()
    with pytest.raises(BadInput, match=r"disposals\.not-sealed"):
        _open(at, at.cast.dpo)
    destroyed(at)
    with pytest.raises(BadInput, match=r"disposals\.not-sealed"):
        _open(at, at.cast.dpo, client=at.other)


def test_who_may() -> None:
    at = scene()
    destroyed(at)
    for who in (at.cast.agent, at.cast.auditor, at.cast.security, at.cast.admin, at.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            _open(at, who)
    with pytest.raises(Denied, match=r"parties\.no-such-client"):
        _open(at, at.cast.stranger)
