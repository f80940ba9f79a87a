"""The end of a client file over REST, and the exit code of a command that needs a second person."""

from __future__ import annotations

from typing import Any

from django.test import Client

from fengni.apps.accounts import services as accounts
from fengni.apps.ledger import sealer
from fengni.core.access.actor import Actor
from fengni.core.ledger import verifier
from fengni.core.printing import attached
from tests.apps.disposals.closing import NUMBER, backups_end, parts_of, scene
from tests.cast import now


class _Caller:
    def __init__(self, actor: Actor) -> None:
        token = accounts.issue_token(actor=actor, at=now(), label="测试").value
        self.client = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})

    def post(self, path: str, status: int = 200, **body: object) -> dict[str, Any]:
        answer = self.client.post(f"/api/v1{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        told: dict[str, Any] = answer.json()
        return told

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()


def test_two_callers_destroy_what_is_due_and_anybody_checks_the_certificate() -> None:
    at = scene()
    lead, dpo = _Caller(at.cast.lead), _Caller(at.cast.dpo)
    [file] = lead.get("/disposals/files")
    assert (file["state"], file["number"]) == ("due", NUMBER)
    found = lead.get("/disposals/calendar")
    assert (found["files"], found["due"]["destroyed"], found["due"]["sealed"]) == (1, 4, 2)
    assert found["years"][-2]["destroys"] == {"practice_record": 2}
    assert _Caller(at.cast.agent).client.get("/api/v1/disposals/calendar").status_code == 403
    lead.post(f"/disposals/files/{at.client}:hold", reason="法院要求保全")
    held = lead.get("/disposals/calendar")["held"]
    assert (sum(held.values()), lead.get("/disposals/holds")[0]["reason"]) == (6, "法院要求保全")
    lead.post(f"/disposals/files/{at.client}:lift", reason="已撤诉")
    made = lead.post("/disposals", 201, client_id=str(at.client), number=NUMBER, reason="办结期满")["id"]
    assert lead.post(f"/disposals/{made}:approve", 403, number=NUMBER)["type"].endswith("second-person-is-self")
    assert dpo.get("/approvals")["waiting"][0]["act"] == "disposals:disposal:run"
    assert dpo.post(f"/disposals/{made}:run", 400)["type"].endswith("disposals.not-now")
    dpo.post(f"/disposals/{made}:approve", number=NUMBER)
    assert dpo.post(f"/disposals/{made}:run")["destroyed"] == 4
    backups_end(at.cast)
    dpo.post(f"/disposals/{made}:certify")
    sealer.seal_round(at=now())
    answer = dpo.client.get(f"/api/v1/disposals/{made}/certificate")
    report = verifier.check(answer.content)
    assert (report.status, report.reason) == ("insufficient", "no-key")
    assert verifier.check(answer.content, key=report.fingerprint).status == "verified"
    paper = dpo.client.get(f"/api/v1/disposals/{made}/certificate.pdf?lang=en")
    assert attached(paper.content) == {"fengni-certificate.json": answer.content}
    shown = lead.get(f"/disposals/{made}")
    assert (shown["state"], shown["done"], len(shown["seals"])) == ("done", 4, 2)
    gone = next(p.unit_id for p in parts_of(at.cast, shown["id"]) if p.fate == "destroy")
    assert dpo.post(f"/disposals/{made}/units/{gone}:try")["refused"] == "keys.unit-destroyed"


def test_the_refusal_says_what_to_ask_for_and_a_sealed_value_takes_two() -> None:
    at = scene()
    lead, dpo = _Caller(at.cast.lead), _Caller(at.cast.dpo)
    made = lead.post("/disposals", 201, client_id=str(at.client), number=NUMBER, reason="办结期满")["id"]
    dpo.post(f"/disposals/{made}:approve", number=NUMBER)
    dpo.post(f"/disposals/{made}:run")
    path = f"/disposals/files/{at.client}/{at.person}/id_number:open"
    told = dpo.post(path, 403, purpose="purpose.answer_subject", reason="本人申请查阅")
    asked = dpo.post(
        "/approvals", 201, act=told["act"], resource=told["resource"], persons=told["persons"],
        fields=told["fields"].split(), reason="本人申请查阅",
    )  # fmt: skip
    lead.post(f"/approvals/{asked['id']}:give")
    assert dpo.post(path, purpose="purpose.answer_subject", reason="本人申请查阅")["kind"] == "id_number"


def test_holds_over_rest() -> None:
    at = scene()
    dpo = _Caller(at.cast.dpo)
    dpo.post(f"/disposals/files/{at.client}:hold", reason="有争议")
    told = dpo.post("/disposals", 403, client_id=str(at.client), number=NUMBER, reason="办结期满")
    assert told["type"].endswith("disposals.hold")
    dpo.post(f"/disposals/files/{at.client}:lift", reason="争议已了结")
    made = dpo.post("/disposals", 201, client_id=str(at.client), number=NUMBER, reason="办结期满")["id"]
    dpo.post(f"/disposals/{made}:withdraw")
