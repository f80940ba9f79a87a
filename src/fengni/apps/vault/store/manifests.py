"""Manifests: what one act wrote into the sealed store, committed to in its ledger entry.

A line is record, revision and SHA-256 of the envelope; of a deleted record revision 0 and zeros. Lines stand in order
of record; the SHA-256 over all of them is the fact `manifest` of the entry, so nobody rewrites a manifest unnoticed.

An envelope bound to its revision refuses to stand for another one. Whoever puts back a whole former row, with its
revision, is caught here: the newest line of a record says which revision and which bytes must be there. Undoing an
import brings former bytes and revisions back on purpose, and a unit's new key brings other bytes to the same revision;
their own manifests say so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.vault.store.house import House

LINE = 16 + 4 + 32


def line(record: UUID, revision: int, envelope: bytes) -> bytes:
    """The line of a record that was written."""
    return record.bytes + revision.to_bytes(4, "big") + hashlib.sha256(envelope).digest()


def deleted(record: UUID) -> bytes:
    """The line of a record that is no more."""
    return record.bytes + bytes(36)


def lines_of(manifest: bytes) -> Iterator[tuple[UUID, int, bytes]]:
    """(record, revision, digest) per line."""
    for at in range(0, len(manifest), LINE):
        part = manifest[at : at + LINE]
        yield UUID(bytes=part[:16]), int.from_bytes(part[16:20], "big"), part[20:]


def newest() -> dict[UUID, tuple[int, bytes]]:
    """Revision and digest that must stand in each record's row; revision 0 for one that is no more. Reads them all."""
    expected: dict[UUID, tuple[int, bytes]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT lines FROM vault_manifest ORDER BY created_at")
        for (lines,) in cursor:
            expected |= {record: (revision, digest) for record, revision, digest in lines_of(bytes(lines))}
    return expected


def root(manifest: bytes) -> str:
    """What the ledger entry says of a manifest."""
    return hashlib.sha256(manifest).hexdigest()


def write(
    house: House, lines: Sequence[bytes], *, import_id: UUID | None, former_roles: Mapping[str, list[str] | None]
) -> dict[str, int | str]:
    """Write the running act's manifest; returns the facts for its entry. Nothing written, nothing to say."""
    if not lines and not former_roles:
        return {}
    manifest = b"".join(sorted(lines))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_manifest (tenant_id, entry_id, import_id, lines, former_roles, created_at) "
            "VALUES (%s, %s, %s, %s, %s::jsonb, clock_timestamp())",
            [house.tenant_id, acting().entry_id, import_id, manifest, json.dumps(dict(former_roles))],
        )
    return {"manifest": root(manifest), "records": len(lines)}
