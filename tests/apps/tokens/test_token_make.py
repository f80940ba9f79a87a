"""tokens:token:make"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.tokens.spaces import Field
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.tokens import read_token
from tests.apps.tokens.making import make, partner
from tests.apps.vault.files import CANARY_ID, entries, make_client, make_person, refusals
from tests.cast import assemble, now


def test_tokens_by_space() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    person = make_person(cast.owner, client)
    number, name, firm = (Field(client, person, "id_number"), Field(client, person, "name"),
                          Field(client, client, "uscc"))  # fmt: skip
    made = make(cast.owner, number, name, firm, number, Field(client, person, "passport"))
    assert [one and one[:4] for one in made] == ["per_", "per_", "cli_", "per_", None]
    assert made[0] == made[3]
    assert len({*made}) == 4
    assert all(one is None or read_token(one) == one for one in made)
    assert make(cast.lead, number, firm) == [made[0], made[2]]  # found, not made again
    assert entries(cast.tenant_id)[-1]["facts"] == {"tokens": 2, "for_partner": 0}
    one, other = partner(cast.owner, "示例·信达会计"), partner(cast.owner, "示例·跑行")
    spaces = [make(cast.owner, number, firm, partner_id=space) for space in (None, one, other)]
    assert len({token for of in spaces for token in of}) == 6
    with tenant(cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '|'), count(*) FROM tokens_token t")
        text, rows = cursor.fetchone()
    assert rows == 7
    assert not any(token in text or token[4:].encode().hex() in text for of in spaces for token in of if token)
    assert CANARY_ID not in text

    # the cast
    for who in (cast.auditor, cast.admin, cast.dpo, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            make(who, number)
    with pytest.raises(Denied, match=r"access.scope"):
        make(cast.colleague, number)
    parties.assign_client(actor=cast.owner, at=now(), client_id=client, member_id=cast.colleague.id)
    assert make(cast.colleague, number) == [made[0]]
    assert make(cast.stranger, number) == [None]  # there is no such record in that house
    assert refusals(cast.tenant_id, "tokens:token:make") == ["access.role"] * 4 + ["access.scope"]
    for wrong in (Field(client, person, "uscc"), Field(client, client, "secret_tax"), Field(client, person, "nothing")):
        with pytest.raises(BadInput, match=r"vault.kind-unknown"):
            make(cast.owner, wrong)
    with pytest.raises(BadInput, match=r"tokens.too-many"):
        make(cast.owner, *[number] * 5_001)
    with pytest.raises(Denied, match=r"agreements.no-such-partner"):
        make(cast.owner, number, partner_id=uuid4())
    with pytest.raises(Denied, match=r"agreements.no-such-partner"):
        make(cast.stranger, number, partner_id=one)


def test_two_at_once_get_one_token() -> None:
    cast = assemble()
    client = make_client(cast.owner)

    def once(_: int) -> str | None:
        try:
            return make(cast.owner, Field(client, client, "company_name"))[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(once, range(4)))) == 1
