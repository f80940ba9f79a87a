"""vault:receipt:issue"""

from __future__ import annotations

import pytest

from fengni.apps.ledger import sealer
from fengni.apps.vault import services
from fengni.core.errors import Denied
from tests.apps.vault.files import CANARY_ID, CANARY_NAME, entries, make_client, make_person, refusals, seen_of
from tests.cast import assemble, found, now


def test_a_receipt_is_given_and_its_giving_counts_for_the_person() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    sealer.seal_round(at=now())
    file = services.issue_receipt(actor=owner, at=now(), client_id=client_id, person_id=person_id).value
    text = file.decode()
    assert person_id.hex in text.replace("-", "")
    assert "vault:person:add" in text
    assert CANARY_ID not in text
    assert CANARY_NAME not in text
    assert entries(owner.tenant_id)[-1]["act"] == "vault:receipt:issue"
    assert list(seen_of(owner.tenant_id)) == [person_id]


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    for who, code in (
        (cast.colleague, "access.scope"),
        (cast.auditor, "access.role"),
        (cast.intruder, "access.role"),
        (cast.stranger, "parties.no-such-client"),
    ):
        with pytest.raises(Denied, match=code):
            services.issue_receipt(actor=who, at=now(), client_id=client_id, person_id=person_id)
    assert refusals(cast.tenant_id, "vault:receipt:issue") == ["access.scope", "access.role", "access.role"]
