"""The REST interface of clients and persons: masked by default, acts for everything else, problems as documents."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from tests.apps.vault.box import PASSWORD, with_box
from tests.apps.vault.files import CANARY_ID, CANARY_MOBILE, CANARY_NAME, company, entries
from tests.cast import assemble, found, now


class Caller:
    """Somebody with an API token."""

    def __init__(self, actor: Actor) -> None:
        token = issue_token(actor=actor, at=now(), label="test").value
        self._client = Client(headers={"authorization": f"Bearer {token}"})
        self.headers: dict[str, str] = {}

    def get(self, path: str, status: int = 200, **query: object) -> Any:
        answer = self._client.get(f"/api/v1{path}", query)
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, body: dict[str, object], status: int = 200) -> Any:
        answer = self._client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        self.headers = dict(answer.items())
        return answer.json() if "json" in answer["Content-Type"] else answer.content


def furnished(caller: Caller) -> tuple[UUID, UUID]:
    client = caller.post("/clients", {"fields": {"company_name": company(1), "uscc": fictitious.uscc(1)}})
    person = caller.post(
        f"/clients/{client['id']}/persons",
        {
            "roles": ["legal_representative"],
            "fields": {"name": CANARY_NAME, "id_number": CANARY_ID, "mobile": CANARY_MOBILE},
        },
    )
    return UUID(client["id"]), UUID(person["id"])


def test_lists_and_pages_are_masked() -> None:
    caller = Caller(found())
    client_id, person_id = furnished(caller)
    answers = [
        caller.get("/clients"),
        caller.get(f"/clients/{client_id}"),
        caller.get("/persons", client_id=str(client_id)),
        caller.get(f"/persons/{person_id}", client_id=str(client_id)),
        caller.post("/search", {"words": "知衡"}),
        caller.post("/search/number", {"number": CANARY_ID}),
    ]
    text = json.dumps(answers, ensure_ascii=False)
    assert CANARY_ID not in text
    assert CANARY_MOBILE not in text
    assert (answers[0]["total"], answers[2]["rows"][0]["id_number"]) == (1, "9****************2")
    page = {field["kind"]: field for field in answers[3]["fields"]}
    assert (page["id_number"]["shown"], page["id_number"]["can"]) == ("990101********0212", ["reveal", "replace"])
    assert [(row["person_id"], row["by"]) for row in answers[4]["rows"]] == [(str(person_id), "name_part")]
    assert [row["person_id"] for row in answers[5]["rows"]] == [str(person_id)]


def test_a_clear_value_leaves_with_purpose_and_reason_only() -> None:
    owner = found()
    caller = Caller(owner)
    client_id, person_id = furnished(caller)
    path = f"/persons/{person_id}/fields/id_number:reveal"
    body = {"client_id": str(client_id), "purpose": "purpose.fill_form", "reason": "填写申请书"}
    answer = caller.post(path, body)
    assert answer["value"] == CANARY_ID
    entry = entries(owner.tenant_id)[-1]
    assert (UUID(answer["entry_id"]).hex, entry["actor"]["channel"]) == (entry["id"], "api")
    refused = caller.post(path, body | {"purpose": "purpose.curiosity"}, status=403)
    assert (refused["type"], bool(refused["title_zh"])) == ("urn:fengni:access.purpose-unknown", True)
    assert caller.post(path, body | {"reason": ""}, status=400)["type"] == "urn:fengni:vault.reason-missing"
    assert caller.post(path, {"client_id": str(client_id)}, status=422)["type"] == "urn:fengni:api.wrong-shape"


def test_replacing_exporting_and_assigning() -> None:
    cast = assemble()
    caller, agent = Caller(cast.owner), Caller(cast.agent)
    client_id, person_id = furnished(caller)
    body = {"client_id": str(client_id), "value": fictitious.mobile(5), "revision": 1}
    path = f"/persons/{person_id}/fields/mobile:replace"
    assert caller.post(path, body)["revision"] == 2
    assert caller.post(path, body, status=400)["type"] == "urn:fengni:vault.changed-meanwhile"
    own = f"/clients/{client_id}/fields/note"
    assert caller.post(f"{own}:replace", {"value": "示例备注", "revision": 0})["revision"] == 1
    given = {"purpose": "purpose.fill_form", "reason": "核对备注"}
    assert caller.post(f"{own}:reveal", given)["value"] == "示例备注"
    assert agent.get("/clients")["rows"] == []
    assert agent.get(f"/clients/{client_id}", status=403)["type"] == "urn:fengni:access.scope"
    caller.post(f"/clients/{client_id}:assign", {"member_id": str(cast.agent.id)})
    assert agent.get("/clients")["total"] == 1
    caller.post(f"/clients/{client_id}:unassign", {"member_id": str(cast.agent.id)})
    assert agent.get("/clients")["total"] == 0
    file = caller.post("/exports", {"what": "persons", "form": "csv"})
    assert CANARY_NAME in file.decode()
    assert caller.headers["Content-Disposition"].startswith('attachment; filename="fengni-persons-')
    assert UUID(caller.headers["Fengni-Entry"]).hex == entries(cast.tenant_id)[-1]["id"]


@pytest.mark.parametrize("path", ["/clients", "/persons"])
def test_nobody_gets_nothing(path: str) -> None:
    answer = Client().get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:fengni:access.sign-in-required")


def test_a_stranger_gets_a_refusal_that_tells_nothing() -> None:
    cast = assemble()
    client_id, person_id = furnished(Caller(cast.owner))
    stranger = Caller(cast.stranger)
    code = "urn:fengni:parties.no-such-client"
    assert stranger.get(f"/clients/{client_id}", status=403)["type"] == code
    assert stranger.get(f"/persons/{person_id}", status=403, client_id=str(client_id))["type"] == code
    assert stranger.get(f"/clients/{person_id}", status=403)["type"] == code  # as for an id that is nobody's
    assert stranger.get("/persons")["rows"] == []


def test_a_password_leaves_the_box_by_its_own_door_only() -> None:
    owner = found()
    caller = Caller(owner)
    assert caller.post("/password-box", {"keep": True}, 400)["type"] == "urn:fengni:vault.box-reason-missing"
    assert caller.post("/password-box", {"keep": True, "reason": "客户书面委托"})["destroyed"] == 0
    client_id = with_box(owner)[0]
    shown = caller.get(f"/clients/{client_id}")
    assert [(one["kind"], one["shown"]) for one in shown["secrets"]] == [("secret_tax", "••••")]
    assert shown["materials"] == {"pictures": 0, "files": 0, "size": 0}
    why = {"purpose": "purpose.change_registration", "reason": "代办变更登记"}
    caller.post(f"/clients/{client_id}/fields/secret_tax:reveal", why, 400)
    assert caller.post(f"/clients/{client_id}/passwords/secret_tax:reveal", why)["value"] == PASSWORD
    caller.post(f"/clients/{client_id}/passwords:discard", {})
    assert caller.get(f"/clients/{client_id}")["secrets"] == []
    assert caller.post("/password-box", {"keep": False})["destroyed"] == 0
