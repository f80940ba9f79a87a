"""Makes certificate.json, of fixed keys and instants. `python -m tests.vectors.certificate` writes it anew."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fengni.core import destruction
from fengni.core.destruction import DestroyedUnit, SealedUnits
from fengni.core.ledger import entry as ledger
from fengni.core.ledger.checkpoint import Checkpoint, fingerprint, sign
from fengni.core.ledger.proof import Head, ProvedEntry

PATH = Path(__file__).with_suffix(".json")
ORIGIN = "fengni.example/ledger/vector"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
DISPOSAL, TENANT, CLIENT = UUID(int=1), UUID(int=2), UUID(int=3)
UNITS = (
    DestroyedUnit(
        unit=UUID(int=10), subject="person", kept="matter", law="pipl-47", commitment=bytes([7]) * 32,
        digest=hashlib.sha256(b"").digest(), records=1, tags=1, pieces=0, entry=UUID(int=20),
    ),
    DestroyedUnit(
        unit=UUID(int=11), subject="material", kept="matter", law="pipl-47", commitment=bytes([8]) * 32,
        digest=hashlib.sha256(b"x").digest(), records=1, tags=0, pieces=3, entry=UUID(int=21),
    ),
)  # fmt: skip


def stated(*, units: tuple[DestroyedUnit, ...] = UNITS, matter: str = "M-2026-0117") -> bytes:
    """The statement of the vector."""
    return destruction.statement(
        disposal=DISPOSAL, tenant=TENANT, client=CLIENT, matter=matter, units=units,
        sealed=[SealedUnits("practice_record", "agency-records", date(2036, 11, 25), 2)], recalled={"filed": 1},
        persons=1, proposed=(UUID(int=4), AT), approved=(UUID(int=5), AT), alone=False, destroyed_at=AT, issued_at=AT,
        backups_until=date(2027, 1, 25),
    )  # fmt: skip


def body(act: str, commits: str) -> bytes:
    """An entry about the disposal that commits to something."""
    return ledger.encode_body(
        entry_id=UUID(int=30), tenant_id=TENANT, act=act, actor_id=UUID(int=5), roles=["dpo"], channel="web",
        session=None, at=AT, outcome="done", purpose=None, resource=("disposals:disposal", DISPOSAL), count=0, clear=0,
        fields=[], facts={"commits": commits}, reason=None,
    )  # fmt: skip


def certificate(statement: bytes, first: bytes, second: bytes) -> bytes:
    """The file over a ledger of these two entries."""
    leaves = [ledger.leaf_hash(at, ledger.NO_SUBJECTS, one) for at, one in enumerate((first, second))]
    root = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    head = Checkpoint(ORIGIN, 2, root)
    key = SIGNER.public_key().public_bytes_raw()
    return destruction.certificate_file(
        statement,
        destroyed=ProvedEntry(0, first, ledger.NO_SUBJECTS, (leaves[1],)),
        issued=ProvedEntry(1, second, ledger.NO_SUBJECTS, (leaves[0],)),
        head=Head(sign(head, key=SIGNER), key),
    )


def made() -> tuple[bytes, str]:
    """The vector and its fingerprint."""
    statement = stated()
    first = body("disposals:disposal:run", destruction.units_hash(UNITS))
    second = body("disposals:certificate:issue", destruction.statement_hash(statement))
    file = certificate(statement, first, second)
    return file, fingerprint(ORIGIN, SIGNER.public_key().public_bytes_raw())


if __name__ == "__main__":
    content, key = made()
    PATH.write_text(json.dumps({"key": key, "file": json.loads(content)}, ensure_ascii=False, indent=1) + "\n", "utf-8")
