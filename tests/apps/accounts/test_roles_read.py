"""What a role reads: clients and persons are for those who handle them; keepers of accounts and watchers see none."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from fengni.apps.accounts.services import issue_token
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import queries as parties
from fengni.apps.vault import queries
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from tests.apps.accounts.signing_in import browser
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, company, make_client, make_person
from tests.cast import Cast, assemble, now

NO_CLIENTS = ("admin", "security", "intruder", "stranger", "colleague")
WHOLE_NAMES, MASKED_NAMES = ("owner", "lead"), ("dpo", "auditor")
WORDS = (CANARY_NAME, "lzh", "陆0212", company(1), company(1)[3:])
House = tuple[Cast, UUID, UUID]


@pytest.fixture(scope="module")
def house() -> House:
    """An agency with one client file and one person in it, assigned to nobody."""
    cast = assemble()
    client = make_client(cast.owner)
    return cast, client, make_person(cast.owner, client)


def _reads(actor: Actor, client: UUID, person: UUID) -> list[Any]:
    """Everything the lists and the search give somebody."""
    with tenant(actor.tenant_id):
        at = now()
        lists = [queries.clients_page(actor=actor, at=at), queries.persons_page(actor=actor, at=at)]
        found = [queries.search(actor=actor, at=at, words=words) for words in WORDS]
        hits, _ = queries.number_hits(actor=actor, at=at, number=CANARY_ID, indexes=("id_number",))
        return [row for page in (*lists, *found) for row in page.rows] + list(hits)


@pytest.mark.parametrize("who", NO_CLIENTS)
def test_no_client_and_no_person_in_any_list_or_search(who: str, house: House) -> None:
    cast, client, person = house
    actor: Actor = getattr(cast, who)
    assert _reads(actor, client, person) == []
    with tenant(actor.tenant_id):
        totals = queries.clients_page(actor=actor, at=now()).total, queries.persons_page(actor=actor, at=now()).total
        assert totals == (0, 0)
        assert parties.assigned_clients(actor=actor, at=now()) == set()


@pytest.mark.parametrize("who", NO_CLIENTS)
def test_no_page_of_a_client_or_person(who: str, house: House) -> None:
    cast, client, person = house
    actor: Actor = getattr(cast, who)
    code = r"parties.no-such-client" if who == "stranger" else r"access.scope"
    with tenant(actor.tenant_id):
        with pytest.raises(Denied, match=code):
            queries.client_page(actor=actor, at=now(), client_id=client)
        with pytest.raises(Denied, match=code):
            queries.person_page(actor=actor, at=now(), client_id=client, person_id=person)
        with pytest.raises(Denied, match=code):
            queries.persons_page(actor=actor, at=now(), client_id=client)


@pytest.mark.parametrize("who", [*WHOLE_NAMES, *MASKED_NAMES])
def test_who_oversees_sees_every_client_and_numbers_masked(who: str, house: House) -> None:
    cast, client, person = house
    actor: Actor = getattr(cast, who)
    rows = _reads(actor, client, person)
    assert len(rows) >= 5
    shown = str(rows)
    assert CANARY_ID not in shown
    assert CANARY_MOBILE not in shown
    assert (CANARY_NAME in shown) is (who in WHOLE_NAMES)
    with tenant(actor.tenant_id):
        page = queries.person_page(actor=actor, at=now(), client_id=client, person_id=person)
    assert (page.name == CANARY_NAME) is (who in WHOLE_NAMES)
    assert CANARY_ID not in str(page)
    assert CANARY_MOBILE not in str(page)


@pytest.mark.parametrize("who", ["admin", "security", "stranger", "colleague"])
def test_rest_gives_them_nothing_either(who: str, house: House) -> None:
    cast, client, person = house
    token = issue_token(actor=getattr(cast, who), at=now(), label="测试").value
    rest = browser(authorization=f"Bearer {token}")
    for path in ("/clients", "/persons"):
        answer = rest.get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["rows"], answer.json()["total"]) == (200, [], 0)
    addresses = (f"/clients/{client}", f"/persons/{person}?client_id={client}", f"/persons?client_id={client}")
    answers = [rest.get(f"/api/v1{path}") for path in addresses]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    for words in WORDS:
        body = json.dumps({"words": words})
        answers.append(rest.post("/api/v1/search", body, content_type="application/json"))
        assert answers[-1].json()["rows"] == []
    text = " ".join(answer.content.decode() for answer in answers)
    assert not any(value in text for value in (CANARY_NAME, company(1), CANARY_ID, CANARY_MOBILE))


def test_nobody_without_a_role_has_a_door_at_all(house: House) -> None:
    cast, _, _ = house
    with pytest.raises(Denied, match=r"access.role"):
        issue_token(actor=cast.intruder, at=now(), label="测试")
    assert browser(authorization="Bearer fgn_nothing").get("/api/v1/clients").status_code == 401
