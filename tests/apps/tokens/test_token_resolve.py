"""tokens:token:resolve"""

from __future__ import annotations

import pytest
from django.db import transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import queries as parties
from fengni.apps.tokens.spaces import Field
from fengni.core import fictitious
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.tokens import new_token
from tests.apps.tokens.making import destroy, make, partner, resolve
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_NAME,
    entries,
    make_client,
    make_person,
    refusals,
    seen_of,
    sheet,
    store,
)
from tests.cast import assemble


def test_resolving_is_a_clear_view_and_ends_with_the_unit() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    person = make_person(cast.owner, client)
    number, name, mobile, firm = (
        Field(client, person, "id_number"), Field(client, person, "name"), Field(client, person, "mobile"),
        Field(client, client, "company_name"),
    )  # fmt: skip
    made = [one or "" for one in make(cast.owner, number, name, mobile, firm)]
    of_partner = make(cast.owner, number, partner_id=partner(cast.owner, "示例·信达会计"))[0] or ""
    wrong = made[0][:-1] + ("0" if made[0][-1] != "0" else "1")
    before = custodian().releases(cast.tenant_id, [person])[0]
    asked = [made[0], made[1].lower(), of_partner, new_token("person"), wrong, made[3]]
    found = resolve(cast.dpo, asked)
    assert [one.state for one in found] == ["stands", "stands", "stands", "unknown", "mistyped", "stands"]
    assert [one.value for one in found] == [CANARY_ID, CANARY_NAME, CANARY_ID, "", "", "示例·青禾1号智造有限公司"]
    assert CANARY_ID not in repr(found)
    assert seen_of(cast.tenant_id) == {person: {"clear": 2, "fields": ["id_number", "name"]}}
    told = entries(cast.tenant_id)[-1]
    assert (told["facts"], told["purpose"]) == ({"tokens": 6, "resolved": 4}, "purpose.fill_form")
    assert custodian().releases(cast.tenant_id, [person])[0] == before + 1
    assert not any(token in str(entries(cast.tenant_id)) for token in made)

    # the cast: nobody else, and another house knows none of them
    for who in (cast.auditor, cast.admin, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            resolve(who, made)
    with pytest.raises(Denied, match=r"access.scope"):
        resolve(cast.colleague, made[:1])
    assert [one.state for one in resolve(cast.stranger, [*made, wrong])] == ["unknown"] * 4 + ["mistyped"]
    with pytest.raises(Denied, match=r"access.purpose-unknown"):
        resolve(cast.owner, made, purpose="curiosity")
    with pytest.raises(BadInput, match=r"vault.reason-missing"):
        resolve(cast.owner, made, reason=" ")
    assert refusals(cast.tenant_id, "tokens:token:resolve") == [
        *["access.role"] * 3, "access.scope", "access.purpose-unknown",
    ]  # fmt: skip

    destroy(cast.owner, client, person, "identity")
    after = resolve(cast.owner, made)
    assert [one.state for one in after] == ["gone", "gone", "stands", "stands"]
    assert [one.value for one in after][:3] == ["", "", fictitious.mobile(1)]
    assert make(cast.owner, number) == [None]


def test_few_persons_at_a_time() -> None:
    cast = assemble()
    stored = store(cast.owner, sheet(21))
    people = [one.person_id for one in stored.seen]

    with tenant(cast.tenant_id), transaction.atomic():
        files = {person: parties.files_of(person_id=person)[0] for person in people}
    made = [one or "" for one in make(cast.owner, *[Field(files[one], one, "mobile") for one in people])]
    with pytest.raises(BadInput, match=r"tokens.too-many-persons"):
        resolve(cast.owner, made)
    assert {one.state for one in resolve(cast.owner, made[:20])} == {"stands"}
    with pytest.raises(BadInput, match=r"tokens.too-many \("):
        resolve(cast.owner, made[:1] * 101)
