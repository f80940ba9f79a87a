"""The REST interface of the ledger reads, and changes nothing."""

from __future__ import annotations

from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.ledger import sealer
from fengni.core.access.actor import Actor
from fengni.core.ledger import verifier
from tests.apps.ledger.writing import write
from tests.cast import assemble, now


def _caller(actor: Actor) -> Client:
    token = issue_token(actor=actor, at=now(), label="test").value
    return Client(headers={"authorization": f"Bearer {token}"})


def test_entries_proof_and_checkpoint_verify_together() -> None:
    cast = assemble()
    [entry_id] = write(cast.colleague)
    auditor, agent = _caller(cast.auditor), _caller(cast.agent)
    sealer.seal_round(at=now())
    page = auditor.get("/api/v1/ledger/entries", {"act": "vault:field:reveal"}).json()
    assert [row["id"] for row in page["rows"]] == [str(entry_id)]
    assert agent.get("/api/v1/ledger/entries", {"act": "vault:field:reveal"}).json()["rows"] == []
    head = auditor.get("/api/v1/ledger/checkpoint").json()
    proof = auditor.get(f"/api/v1/ledger/entries/{entry_id}/proof")
    report = verifier.check(proof.content, key=head["fingerprint"])
    assert (report.status, report.size, report.origin) == ("verified", head["size"], head["origin"])


def test_pages_continue_by_cursor() -> None:
    cast = assemble()
    write(cast.agent, count=5)
    auditor = _caller(cast.auditor)
    sealer.seal_round(at=now())
    seen: list[int] = []
    before: int | None = None
    while True:
        more = {} if before is None else {"before": before}
        page = auditor.get("/api/v1/ledger/entries", {"limit": 2, **more}).json()
        seen += [row["sequence"] for row in page["rows"]]
        before = page["before"]
        if before is None:
            break
    assert seen == list(range(len(seen)))[::-1]
    assert len(seen) > 5


def test_strangers_and_intruders_get_nothing() -> None:
    cast = assemble()
    [entry_id] = write(cast.agent)
    sealer.seal_round(at=now())
    stranger = _caller(cast.stranger)
    assert stranger.get(f"/api/v1/ledger/entries/{entry_id}/proof").status_code >= 400
    assert str(entry_id) not in stranger.get("/api/v1/ledger/entries").content.decode()
    assert _caller(cast.agent).get(f"/api/v1/ledger/entries/{entry_id}/proof", {"since": 10**6}).status_code == 400
    assert Client().get("/api/v1/ledger/entries").status_code == 401
    assert Client().get("/api/v1/ledger/checkpoint").status_code == 401
