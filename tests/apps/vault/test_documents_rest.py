"""Documents by REST: begun, sent in pieces, viewed, destroyed."""

from __future__ import annotations

from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.ledger import sealer
from tests.apps.vault.files import make_client, make_person
from tests.cast import assemble, now
from tests.core.pictures.samples import jpeg


def test_a_document_goes_in_in_pieces_is_seen_with_a_mark_and_destroyed() -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    token = issue_token(actor=cast.owner, at=now(), label="scanner").value
    web, content = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"}), jpeg()
    begun = web.post(
        f"/api/v1/clients/{client_id}/documents",
        {"kind": "id_front", "size": len(content), "subject_id": str(person_id)}, content_type="application/json",
    ).json()  # fmt: skip
    half = len(content) // 2
    for at, part in ((0, content[:half]), (half, content[half:])):
        sent = web.put(
            f"/api/v1/documents/{begun['id']}/bytes/{at}", part, content_type="application/octet-stream"
        ).json()
    assert (sent["whole"], sent["pages"], sent["received"]) == (True, 1, len(content))
    [row] = web.get(f"/api/v1/clients/{client_id}/documents").json()
    assert (row["id"], row["state"], row["kind"]) == (begun["id"], "kept", "id_front")
    sealer.seal_round(at=now())
    why = {"purpose": "purpose.verify_identity", "reason": "核对证件"}
    seen = web.post(f"/api/v1/documents/{begun['id']}/view", why, content_type="application/json")
    assert (seen.status_code, seen["Content-Type"], seen["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert web.delete(f"/api/v1/documents/{begun['id']}").json()["documents"] == 1
    assert web.get(f"/api/v1/clients/{client_id}/documents").json() == []
    gone = web.post(f"/api/v1/documents/{begun['id']}/view", why, content_type="application/json")
    assert gone.status_code == 403
