"""vault:fields:reveal"""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

import pytest
from django.test import Client

from fengni.apps.approvals.services import ask_second_person, give_approval
from fengni.apps.common.tenancy import tenant
from fengni.apps.parties import services as parties
from fengni.apps.vault import services
from fengni.apps.vault.queries import persons_page
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from tests.apps.disposals.closing import scene
from tests.apps.vault.files import (
    CANARY_ID,
    CANARY_MOBILE,
    entries,
    make_client,
    make_person,
    refusals,
    seen_of,
    sheet,
    store,
)
from tests.cast import PASSWORD, assemble, found, login_of, now

Place = tuple[UUID, UUID]


def read(
    actor: Actor, places: Sequence[Place], *kinds: str, purpose: str = "contact_client", reason: str = "通知换领执照"
) -> list[services.Read]:
    done = services.reveal_fields(
        actor=actor, at=now(), persons=places, kinds=kinds or ("mobile",), purpose=f"purpose.{purpose}", reason=reason
    )
    return done.value


def persons_of(actor: Actor) -> list[Place]:
    with tenant(actor.tenant_id):
        return [(row.client_id, row.person_id) for row in persons_page(actor=actor, at=now(), size=100).rows]


def test_one_entry_says_of_each_person_what_was_opened() -> None:
    owner = found()
    client = make_client(owner)
    one = make_person(owner, client)
    other = make_person(owner, client, id_number=fictitious.id_number("19900101", 5), mobile="")
    got = read(owner, [(client, one), (client, other)], "id_number", "mobile", "passport")
    assert [person.values for person in got] == [
        {"id_number": CANARY_ID, "mobile": CANARY_MOBILE},
        {"id_number": fictitious.id_number("19900101", 5)},
    ]
    assert seen_of(owner.tenant_id) == {
        one: {"clear": 2, "fields": ["id_number", "mobile"]}, other: {"clear": 1, "fields": ["id_number"]}
    }  # fmt: skip
    entry = entries(owner.tenant_id)[-1]
    assert (entry["count"], entry["clear"], entry["facts"]) == (2, 3, {"persons": 2, "values": 3})
    assert len(entry["reason"]) == 64
    assert CANARY_ID not in repr(got)


def test_scope_roles_purposes_and_tenants() -> None:
    cast = assemble()
    client = make_client(cast.owner)
    place = (client, make_person(cast.owner, client))
    for who, code in (
        (cast.agent, "access.scope"), (cast.colleague, "access.scope"), (cast.auditor, "access.role"),
        (cast.security, "access.role"), (cast.admin, "access.role"), (cast.intruder, "access.role"),
    ):  # fmt: skip
        with pytest.raises(Denied, match=code):
            read(who, [place])
    with pytest.raises(Denied, match=r"parties.no-such-person"):
        read(cast.stranger, [place])
    with pytest.raises(Denied, match=r"access.purpose-unknown"):
        read(cast.owner, [place], purpose="curiosity")
    assert refusals(cast.tenant_id, "vault:fields:reveal") == (
        ["access.scope"] * 2 + ["access.role"] * 4 + ["access.purpose-unknown"]
    )
    parties.assign_client(actor=cast.owner, at=now(), client_id=client, member_id=cast.agent.id)
    assert read(cast.agent, [place])[0].values == {"mobile": CANARY_MOBILE}
    mine, theirs = make_client(cast.agent, 2), make_client(cast.owner, 3)
    mixed = [(mine, make_person(cast.agent, mine)), (theirs, make_person(cast.owner, theirs))]
    with pytest.raises(Denied, match=r"access.scope"):  # one that is not theirs, and nothing is told of the others
        read(cast.agent, mixed)


def test_more_than_twenty_persons_need_a_yes_to_exactly_these() -> None:
    cast = assemble()
    store(cast.owner, sheet(22))
    places = persons_of(cast.owner)
    assert len(read(cast.owner, places[:20])) == 20
    with pytest.raises(Denied, match=r"access.second-person-required") as refused:
        read(cast.owner, places)
    these = UUID(hex=str(refused.value.params["resource"]))
    asked = ask_second_person(
        actor=cast.owner, at=now(), act="vault:fields:reveal", resource_id=these, persons=22,
        fields=("mobile",), detail="", reason="通知换领执照",
    )  # fmt: skip
    with pytest.raises(Denied, match=r"approvals|access"):
        give_approval(actor=cast.lead, at=now(), request_id=asked.value)  # one of the two has to be the DPO
    give_approval(actor=cast.dpo, at=now(), request_id=asked.value)
    with pytest.raises(Denied, match=r"access.second-person-required"):
        read(cast.owner, places[:21])
    with pytest.raises(Denied, match=r"access.second-person-required"):
        read(cast.owner, places, "mobile", "id_number")
    assert len(read(cast.owner, places)) == 22
    with pytest.raises(Denied, match=r"access.second-person-required"):  # good for one time
        read(cast.owner, places)


def test_what_cannot_be_asked_is_said() -> None:
    owner = found()
    client = make_client(owner)
    place = (client, make_person(owner, client))
    with pytest.raises(BadInput, match=r"vault.reason-missing"):
        read(owner, [place], reason=" ")
    for kind in ("blood_type", "secret_tax", "company_name"):
        with pytest.raises(BadInput, match=r"vault.kind-unknown"):
            read(owner, [place], kind)
    for places in ([], [place] * (services.MOST_READ + 1)):
        with pytest.raises(BadInput, match=r"vault.too-many-at-once"):
            read(owner, places)
    with pytest.raises(Denied, match=r"parties.no-such-person"):
        read(owner, [(client, client)])
    assert "vault:fields:reveal" not in {
        entry["act"] for entry in entries(owner.tenant_id) if entry["outcome"] == "done"
    }


def test_what_the_law_keeps_sealed_is_not_read() -> None:
    from fengni.apps.disposals import running as disposing
    from tests.apps.disposals.closing import approved

    at = scene()
    disposing.carry_out(actor=at.cast.dpo, disposal_id=approved(at), clock=now)
    with pytest.raises(Denied, match=r"vault.sealed"):
        read(at.cast.owner, [(at.client, at.person)], "id_number")


def test_rest_reads_many_and_says_what_to_ask() -> None:
    cast = assemble()
    store(cast.owner, sheet(22))
    places = persons_of(cast.owner)
    client = Client()
    assert client.login(username=login_of(cast.owner), password=PASSWORD)

    def asked(some: Sequence[Place]) -> tuple[int, dict[str, object]]:
        body = {
            "persons": [{"client_id": str(one), "person_id": str(person)} for one, person in some],
            "kinds": ["mobile"], "purpose": "purpose.contact_client", "reason": "通知换领执照",
        }  # fmt: skip
        answer = client.post("/api/v1/persons:reveal", data=json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    status, told = asked(places[:3])
    assert status == 200
    assert [one["person_id"] for one in told["persons"]] == [str(person) for _, person in places[:3]]  # type: ignore[index,union-attr]
    assert all(len(one["values"]["mobile"]) == 11 for one in told["persons"])  # type: ignore[index,union-attr]
    status, told = asked(places)
    assert (status, told["type"]) == (403, "urn:fengni:access.second-person-required")
