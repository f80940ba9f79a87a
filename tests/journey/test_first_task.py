"""The first task, headless: upload, answers, store, search, reveal, receipt, and a proof that verifies offline."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger import sealer, verification
from fengni.core.ledger import verifier
from fengni.demo import ledger_sheet
from fengni.demo.people import person
from tests import cast
from tests.apps.imports.worker import wait_until, working


class Rest:
    """A caller with a token, who expects every answer to be a good one."""

    def __init__(self, token: str) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str) -> bytes:
        answer = self._client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content
        return answer.getvalue()

    def post(self, path: str, body: object) -> bytes:
        answer = self._client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code in {200, 202}, answer.content
        return answer.getvalue()

    def upload(self, path: str, name: str, content: bytes) -> dict[str, Any]:
        answer = self._client.post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 202, answer.content
        return dict(answer.json())


def _seal() -> None:
    while sealer.seal_round(at=cast.now()):
        pass


@pytest.fixture(scope="module")
def people(apart: None) -> cast.Cast:
    return cast.assemble()


@pytest.fixture(scope="module")
def rest(people: cast.Cast) -> Rest:
    return Rest(issue_token(actor=people.agent, at=cast.now(), label="test").value)


@pytest.fixture(scope="module")
def job(rest: Rest, tmp_path_factory: pytest.TempPathFactory) -> str:
    made = rest.upload("/imports", "示例.xlsx", ledger_sheet.messy())["id"]

    def is_in(state: str) -> bool:
        return bool(json.loads(rest.get(f"/imports/{made}"))["state"] == state)

    with working(tmp_path_factory.mktemp("worker")) as process:
        wait_until(lambda: is_in("checked"), process=process)
        rest.post(f"/imports/{made}:answer", {"defaults": True})
        wait_until(lambda: is_in("checked"), process=process)
        rest.post(f"/imports/{made}:commit", {})
        wait_until(lambda: is_in("done"), process=process)
    return str(made)


def test_every_cell_has_its_outcome_and_none_is_lost(rest: Rest, job: str) -> None:
    lines = [json.loads(line) for line in rest.get(f"/imports/{job}/cells").splitlines()]
    *cells, last = lines
    outcomes = Counter(cell["outcome"] for cell in cells)
    assert last["counts"]["cells"] == len(cells) > 600
    assert all(last["counts"][outcome] == outcomes[outcome] for outcome in ("imported", "asked", "locked", "skipped"))
    assert last["counts"]["asked"] == 0
    assert json.loads(rest.get(f"/imports/{job}"))["state"] == "done"


def test_the_list_is_masked(rest: Rest, job: str) -> None:
    rows = [row for page in (1, 2) for row in json.loads(rest.get(f"/persons?size=100&page={page}"))["rows"]]
    assert person(2).name in {row["name"] for row in rows}
    assert person(2).id_number not in str(rows)
    assert person(2).mobile not in str(rows)


def test_a_full_number_finds_the_person_and_one_value_is_seen_and_proved(
    rest: Rest, job: str, people: cast.Cast, tmp_path: Path
) -> None:
    hit = json.loads(rest.post("/search/number", {"number": person(2).id_number}))["rows"][0]
    asked = {"purpose": "purpose.fill_form", "reason": "填写变更申请书", "client_id": hit["client_id"]}
    seen = json.loads(rest.post(f"/persons/{hit['person_id']}/fields/id_number:reveal", asked))
    assert seen["value"] == person(2).id_number

    _seal()
    receipt = rest.post(f"/persons/{hit['person_id']}:receipt", {"client_id": hit["client_id"]})
    file, program = tmp_path / "receipt.json", tmp_path / "verify.py"
    file.write_bytes(receipt)
    program.write_text(Path(verifier.__file__).read_text("utf-8"), "utf-8")
    with tenant(people.tenant_id):
        key = ledger.log_fingerprint()
    command = [sys.executable, "-I", str(program), str(file), "--key", key, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["status"] == "verified"
    assert report["person"] == UUID(hit["person_id"]).hex
    reveals = [entry for entry in report["entries"] if entry["body"]["id"] == UUID(seen["entry_id"]).hex]
    assert [entry["seen"] for entry in reveals] == [{"fields": ["id_number"], "clear": 1}]
    assert person(2).id_number not in done.stdout


def test_the_whole_ledger_verifies(people: cast.Cast, job: str) -> None:
    _seal()
    found = verification.verify(people.auditor)
    assert found.finding is None
    assert found.waiting == 0
