"""Certificates: from the rows of a disposal to the statement, and from the ledger to the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from fengni.apps.disposals.models import Certificate, Disposal, Part
from fengni.apps.disposals.retention import DESTROY, SEAL, rule
from fengni.apps.ledger import queries as ledger
from fengni.core import destruction
from fengni.core.destruction import DestroyedUnit, SealedUnits


def units_hash(parts: Sequence[Part]) -> str:
    """What the entry of the destruction commits to."""
    return destruction.units_hash(_units(parts))


def statement_of(disposal: Disposal, parts: Sequence[Part], *, horizon: date, at: datetime) -> bytes:
    """The canonical statement of a disposal that is done."""
    approved, approved_at, finished = disposal.approved_by, disposal.approved_at, disposal.finished_at
    if approved is None or approved_at is None or finished is None:
        raise ValueError("a disposal that is done has all of these")
    sealed: dict[tuple[str, date], int] = {}
    for part in parts:
        if part.fate == SEAL and part.until is not None:
            sealed[part.retention_class, part.until] = sealed.get((part.retention_class, part.until), 0) + 1
    return destruction.statement(
        disposal=disposal.id,
        tenant=disposal.tenant_id,
        client=disposal.client_id,
        matter=disposal.number,
        units=_units(parts),
        sealed=[SealedUnits(kept, _law(kept), until, units) for (kept, until), units in sorted(sealed.items())],
        recalled=disposal.recalled,
        persons=len({part.subject_id for part in parts if part.fate == DESTROY and part.subject_kind == "person"}),
        proposed=(disposal.proposed_by, disposal.proposed_at),
        approved=(approved, approved_at),
        alone=disposal.alone,
        destroyed_at=finished,
        issued_at=at,
        backups_until=horizon,
    )


def file_of(certificate: Certificate, disposal: Disposal) -> bytes:
    """The file that leaves the house. Raises BadInput ("ledger.not-sealed-yet") for the first seconds."""
    entries = [entry for entry in (disposal.entry_id, certificate.entry_id) if entry is not None]
    (destroyed, issued), head = ledger.proved_entries(entries)
    return destruction.certificate_file(bytes(certificate.statement), destroyed=destroyed, issued=issued, head=head)


def _units(parts: Sequence[Part]) -> list[DestroyedUnit]:
    return [
        DestroyedUnit(
            unit=part.unit_id, subject=part.subject_kind, kept=part.retention_class, law=_law(part.retention_class),
            commitment=bytes(part.commitment), digest=bytes(part.digest), records=part.records, tags=part.tags,
            pieces=part.pieces, entry=part.entry_id or UUID(int=0),
        )
        for part in sorted(parts, key=lambda part: part.unit_id)
        if part.fate == DESTROY
    ]  # fmt: skip


def _law(retention_class: str) -> str:
    kept = rule(retention_class)
    return kept.law if kept else "none"
