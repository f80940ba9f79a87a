"""Documents by REST: begun, sent in pieces, viewed, destroyed."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from django.test import Client

from fengni.apps.accounts.services import issue_token
from fengni.apps.ledger import sealer
from fengni.core.vault.pieces import PIECE
from tests.apps.vault.files import make_client, make_person
from tests.cast import assemble, found, now
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


def test_a_large_file_arrives_in_ranges_goes_on_after_a_break_and_is_read_in_ranges() -> None:
    owner = found()
    client_id, content = make_client(owner), b"PK\x03\x04" + os.urandom(2 * PIECE)
    token = issue_token(actor=owner, at=now(), label="scanner").value
    web = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    about = {"kind": "other", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def begin() -> dict[str, Any]:
        address = f"/api/v1/clients/{client_id}/documents"
        return dict(web.post(address, about, content_type="application/json").json())

    def put(part: bytes, told: str) -> Any:
        return web.put(
            f"/api/v1/documents/{begin_id}/content", part, content_type="application/octet-stream",
            headers={"content-range": told},
        )  # fmt: skip

    begin_id, size, half = begin()["id"], len(content), PIECE + 70_000
    assert put(content[:half], f"bytes 0-{half - 1}/{size}").json()["received"] == half
    assert (begin()["id"], begin()["received"]) == (begin_id, half)
    for told in ("", "bytes 5-2/9", f"bytes 0-{size}/{size}", f"bytes {half}-{size - 1}/{size + 1}"):
        assert put(content[half:], told).status_code == 400
    assert put(b"", f"bytes */{size}").json() | {"entry_id": ""} == {
        "id": begin_id, "received": half, "whole": False, "pages": 0, "removed": [], "entry_id": "",
    }  # fmt: skip
    assert put(content[half:], f"bytes {half}-{size - 1}/{size}").json()["whole"] is True
    sealer.seal_round(at=now())
    why = {"purpose": "purpose.fill_form", "reason": "办理变更"}
    opened = web.post(f"/api/v1/documents/{begin_id}/open", why, content_type="application/json").json()

    def get(**headers: str) -> Any:
        return web.get(opened["content"], headers={name.replace("_", "-"): told for name, told in headers.items()})

    whole = get()
    assert (whole.status_code, whole["Content-Length"], whole["Cache-Control"]) == (200, str(size), "no-store")
    assert (b"".join(whole), whole["Content-Type"]) == (content, "application/zip")
    part = get(range=f"bytes={PIECE - 5}-{PIECE + 4}", if_range=whole["ETag"])
    assert (part.status_code, b"".join(part)) == (206, content[PIECE - 5 : PIECE + 5])
    assert part["Content-Range"] == f"bytes {PIECE - 5}-{PIECE + 4}/{size}"
    assert b"".join(get(range="bytes=-7")) == content[-7:]
    assert get(range="bytes=0-3", if_range='"another"').status_code == 200
    beyond = get(range=f"bytes={size}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
    assert hashlib.sha256(content).hexdigest()[:32] not in whole["ETag"]
    browsed = web.post(
        f"/api/v1/clients/{client_id}/documents/browse", {"purpose": why["purpose"]}, content_type="application/json"
    )
    assert (browsed.json()["pictures"], browsed["Cache-Control"]) == ({}, "no-store")
