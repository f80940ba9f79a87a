"""A destruction certificate: what was destroyed, by whom, under which law, and the two entries that commit to it.

Rules:
- The statement is one JSON object of codes, counts, days and pseudonymous ids; nothing in it names anybody.
- The entry of the destruction commits to the list of units (`units_hash`), the entry of the issue to the whole
  statement (`statement_hash`): both stand in the ledger under a signed head, so nobody edits either afterwards.
- Of a destroyed unit there is the commitment that pinned it to one key, and a digest of the ciphertexts that were
  there: whoever finds an old copy can tell that it belongs to this unit, and nobody can open it.
- The last day on which a backup could bring something back is a part of the statement. Where it is unknown there is no
  certificate.

`ledger/verifier.py` checks the file without any of this. Format: docs/spec/certificate.md.

>>> units_hash([])
'4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945'
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fengni.core.ledger.entry import canonical, instant
from fengni.core.ledger.proof import EarlierHead, Head, ProvedEntry, destruction_certificate

__all__ = ["DestroyedUnit", "SealedUnits", "certificate_file", "statement", "statement_hash", "units_hash"]


@dataclass(frozen=True, slots=True)
class DestroyedUnit:
    """A unit that is no more. `subject` is person, client or material; `kept` its retention class."""

    unit: UUID
    subject: str
    kept: str
    law: str
    commitment: bytes
    digest: bytes
    records: int
    tags: int
    pieces: int
    entry: UUID

    def told(self) -> dict[str, str | int]:
        """As the statement names it."""
        return {
            "unit": self.unit.hex, "subject": self.subject, "kept": self.kept, "law": self.law,
            "commitment": self.commitment.hex(), "digest": self.digest.hex(), "records": self.records,
            "tags": self.tags, "pieces": self.pieces, "entry": self.entry.hex,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealedUnits:
    """Units that the law keeps, of one retention class."""

    kept: str
    law: str
    until: date
    units: int

    def told(self) -> dict[str, str | int]:
        """As the statement names them."""
        return {"kept": self.kept, "law": self.law, "until": self.until.isoformat(), "units": self.units}


def units_hash(units: Sequence[DestroyedUnit]) -> str:
    """What the entry of the destruction commits to: hex SHA-256 over the canonical list of units."""
    return hashlib.sha256(canonical([one.told() for one in units])).hexdigest()


def statement_hash(stated: bytes) -> str:
    """What the entry of the issue commits to."""
    return hashlib.sha256(stated).hexdigest()


def statement(
    *,
    disposal: UUID,
    tenant: UUID,
    client: UUID,
    matter: str,
    units: Sequence[DestroyedUnit],
    sealed: Sequence[SealedUnits],
    recalled: Mapping[str, int],
    persons: int,
    proposed: tuple[UUID, datetime],
    approved: tuple[UUID, datetime],
    alone: bool,
    destroyed_at: datetime,
    issued_at: datetime,
    backups_until: date,
) -> bytes:
    """The canonical bytes of a statement. `recalled` counts what went out and cannot be called back; `alone` says that
    nobody else could approve and a time of notice stood in."""
    return canonical(
        {
            "v": 1, "disposal": disposal.hex, "tenant": tenant.hex, "client": client.hex, "matter": matter,
            "units": [one.told() for one in units],
            "counts": {
                "units": len(units), "persons": persons, "records": sum(one.records for one in units),
                "tags": sum(one.tags for one in units), "pieces": sum(one.pieces for one in units),
            },
            "trial": {"tried": len(units), "opened": 0},
            "sealed": [one.told() for one in sealed], "not_recalled": dict(recalled),
            "proposed": {"by": proposed[0].hex, "at": instant(proposed[1])},
            "approved": {"by": approved[0].hex, "at": instant(approved[1])}, "alone": alone,
            "destroyed_at": instant(destroyed_at), "issued_at": instant(issued_at),
            "backups_until": backups_until.isoformat(),
        }
    )  # fmt: skip


def certificate_file(
    stated: bytes, *, destroyed: ProvedEntry, issued: ProvedEntry, head: Head, earlier: EarlierHead | None = None
) -> bytes:
    """The file that leaves the house. Raises BadInput ("ledger.proof-too-large")."""
    return destruction_certificate(stated, destroyed=destroyed, issued=issued, head=head, earlier=earlier)
