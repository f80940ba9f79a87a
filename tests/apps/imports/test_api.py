"""The intake over REST: the same acts, the plan masked, cells as JSON lines whose counts add up."""

from __future__ import annotations

import json
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.core.access.actor import Actor
from tests.apps.imports.sheets import CANARIES, CANARY_FIRM, CANARY_NAME, analyse, canary_row, row, sheet, store
from tests.cast import assemble, now

ROOT = "/api/v1/imports"


def _client(actor: Actor) -> Client:
    token = issue_token(actor=actor, at=now(), label="test").value
    return Client(headers={"authorization": f"Bearer {token}"})


def _upload(client: Client, content: bytes) -> str:
    answer = client.post(ROOT, {"file": SimpleUploadedFile("示例.xlsx", content)})
    assert answer.status_code == 202, answer.content
    return str(answer.json()["id"])


def test_from_upload_to_undo() -> None:
    cast = assemble()
    client = _client(cast.agent)
    job = _upload(client, sheet([canary_row(), row(1, name="张三/李四", id="", mobile="")]))
    assert client.get(f"{ROOT}/{job}").json()["state"] == "checking"
    analyse(cast.agent, UUID(job))
    plan = client.get(f"{ROOT}/{job}")
    assert plan.json()["state"] == "checked"
    assert not any(value in plan.content.decode() for value in CANARIES if value not in {CANARY_NAME, CANARY_FIRM})

    answered = client.post(f"{ROOT}/{job}:answer", {"defaults": True}, content_type="application/json")
    assert answered.status_code == 202
    analyse(cast.agent, UUID(job))
    *cells, last = [json.loads(line) for line in _lines(client, job)]
    counts = last["counts"]
    assert len(cells) == counts["cells"] == sum(counts[k] for k in ("imported", "asked", "locked", "skipped"))
    assert {tuple(cell) for cell in cells} == {("sheet", "cell", "outcome", "reason")}

    assert client.post(f"{ROOT}/{job}:commit").status_code == 202
    store(cast.agent, UUID(job))
    assert client.get(f"{ROOT}/{job}").json()["state"] == "done"
    assert client.post(f"{ROOT}/{job}:undo").status_code == 200
    assert client.get(f"{ROOT}/{job}").json()["state"] == "undone"


def _lines(client: Client, job: str) -> list[str]:
    answer = client.get(f"{ROOT}/{job}/cells")
    return b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # a streaming answer


def test_cancel_says_whether_it_is_done() -> None:
    cast = assemble()
    client = _client(cast.lead)
    job = _upload(client, sheet([row(1)]))
    assert client.post(f"{ROOT}/{job}:cancel").json()["cancelled"] is True
    assert [j["state"] for j in client.get(ROOT).json()] == ["cancelled"]


def test_refusals_are_problems_with_a_sentence() -> None:
    cast = assemble()
    job = _upload(_client(cast.agent), sheet([row(1)]))
    for actor, status, kind in (
        (cast.colleague, 403, "urn:fengni:access.scope"),
        (cast.stranger, 400, "urn:fengni:imports.no-such-job"),
        (cast.auditor, 403, "urn:fengni:access.scope"),
    ):
        refused = _client(actor).get(f"{ROOT}/{job}")
        assert (refused.status_code, refused.json()["type"]) == (status, kind)
    assert Client().get(f"{ROOT}/{job}").status_code == 401
    early = _client(cast.agent).get(f"{ROOT}/{job}/cells")
    assert (early.status_code, early.json()["type"]) == (400, "urn:fengni:imports.not-checked-yet")
