"""Destroying units: what one holds, the end of it, and looking whether it ended. Parts of running acts.

The order makes a crash harmless: first the key process remembers, durably, never to release the key again; only then
are the wrapped key, the records with their masks, index entries and former versions, and the pieces of files deleted,
in the act's transaction. A crash between leaves a unit that no longer opens and still has its rows; doing it again
finishes. Before the transaction ends the key is asked for with what was stored, and must be refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.vault.store import manifests
from fengni.apps.vault.store.house import House
from fengni.core.errors import Denied, SealRefused, VerificationFailed
from fengni.core.vault.suites import Suite

_SWEEPS = (
    "DELETE FROM vault_tag t USING vault_record r WHERE r.unit_id = %s AND t.tenant_id = r.tenant_id "
    "AND t.record_id = r.id",
    "DELETE FROM vault_gram g USING vault_record r WHERE r.unit_id = %s AND g.tenant_id = r.tenant_id "
    "AND g.record_id = r.id",
    "DELETE FROM vault_record_history h USING vault_record r WHERE r.unit_id = %s AND h.tenant_id = r.tenant_id "
    "AND h.record_id = r.id",
    "DELETE FROM vault_record WHERE unit_id = %s",
    "DELETE FROM vault_piece p USING vault_material m WHERE m.unit_id = %s AND p.tenant_id = m.tenant_id "
    "AND p.material_id = m.id",
    "DELETE FROM vault_material WHERE unit_id = %s",
)


class UnitRow(NamedTuple):
    """A unit of a client file as it stands."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    client_id: UUID
    retention_class: str
    state: str
    sealed_until: date | None
    commitment: bytes
    created_at: datetime
    matter_id: UUID | None = None  # of a file that was taken in for one matter
    shows: UUID | None = None  # the person a file is of
    file_kind: str = ""  # of a file

    @property
    def person(self) -> UUID | None:
        """The person whose information it is; None for the enterprise's."""
        return self.subject_id if self.subject_kind == "person" else self.shows


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a unit held. `tags`: index entries, those of parts of names too. `digest`: SHA-256 over the SHA-256 of each
    ciphertext, sorted. `commitment`: to the key that it had at its end."""

    records: int
    tags: int
    pieces: int
    digest: bytes
    commitment: bytes


def units_of(clients: Collection[UUID]) -> list[UnitRow]:
    """The units of client files, destroyed ones too, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.id, u.subject_kind, u.subject_id, u.client_id, u.retention_class, u.state, u.sealed_until, "
            "u.commitment, u.created_at, m.matter_id, m.subject_id, m.kind "
            "FROM vault_unit u LEFT JOIN vault_material m ON m.tenant_id = u.tenant_id "
            "AND m.unit_id = u.id WHERE u.client_id = ANY(%s) ORDER BY u.id",
            [list(clients)],
        )
        return [
            UnitRow(unit, kind, subject, client, kept, state, until, bytes(seal), made, matter, shows, what or "")
            for unit, kind, subject, client, kept, state, until, seal, made, matter, shows, what in cursor.fetchall()
        ]


def destroy(home: House, unit_id: UUID) -> tuple[Destroyed, dict[str, int | str]]:
    """Destroy a unit. Returns what it held and facts for the entry. Raises VerificationFailed when it still opens."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT suite, epoch, wrapped, commitment, version FROM vault_unit WHERE id = %s FOR UPDATE", [unit_id]
        )
        suite, *key = cursor.fetchone()
    lines, ciphertexts = _held(unit_id)
    custodian().destroy(home.tenant_id, [unit_id], entry=acting().entry_id)
    wrapped = _wrapped(unit_id, *key)
    _refuse_opening(home, Suite(suite), wrapped)
    swept = []
    with connection.cursor() as cursor:
        for statement in _SWEEPS:
            cursor.execute(statement, [unit_id])
            swept.append(cursor.rowcount)
        cursor.execute(
            "UPDATE vault_unit SET wrapped = '', state = 'destroyed', sealed_until = NULL WHERE id = %s", [unit_id]
        )
    tags, grams, _, records, pieces, files = swept
    facts = manifests.write(home, lines, import_id=None, former_roles={})
    digest = hashlib.sha256(b"".join(sorted(ciphertexts))).digest()
    return Destroyed(records + files, tags + grams, pieces, digest, wrapped.commitment), facts


def remains(home: House, units: Collection[UUID]) -> list[UUID]:
    """Those of these units of which anything is left: a key, a row, or a key process that would still release it."""
    asked = list(units)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM vault_unit WHERE id = ANY(%s) AND (state <> 'destroyed' OR wrapped <> '') "
            "UNION SELECT unit_id FROM vault_record WHERE unit_id = ANY(%s) "
            "UNION SELECT unit_id FROM vault_material WHERE unit_id = ANY(%s)",
            [asked, asked, asked],
        )
        left = {row[0] for row in cursor.fetchall()}
    told = custodian().destroyed(home.tenant_id, asked)
    return [unit for unit, gone in zip(asked, told, strict=True) if unit in left or not gone]


def try_to_open(home: House, unit_id: UUID) -> str:
    """Ask for a destroyed unit's key with whatever is stored of it. Returns the code of the refusal.

    Runs inside an act, so that a release would be counted. Raises VerificationFailed when the key is released.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT suite, epoch, wrapped, commitment, version FROM vault_unit WHERE id = %s", [unit_id])
        suite, *key = cursor.fetchone()
    return _refuse_opening(home, Suite(suite), _wrapped(unit_id, *key))


def _wrapped(unit_id: UUID, epoch: int, wrapped: bytes, commitment: bytes, version: int) -> WrappedKey:
    return WrappedKey(unit_id, epoch, bytes(wrapped), bytes(commitment), version=version)


def _held(unit_id: UUID) -> tuple[list[bytes], list[bytes]]:
    """Manifest lines of what goes, and the digest of each ciphertext of the unit; rows are locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, envelope FROM vault_record WHERE unit_id = %s ORDER BY id FOR UPDATE", [unit_id])
        rows = cursor.fetchall()
        cursor.execute("SELECT id, head, thumbnail FROM vault_material WHERE unit_id = %s", [unit_id])
        files = cursor.fetchall()
        cursor.execute(
            "SELECT sha256(p.sealed) FROM vault_piece p JOIN vault_material m ON m.tenant_id = p.tenant_id "
            "AND m.id = p.material_id WHERE m.unit_id = %s",
            [unit_id],
        )
        pieces = [bytes(row[0]) for row in cursor.fetchall()]
    lines = [manifests.deleted(one) for one, *_ in (*rows, *files)]
    sealed = [bytes(one) for _, *parts in (*rows, *files) for one in parts if one]
    return lines, [hashlib.sha256(one).digest() for one in sealed] + pieces


def _refuse_opening(home: House, suite: Suite, key: WrappedKey) -> str:
    running = acting()
    try:
        custodian().unwrap(home.tenant_id, suite, [key], entry=running.entry_id, purpose=running.rule.act)
    except (Denied, SealRefused) as refused:
        return refused.code
    raise VerificationFailed("vault.destroyed-unit-opens")
