"""accounts:tenant:edit"""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from fengni.apps.accounts import queries
from fengni.apps.accounts.contact import Contact
from fengni.apps.accounts.models import Tenant
from fengni.apps.accounts.services import edit_tenant, issue_token
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.demo.team import CONTACT
from tests.apps.guests.inviting import invite
from tests.apps.vault.files import entries, make_client, make_person, refusals
from tests.cast import Cast, assemble, now
from tests.web.browsing import signed_in

OTHER = Contact("郑望舒", "+86 154-0000-0998", "", "示例省示例市样例区示范街2号")


@pytest.fixture(scope="module")
def cast() -> Cast:
    return assemble()


def _edit(actor: Actor, contact: Contact, name: str = "") -> None:
    edit_tenant(actor=actor, at=now(), contact=contact, name=name)


def _house(cast: Cast) -> queries.HouseRow:
    with tenant(cast.tenant_id):
        return queries.house()


def test_the_owner_says_who_answers_and_the_ledger_says_that_alone(cast: Cast) -> None:
    _edit(cast.owner, OTHER, "示例·启明企业服务有限公司（新）")
    assert _house(cast) == queries.HouseRow("示例·启明企业服务有限公司（新）", OTHER)
    last = entries(cast.tenant_id)[-1]
    assert (last["act"], last["facts"], last["count"]) == ("accounts:tenant:edit", {}, 0)
    assert "154" not in str(last["facts"]) + str(last["resource"]["kind"])
    _edit(cast.owner, replace(CONTACT, contact=f" {CONTACT.contact} "))  # blanks go; the name stays
    assert _house(cast).contact == CONTACT
    assert _house(cast).name.endswith("（新）")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"contact": " "}, "accounts.house-contact-missing"),
        ({"phone": "", "email": " "}, "accounts.house-way-missing"),
        ({"phone": "打给我"}, "accounts.house-phone-wrong"),
        ({"email": "privacy@"}, "accounts.house-email-wrong"),
        ({"email": "p***@qiming.example"}, "accounts.house-email-wrong"),
        ({"address": "样" * 121}, "accounts.house-too-long"),
    ],
)
def test_what_reaches_nobody_is_refused_and_changes_nothing(cast: Cast, wrong: dict[str, str], code: str) -> None:
    before = _house(cast)
    with pytest.raises(BadInput, match=code):
        _edit(cast.owner, replace(CONTACT, **wrong))
    assert _house(cast) == before


def test_nobody_else_changes_it(cast: Cast) -> None:
    before = _house(cast)
    who = (cast.lead, cast.agent, cast.colleague, cast.dpo, cast.auditor, cast.security, cast.admin, cast.intruder)
    for actor in who:
        with pytest.raises(Denied, match=r"access.role"):
            _edit(actor, OTHER)
    _edit(cast.stranger, OTHER)  # the own house
    assert _house(cast) == before
    assert refusals(cast.tenant_id, "accounts:tenant:edit")[: len(who)] == ["access.role"] * len(who)


def test_a_house_that_nobody_can_reach_invites_nobody() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    Tenant.objects.filter(id=cast.tenant_id).update(contact="", phone="", email="")
    with pytest.raises(BadInput, match=r"guests.house-unreachable"):
        invite(cast.owner, client_id, person_id)
    _edit(cast.owner, OTHER)
    assert invite(cast.owner, client_id, person_id).path


def test_page_and_rest_show_it_to_all_and_take_it_from_the_owner(cast: Cast) -> None:
    address = reverse("accounts:house")
    owner, agent = signed_in(cast.owner), signed_in(cast.agent)
    given = {"name": "示例·启明", "contact": "苏明谨", "phone": "15400000999", "email": "", "address": ""}
    refused = owner.post(address, given | {"phone": "abc"})
    assert refused.status_code == 400
    assert all(words in refused.content.decode() for words in ("电话号码不对", "示例·启明", "abc"))  # nothing is lost
    assert owner.post(address, given).status_code == 302
    assert agent.post(address, given).status_code == 403
    shown = agent.get(address).content.decode()
    assert ("15400000999" in shown, '<form class="form pad"' in shown) == (True, False)
    token = issue_token(actor=cast.owner, at=now(), label="测试").value
    rest = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    body = {"contact": "苏明谨", "email": "privacy@qiming.example"}
    assert rest.post("/api/v1/people/house:edit", body, content_type="application/json").status_code == 200
    assert rest.get("/api/v1/people/house").json() == {"name": "示例·启明", "phone": "", "address": ""} | body
    assert rest.post("/api/v1/people/house:edit", {"contact": "x"}, content_type="application/json").status_code == 400
