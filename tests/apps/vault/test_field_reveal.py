"""vault:field:reveal"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import services
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied, LedgerRefused
from fengni.core.vault.suites import OFFERED
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_MOBILE,
    entries,
    make_client,
    make_person,
    refusals,
    seen_of,
)
from tests.cast import assemble, found, now


def reveal(
    actor: Actor, client_id: UUID, subject_id: UUID, kind: str = "id_number", *, purpose: str = "fill_form",
    reason: str = "填写变更申请书",
) -> services.Revealed:  # fmt: skip
    done = services.reveal_field(
        actor=actor,
        at=now(),
        client_id=client_id,
        subject_id=subject_id,
        kind=kind,
        purpose=f"purpose.{purpose}",
        reason=reason,
    )
    return done.value


@pytest.mark.parametrize("suite", [int(one) for one in OFFERED])
def test_one_value_leaves_and_is_counted_for_the_person(suite: int) -> None:
    owner = found(suite=suite)
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    before = custodian().releases(owner.tenant_id, [person_id])
    at = now()
    revealed = reveal(owner, client_id, person_id)
    assert (revealed.kind, revealed.value, revealed.state) == ("id_number", CANARY_ID, "")
    assert timedelta(seconds=29) < revealed.until - at < timedelta(seconds=40)
    assert custodian().releases(owner.tenant_id, [person_id]) == [before[0] + 1]
    assert seen_of(owner.tenant_id) == {person_id: {"clear": 1, "fields": ["id_number"]}}
    entry = entries(owner.tenant_id)[-1]
    assert (entry["count"], entry["clear"], entry["purpose"]) == (1, 1, "purpose.fill_form")
    assert len(entry["reason"]) == 64
    assert CANARY_ID not in repr(revealed)


def test_a_clients_own_field_is_about_no_person() -> None:
    owner = found()
    client_id = make_client(owner, note="示例·备注")
    assert reveal(owner, client_id, client_id, "note").value == "示例·备注"
    entry = entries(owner.tenant_id)[-1]
    assert (entry["count"], entry["facts"]) == (0, {"field": "note"})


def test_scope_roles_purposes_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    for who, code in (
        (cast.agent, "access.scope"),
        (cast.colleague, "access.scope"),
        (cast.auditor, "access.role"),
        (cast.security, "access.role"),
        (cast.admin, "access.role"),
        (cast.intruder, "access.role"),
    ):
        with pytest.raises(Denied, match=code):
            reveal(who, client_id, person_id)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        reveal(cast.stranger, client_id, person_id)
    for purpose, code in (("", "access.purpose-unknown"), ("luzhiheng", "access.purpose-unknown")):
        with pytest.raises(Denied, match=code):
            reveal(cast.owner, client_id, person_id, purpose=purpose)
    assert refusals(cast.tenant_id, "vault:field:reveal") == (
        ["access.scope"] * 2 + ["access.role"] * 4 + ["access.purpose-unknown"] * 2
    )
    assert refusals(cast.stranger_tenant_id, "vault:field:reveal") == ["parties.no-such-client"]
    assert all("luzhiheng" not in str(entry) for entry in entries(cast.tenant_id))
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert reveal(cast.agent, client_id, person_id).value == CANARY_ID
    parties.unassign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    with pytest.raises(Denied, match=r"access.scope"):
        reveal(cast.agent, client_id, person_id)


def test_the_file_must_be_the_persons() -> None:
    owner = found()
    first, second = make_client(owner, 1), make_client(owner, 2)
    person_id = make_person(owner, first)
    with pytest.raises(Denied, match=r"parties.no-such-person"):
        reveal(owner, second, person_id)


def test_nothing_without_reason_or_value() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    with pytest.raises(BadInput, match=r"vault.reason-missing"):
        reveal(owner, client_id, person_id, reason=" ")
    with pytest.raises(BadInput, match=r"vault.no-value"):
        reveal(owner, client_id, person_id, "bank_account")
    with pytest.raises(BadInput, match=r"vault.no-value"):
        reveal(owner, client_id, person_id, "passport")
    with pytest.raises(BadInput, match=r"vault.kind-unknown"):
        reveal(owner, client_id, person_id, "blood_type")
    assert "vault:field:reveal" not in {entry["act"] for entry in entries(owner.tenant_id)}


def test_no_value_leaves_when_its_entry_cannot_be_written() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    gone: list[services.Revealed] = []
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON ledger_inbox FROM fengni_app")
        try:
            with pytest.raises(Exception, match="permission denied"):
                gone.append(reveal(owner, client_id, person_id, "mobile"))
        finally:
            cursor.execute("GRANT INSERT ON ledger_inbox TO fengni_app")
    assert gone == []
    assert reveal(owner, client_id, person_id, "mobile").value == CANARY_MOBILE


def test_no_value_leaves_while_the_ledger_is_behind() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    with tenant(owner.tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE ledger_inbox SET created_at = created_at - interval '61 seconds'")
    with pytest.raises(LedgerRefused, match=r"ledger.behind"):
        reveal(owner, client_id, person_id)
