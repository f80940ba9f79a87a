"""vault:number:search"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger import sealer
from fengni.apps.parties import services as parties
from fengni.apps.vault import services
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.accounts.signing_in import signed_in
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_MOBILE,
    CANARY_NAME,
    company,
    entries,
    make_client,
    make_person,
    refusals,
    seen_of,
)
from tests.cast import assemble, found, now


def search(actor: Actor, number: str) -> tuple[object, ...]:
    return services.search_number(actor=actor, at=now(), number=number).value.rows


@pytest.mark.parametrize("suite", [1, 4])
def test_every_full_number_finds_its_person_masked(suite: int) -> None:
    owner = found(suite=suite)
    client_id = make_client(owner, 1)
    person_id = make_person(owner, client_id, passport="E00000001")
    for number, index in (
        (CANARY_ID, "id_number"),
        ("990101 19880229 0212", "id_number"),
        ("+86 154 0000 0001", "mobile"),
        ("e0000 0001", "passport"),
    ):
        [row] = services.search_number(actor=owner, at=now(), number=number).value.rows
        assert (row.person_id, row.client_id, row.client_name, row.name) == (
            person_id, client_id, company(1), CANARY_NAME
        )  # fmt: skip
        assert (row.id_number, row.mobile, row.by) == ("9****************2", "1*********1", index)
        assert seen_of(owner.tenant_id) == {person_id: {"clear": 0, "fields": [index]}}
    [client] = services.search_number(actor=owner, at=now(), number=fictitious.uscc(1)).value.rows
    assert (client.client_id, client.person_id) == (client_id, None)


def test_a_hit_outside_the_scope_is_recorded_and_not_told() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    assert search(cast.agent, CANARY_ID) == ()
    assert entries(cast.tenant_id)[-1]["facts"] == {"hits": 0, "outside": 1}
    assert seen_of(cast.tenant_id) == {person_id: {"clear": 0, "fields": []}}
    assert search(cast.stranger, CANARY_ID) == ()
    assert entries(cast.stranger_tenant_id)[-1]["facts"] == {"hits": 0, "outside": 0}
    parties.assign_client(actor=cast.owner, at=now(), client_id=client_id, member_id=cast.agent.id)
    assert len(search(cast.agent, CANARY_ID)) == 1
    for who in (cast.auditor, cast.security, cast.intruder):
        with pytest.raises(Denied, match=r"access.role"):
            search(who, CANARY_ID)
    assert refusals(cast.tenant_id, "vault:number:search") == ["access.role"] * 3


def test_ones_own_ledger_does_not_tell_what_the_search_did_not() -> None:
    cast = assemble()
    make_person(cast.owner, make_client(cast.owner))
    for number in (CANARY_ID, fictitious.mobile(9)):
        search(cast.agent, number)
    told = {
        cast.agent: [(0, {"hits": 0}), (0, {"hits": 0})],
        cast.auditor: [(0, {"hits": 0, "outside": 0}), (1, {"hits": 0, "outside": 1})],
    }
    for reader, rows in told.items():
        assert [(row.persons, row.facts) for row in _found_by(reader).waiting] == rows
    sealer.seal_round(at=now())
    for reader, rows in told.items():
        assert [(row.persons, row.facts) for row in _found_by(reader).rows] == rows
    for row in _found_by(cast.agent).rows:  # the bytes that a proof proves would tell
        with tenant(cast.tenant_id), pytest.raises(BadInput, match=r"ledger.proof-tells-more"):
            ledger.entry_proof_file(cast.agent, entry_id=row.id)
        page = signed_in(cast.agent).get(reverse("ledger:entry", args=[row.sequence]))
        assert (page.status_code, "范围之外" in page.content.decode()) == (200, True)
    with tenant(cast.tenant_id):
        assert ledger.entry_proof_file(cast.auditor, entry_id=row.id)


def _found_by(reader: Actor) -> ledger.EntryPage:
    with tenant(reader.tenant_id):
        return ledger.entries(reader, act="vault:number:search")


def test_thirty_an_hour_and_no_more() -> None:
    owner = found()
    start = now()
    for number in range(services.SEARCHES_AN_HOUR):
        services.search_number(actor=owner, at=start, number=fictitious.mobile(number))
    for at in (start, start + timedelta(minutes=59)):
        with pytest.raises(Denied, match=r"vault.too-many-searches"):
            services.search_number(actor=owner, at=at, number=CANARY_MOBILE)
    assert refusals(owner.tenant_id, "vault:number:search") == ["vault.too-many-searches"] * 2
    services.search_number(actor=owner, at=start + timedelta(hours=1), number=CANARY_MOBILE)


@pytest.mark.parametrize("number", ["", "1540000", "陆知衡", "lzh", "9901011988022902120", "0212"])
def test_what_is_no_full_number_is_refused(number: str) -> None:
    with pytest.raises(BadInput, match=r"vault.not-a-full-number"):
        search(found(), number)
