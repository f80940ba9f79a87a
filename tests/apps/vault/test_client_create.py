"""vault:client:create"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import queries, services
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import company, entries, make_client, refusals
from tests.cast import assemble, found, now


def test_a_client_is_made_and_listed() -> None:
    cast = assemble()
    client_id = make_client(cast.owner, 7)
    with tenant(cast.tenant_id):
        page = queries.clients_page(actor=cast.owner, at=now())
    assert [(row.id, row.name, row.uscc, row.persons) for row in page.rows] == [
        (client_id, company(7), fictitious.uscc(7), 0)
    ]
    assert page.total == 1
    entry = entries(cast.tenant_id)[-1]
    assert entry["act"] == "vault:client:create"
    assert entry["resource"] == {"kind": "parties:client", "id": client_id.hex}
    assert entry["facts"]["records"] == 1
    assert len(entry["facts"]["manifest"]) == 64


def test_an_agent_gets_the_client_assigned_and_a_colleague_does_not_see_it() -> None:
    cast = assemble()
    client_id = make_client(cast.agent)
    with tenant(cast.tenant_id):
        assert [row.id for row in queries.clients_page(actor=cast.agent, at=now()).rows] == [client_id]
        assert queries.clients_page(actor=cast.colleague, at=now()).rows == ()
        with pytest.raises(Denied, match=r"access.scope"):
            queries.client_page(actor=cast.colleague, at=now(), client_id=client_id)


@pytest.mark.parametrize("who", ["dpo", "auditor", "security", "admin", "intruder"])
def test_other_roles_are_refused_and_the_refusal_is_recorded(who: str) -> None:
    cast = assemble()
    with pytest.raises(Denied, match=r"access.role"):
        make_client(getattr(cast, who))
    assert refusals(cast.tenant_id, "vault:client:create") == ["access.role"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"uscc": fictitious.uscc(1)}, "vault.company-name-missing"),
        ({"company_name": "示例·甲", "uscc": fictitious.uscc(1)[:-1] + "5"}, "vault.uscc-wrong"),
        ({"company_name": "示例·甲", "uscc": "91I" + fictitious.uscc(1)[3:]}, "vault.uscc-wrong"),
        ({"company_name": "示例·****"}, "vault.value-is-masked"),
        ({"company_name": "示例·甲", "id_number": "1"}, "vault.kind-unknown"),
        ({"company_name": "示例·甲", "blood_type": "A"}, "vault.kind-unknown"),
        ({"company_name": "示" * 4_001}, "vault.value-too-long"),
        ({}, "vault.value-missing"),
    ],
)
def test_values_that_cannot_be_stored_are_refused(fields: dict[str, str], code: str) -> None:
    owner = found()
    with pytest.raises(BadInput, match=code):
        services.create_client(actor=owner, at=now(), fields=fields)
    assert entries(owner.tenant_id)[-1]["act"] == "accounts:tenant:found"


def test_asking_for_a_client_that_one_does_not_see_stands_in_the_ledger() -> None:
    cast = assemble()
    make_client(cast.owner, 1)
    with pytest.raises(Denied, match=r"vault.client-exists"):
        make_client(cast.agent, 1)
    assert refusals(cast.tenant_id, "vault:client:create") == ["vault.client-exists"]


def test_the_same_enterprise_is_not_made_twice() -> None:
    owner = found()
    make_client(owner, 1)
    with pytest.raises(BadInput, match=r"vault.client-exists"):
        services.create_client(actor=owner, at=now(), fields={"company_name": "示例·别名", "uscc": fictitious.uscc(1)})
    with pytest.raises(BadInput, match=r"vault.client-exists"):
        services.create_client(actor=owner, at=now(), fields={"company_name": company(1).replace("·", "")})
    make_client(owner, 2, company_name=company(1))  # the same name under another USCC is another enterprise


def test_real_numbers_stay_out_of_a_demo_and_fictitious_ones_out_of_a_real_tenant() -> None:
    with pytest.raises(BadInput, match=r"vault.demo-refuses-real-data"):
        make_client(found(), 1, corporate_account="0" * 19)
    with pytest.raises(BadInput, match=r"vault.fictitious-in-real-tenant"):
        make_client(found(demo=False), 1)


def test_a_tenant_knows_nothing_of_anothers_clients() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    make_client(cast.stranger)  # the same enterprise may be a client of both
    with tenant(cast.stranger_tenant_id):
        assert len(queries.clients_page(actor=cast.stranger, at=now()).rows) == 1
        with pytest.raises(Denied, match=r"parties.no-such-client"):
            queries.client_page(actor=cast.stranger, at=now(), client_id=client_id)
