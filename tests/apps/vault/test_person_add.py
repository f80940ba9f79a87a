"""vault:person:add"""

from __future__ import annotations

import pytest

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import queries, services
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from tests.apps.vault.files import CANARY_ID, CANARY_NAME, entries, make_client, make_person, refusals, seen_of
from tests.cast import assemble, found, now


def test_a_person_is_added_masked_and_stands_in_the_ledger() -> None:
    owner = found()
    client_id = make_client(owner)
    person_id = make_person(owner, client_id)
    with tenant(owner.tenant_id):
        [row] = queries.persons_page(actor=owner, at=now()).rows
        page = queries.person_page(actor=owner, at=now(), client_id=client_id, person_id=person_id)
    assert (row.person_id, row.name, row.id_number, row.mobile) == (
        person_id, CANARY_NAME, "9****************2", "1*********1"
    )  # fmt: skip
    assert (row.roles, row.fictitious, row.state) == (("legal_representative",), True, "")
    shown = {field.kind: (field.shown, field.can) for field in page.fields}
    assert shown == {
        "name": (CANARY_NAME, ("replace",)),
        "id_number": ("990101********0212", ("reveal", "replace")),
        "mobile": ("154****0001", ("reveal", "replace")),
    }
    assert "bank_account" in {missing.kind for missing in page.missing}
    assert seen_of(owner.tenant_id) == {person_id: {"clear": 0, "fields": ["id_number", "mobile", "name"]}}


def test_scope_roles_and_tenants() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    for who in (cast.agent, cast.colleague):
        with pytest.raises(Denied, match=r"access.scope"):
            make_person(who, client_id)
    for who in (cast.auditor, cast.dpo, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            make_person(who, client_id)
    with pytest.raises(Denied, match=r"parties.no-such-client"):
        make_person(cast.stranger, client_id)
    assert refusals(cast.tenant_id, "vault:person:add") == ["access.scope"] * 2 + ["access.role"] * 3
    assert refusals(cast.stranger_tenant_id, "vault:person:add") == ["parties.no-such-client"]
    parties.assign_client(actor=cast.lead, at=now(), client_id=client_id, member_id=cast.agent.id)
    make_person(cast.agent, client_id)


def test_one_person_in_two_files_is_one_person() -> None:
    owner = found()
    first, second = make_client(owner, 1), make_client(owner, 2)
    person_id = make_person(owner, first)
    done = services.add_person(
        actor=owner,
        at=now(),
        client_id=second,
        roles=("shareholder",),
        fields={"name": CANARY_NAME, "id_number": CANARY_ID},
    )
    assert (done.value.person_id, done.value.known) == (person_id, True)
    with tenant(owner.tenant_id):
        page = queries.person_page(actor=owner, at=now(), client_id=second, person_id=person_id)
        assert queries.clients_page(actor=owner, at=now()).total == 2
        assert queries.persons_page(actor=owner, at=now()).total == 2
    assert page.other_clients == (first,)
    assert {field.kind for field in page.fields} == {"name", "id_number"}  # the mobile stays in the other file


@pytest.mark.parametrize(
    ("fields", "roles", "code"),
    [
        ({"name": "示例", "id_number": CANARY_ID[:-1] + "3"}, ("contact",), "vault.id-number-wrong"),
        ({"name": "示例", "mobile": "1540000"}, ("contact",), "vault.mobile-wrong"),
        ({"mobile": fictitious.mobile(1)}, ("contact",), "vault.name-missing"),
        ({"name": "示例"}, (), "parties.role-unknown"),
        ({"name": "示例"}, ("king",), "parties.role-unknown"),
        ({"name": "示例", "bank_account": "0" * 19}, ("contact",), "vault.demo-refuses-real-data"),
    ],
)
def test_wrong_values_are_refused(fields: dict[str, str], roles: tuple[str, ...], code: str) -> None:
    owner = found()
    client_id = make_client(owner)
    before = len(entries(owner.tenant_id))
    with pytest.raises(BadInput, match=code):
        services.add_person(actor=owner, at=now(), client_id=client_id, roles=roles, fields=fields)
    assert len(entries(owner.tenant_id)) == before


def test_a_person_is_not_added_twice() -> None:
    owner = found()
    client_id = make_client(owner)
    make_person(owner, client_id)
    with pytest.raises(BadInput, match=r"vault.person-in-file"):
        make_person(owner, client_id)
    other = fictitious.id_number("19900101", 2)
    make_person(owner, client_id, id_number=other)  # the same name, another number: another person
    with tenant(owner.tenant_id):
        assert queries.persons_page(actor=owner, at=now(), client_id=client_id).total == 2
