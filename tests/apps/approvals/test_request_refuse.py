"""approvals:request:refuse"""

from __future__ import annotations

import pytest

from fengni.apps.approvals import services
from fengni.core.errors import BadInput, Denied
from tests.apps.approvals.lists import ask, many, refused, row
from tests.apps.vault.files import entries
from tests.cast import assemble, now


def test_no_is_no() -> None:
    cast = assemble()
    many(cast.owner)
    request = ask(cast.lead)
    services.refuse_approval(actor=cast.dpo, at=now(), request_id=request, reason="没有必要带走全部")
    assert row(cast.lead, request).state == "refused"
    refused(cast.lead)
    with pytest.raises(BadInput, match=r"approvals\.answered"):
        services.give_approval(actor=cast.owner, at=now(), request_id=request)


def test_a_yes_that_was_not_used_can_be_stopped_even_by_who_may_not_say_yes() -> None:
    cast = assemble()
    many(cast.owner)
    request = ask(cast.lead)
    services.give_approval(actor=cast.dpo, at=now(), request_id=request)
    services.refuse_approval(actor=cast.auditor, at=now(), request_id=request, reason="先核对范围")
    refused(cast.lead)


def test_the_asker_takes_it_back_without_a_reason_and_others_give_one() -> None:
    cast = assemble()
    request = ask(cast.lead)
    with pytest.raises(BadInput, match=r"approvals\.reason-missing"):
        services.refuse_approval(actor=cast.dpo, at=now(), request_id=request, reason=" ")
    services.refuse_approval(actor=cast.lead, at=now(), request_id=request, reason="")
    assert row(cast.lead, request).state == "withdrawn"
    assert entries(cast.tenant_id)[-1]["facts"] == {"wants": "vault:list:export", "own": 1}
    with pytest.raises(BadInput, match=r"approvals\.answered"):
        services.refuse_approval(actor=cast.dpo, at=now(), request_id=request, reason="晚了")


def test_strangers_and_intruders() -> None:
    cast = assemble()
    request = ask(cast.lead)
    with pytest.raises(BadInput, match=r"approvals\.no-such-request"):
        services.refuse_approval(actor=cast.stranger, at=now(), request_id=request, reason="不行")
    with pytest.raises(Denied, match=r"access\.role"):
        services.refuse_approval(actor=cast.intruder, at=now(), request_id=request, reason="不行")
