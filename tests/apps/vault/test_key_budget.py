"""Beyond the budget of the key process a reveal is refused, in a sentence, and the ledger has an entry of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import services
from fengni.apps.vault.models import Unit
from fengni.core.errors import Denied
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.suites import Suite
from fengni.definitions import has_text
from fengni.keys.budgets import defined
from tests.apps.vault.files import entries, make_client, make_person, refusals, seen_of
from tests.cast import found, now


def test_a_reveal_beyond_the_budget_is_refused_and_recorded() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    with tenant(owner.tenant_id), transaction.atomic():
        unit = Unit.objects.filter(subject_id=person_id).first()
        assert unit is not None
        one = WrappedKey(unit.id, unit.epoch, bytes(unit.wrapped), bytes(unit.commitment), person_id)
    spent, suite = [one] * defined().person, Suite(unit.suite)
    custodian().unwrap(owner.tenant_id, suite, spent, entry=uuid4(), purpose="purpose.fill_form")
    before = custodian().releases(owner.tenant_id, [person_id])
    with pytest.raises(Denied) as refusal:
        services.reveal_field(
            actor=owner,
            at=now(),
            client_id=client_id,
            subject_id=person_id,
            kind="id_number",
            purpose="purpose.fill_form",
            reason="填写变更申请书",
        )
    assert refusal.value.code == "keys.budget-person"
    assert has_text(refusal.value.code)
    assert refusals(owner.tenant_id, "vault:field:reveal") == ["keys.budget-person"]
    assert (entries(owner.tenant_id)[-1]["count"], seen_of(owner.tenant_id)) == (0, {})
    assert custodian().releases(owner.tenant_id, [person_id]) == before
