"""cases:receipt:take: the own receipt; the next one proves that the ledger only grew since the saved head."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from fengni.apps.cases import services
from fengni.apps.cases.models import SavedHead
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.vault.services import search_number
from fengni.core.errors import BadInput, Denied
from fengni.core.ledger.verifier import check
from tests.apps.cases.asking import OTHER_NAME, browser, look, seal, watched
from tests.apps.vault.files import CANARY_MOBILE
from tests.cast import now


def test_a_receipt_is_verified_and_the_next_one_continues_it() -> None:
    seen = watched()
    seal()
    with tenant(seen.cast.tenant_id):
        key = ledger.log_fingerprint()
    first = services.take_receipt(actor=seen.guest, at=now()).value
    report = check(first, key=key)
    assert (report.status, report.person, report.earlier) == ("verified", seen.person_id.hex, 0)
    look(seen.cast.agent, seen.client_id, seen.person_id, "mobile")
    seal()
    second = services.take_receipt(actor=seen.guest, at=now()).value
    report = check(second, key=key, held=first)
    assert (report.status, report.steps["held"], report.earlier) == ("verified", "ok", check(first, key=key).size)
    assert len(report.entries) > len(check(first, key=key).entries)
    with tenant(seen.cast.tenant_id), transaction.atomic():
        assert SavedHead.objects.get(guest_id=seen.guest.id).size == report.size


def test_before_anything_is_sealed_there_is_none() -> None:
    seen = watched()
    with pytest.raises(BadInput, match=r"ledger\.not-sealed-yet"):
        services.take_receipt(actor=seen.guest, at=now())


def test_nobody_else_stands_in_it() -> None:
    seen = watched()
    search_number(actor=seen.cast.owner, at=now(), number=CANARY_MOBILE)
    look(seen.cast.agent, seen.client_id, seen.other_id)
    seal()
    file = services.take_receipt(actor=seen.guest, at=now()).value.decode()
    for other in (seen.other_id.hex, str(seen.other_id), OTHER_NAME, "陈一诺", CANARY_MOBILE):
        assert other not in file
    assert json.loads(file)["person"] == seen.person_id.hex


def test_only_clients_take_it() -> None:
    seen = watched()
    for who in (seen.cast.owner, seen.cast.agent, seen.cast.dpo, seen.cast.intruder):
        with pytest.raises(Denied, match=r"access\.role"):
            services.take_receipt(actor=who, at=now())
    with pytest.raises(Denied):
        services.take_receipt(actor=seen.cast.stranger, at=now())


def test_on_the_phone() -> None:
    seen = watched()
    phone = browser(seen)
    seal()
    assert "data:image/svg" in phone.get("/cases/my/receipt/").content.decode()
    assert phone.get("/cases/my/receipt/file/").status_code == 405
    answer = phone.post("/cases/my/receipt/file/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", "no-store")
    assert json.loads(answer.content)["format"] == "fengni/person-receipt/1"
    assert seen.person_id.hex not in answer["Content-Disposition"]
    assert "您在" in phone.get("/cases/my/receipt/").content.decode()
