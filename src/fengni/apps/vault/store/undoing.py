"""Undoing an import: the store stands as before it, byte for byte but for new keys, and the ledger says so.

Records the import made are deleted with their units, records it replaced get their former bytes and revision back. The
manifest of the undo names both, so a revision that goes back on purpose is told from one put back by hand. Nothing is
undone when anything the import wrote was changed since: then the person decides value by value. What was destroyed on
purpose since (a password box) stays destroyed and hinders nothing, nor does a new key: the same fields of the same
revision under it are no change, and what was kept for the undo is under it too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from fengni.apps.common import bulk
from fengni.apps.common.bulk import number2, numbers4, packed
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import register
from fengni.apps.vault.store import manifests, materials
from fengni.apps.vault.store.house import held, house, one_writer
from fengni.apps.vault.store.indexing import grams_kept, tags_kept
from fengni.apps.vault.store.records import GRAM, TAG
from fengni.apps.vault.store.scope import refuse_outside_scope
from fengni.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back: records deleted and put back, clients that are gone."""

    deleted: int = 0
    restored: int = 0
    seen: tuple[Seen, ...] = ()
    facts: Mapping[str, int | str] = field(default_factory=dict)


def undo_import(*, import_id: UUID, at: datetime) -> Undone:
    """Take an import back, inside a running act. Raises BadInput when it was undone before or changed since, Denied
    when a client lies outside the actor's scope by now."""
    home = held(house())
    one_writer(home)
    written, former_roles = _what_it_wrote(import_id)
    if not written and not former_roles:
        return Undone()
    files = materials.take_back(import_id)
    destroyed = _follow(written, import_id)
    for gone in (*files, *destroyed):
        written.pop(gone, None)
    owners = _unchanged_owners(written)
    refuse_outside_scope({o[2] for o in owners.values()} | {*files.values()} | _files_of(former_roles), at)
    made = [record for record, (revision, _) in written.items() if revision == 1]
    replaced = [record for record, (revision, _) in written.items() if revision > 1]
    lines = [manifests.deleted(record) for record in (*made, *files)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM vault_tag WHERE record_id = ANY(%s)", [list(written)])
        cursor.execute("DELETE FROM vault_gram WHERE record_id = ANY(%s)", [list(written)])
        lines += _restore(home.tenant_id.bytes, import_id, replaced, owners)
        cursor.execute("DELETE FROM vault_record WHERE id = ANY(%s) RETURNING unit_id", [made])
        units = list({row[0] for row in cursor.fetchall()})
        cursor.execute(
            "DELETE FROM vault_unit u WHERE id = ANY(%s) AND NOT EXISTS "
            "(SELECT FROM vault_record r WHERE r.tenant_id = u.tenant_id AND r.unit_id = u.id)",
            [units],
        )
        cursor.execute("DELETE FROM vault_record_history WHERE import_id = %s", [import_id])
    _take_back_parties(home.tenant_id, former_roles, {owner[2] for owner in owners.values()})
    facts = manifests.write(home, lines, import_id=import_id, former_roles={})
    persons = {owner[1] for owner in owners.values() if owner[0] == "person"}
    return Undone(len(made), len(replaced), tuple(Seen(person) for person in sorted(persons)), facts)


def clients_made(*, import_id: UUID) -> set[UUID]:
    """The client files that an import made and an undo of it would remove."""
    written, _ = _what_it_wrote(import_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_id FROM vault_record WHERE id = ANY(%s) AND subject_id = client_id "
            "AND record_class = 'enterprise'",
            [[record for record, (revision, _) in written.items() if revision == 1]],
        )
        return {row[0] for row in cursor.fetchall()}


def _files_of(relations: Collection[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id FROM parties_relation WHERE id = ANY(%s)", [list(relations)])
        return {row[0] for row in cursor.fetchall()}


def forget_former(*, import_id: UUID) -> None:
    """Delete what an import replaced, when the time for undoing is over. Part of the act that ends that time."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM vault_record_history WHERE import_id = %s", [import_id])


def _what_it_wrote(import_id: UUID) -> tuple[dict[UUID, tuple[int, bytes]], dict[UUID, list[str] | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lines, former_roles::text FROM vault_manifest WHERE import_id = %s ORDER BY created_at", [import_id]
        )
        rows = cursor.fetchall()
    if len(rows) > 1:
        raise BadInput("vault.import-undone-already")
    if not rows:
        return {}, {}
    written = {record: (revision, digest) for record, revision, digest in manifests.lines_of(bytes(rows[0][0]))}
    return written, {UUID(hex=key): roles for key, roles in json.loads(rows[0][1]).items()}


def _follow(written: dict[UUID, tuple[int, bytes]], import_id: UUID) -> list[UUID]:
    """Put in what the manifests since an import say of what it wrote: the digest of a revision that got another key.

    Returns the records that single acts deleted since.
    """
    destroyed = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.lines, m.import_id IS NULL FROM vault_manifest m JOIN vault_manifest i "
            "ON i.tenant_id = m.tenant_id AND i.import_id = %s WHERE m.created_at > i.created_at ORDER BY m.created_at",
            [import_id],
        )
        for lines, is_single in cursor:
            for record, revision, digest in manifests.lines_of(bytes(lines)):
                if revision == 0 and is_single:
                    destroyed.append(record)
                elif record in written and written[record][0] == revision:
                    written[record] = revision, digest
    return destroyed


def _unchanged_owners(written: Mapping[UUID, tuple[int, bytes]]) -> dict[UUID, tuple[str, UUID, UUID]]:
    """(subject kind, subject, client) per record, locked. Raises BadInput when one is not as the import left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, revision, envelope, subject_kind, subject_id, client_id FROM vault_record WHERE id = ANY(%s) "
            "ORDER BY id FOR UPDATE",
            [list(written)],
        )
        rows = cursor.fetchall()
    same = [row for row in rows if written[row[0]] == (row[1], hashlib.sha256(row[2]).digest())]
    if len(same) != len(written):
        raise BadInput("vault.changed-since-import", records=len(written) - len(same))
    return {record: (kind, subject, client) for record, _, _, kind, subject, client in rows}


def _restore(
    tenant: bytes, import_id: UUID, records: Sequence[UUID], owners: Mapping[UUID, tuple[str, UUID, UUID]]
) -> list[bytes]:
    """Put former rows and index entries back; returns their manifest lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_record r SET revision = h.revision, envelope = h.envelope, display = h.display, "
            "fingerprint = h.fingerprint, updated_at = h.updated_at, index_version = h.index_version "
            "FROM vault_record_history h "
            "WHERE h.import_id = %s AND r.tenant_id = h.tenant_id AND r.id = h.record_id "
            "RETURNING r.id, r.revision, r.envelope, h.tags, h.grams",
            [import_id],
        )
        rows = [(record, revision, *map(bytes, rest)) for record, revision, *rest in cursor.fetchall()]
    if {row[0] for row in rows} != set(records):
        raise BadInput("vault.import-too-old-to-undo")
    tags, grams = [], []
    for record, _, _, kept, kept_as_grams in rows:
        kind, subject, client = owners[record]
        owner = packed(kind.encode(), subject.bytes, client.bytes, record.bytes)
        for number, version, tag in tags_kept(kept):
            tags.append(packed(tenant, number2(number), number2(version), tag) + owner)
        for number, version, numbers in grams_kept(kept_as_grams):
            head = packed(tenant, record.bytes, number2(number), number2(version), kind.encode())
            grams.append(head + packed(subject.bytes, client.bytes, numbers4(numbers)))
    bulk.insert("vault_tag", TAG, tags)
    bulk.insert("vault_gram", GRAM, grams)
    return [manifests.line(record, revision, envelope) for record, revision, envelope, *_ in rows]


def _take_back_parties(
    tenant_id: UUID, former_roles: Mapping[UUID, list[str] | None], clients: Collection[UUID]
) -> None:
    """Relations, persons and client files the import made go; roles it added go too."""
    made = [relation for relation, roles in former_roles.items() if roles is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM vault_record r JOIN parties_relation p ON p.tenant_id = r.tenant_id "
            "AND p.client_id = r.client_id AND p.person_id = r.subject_id WHERE p.id = ANY(%s)",
            [made],
        )
        left = cursor.fetchone()[0]
        if left:
            raise BadInput("vault.changed-since-import", records=left)
        register.set_roles({relation: roles for relation, roles in former_roles.items() if roles is not None})
        register.remove_relations(tenant_id, made)
        cursor.execute(
            "SELECT c.id, EXISTS (SELECT FROM parties_relation p WHERE p.tenant_id = c.tenant_id "
            "AND p.client_id = c.id) OR EXISTS (SELECT FROM vault_material m WHERE m.tenant_id = c.tenant_id "
            "AND m.client_id = c.id) FROM parties_client c WHERE id = ANY(%s) AND NOT EXISTS (SELECT FROM "
            "vault_record r WHERE r.tenant_id = c.tenant_id AND r.client_id = c.id AND r.subject_id = c.id)",
            [list(clients)],
        )
        empty = cursor.fetchall()
    in_use = sum(used for _, used in empty)
    if in_use:
        raise BadInput("vault.changed-since-import", records=in_use)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM vault_unit WHERE state = 'destroyed' AND client_id = ANY(%s)",
            [[client for client, _ in empty]],
        )
    register.remove_clients(tenant_id, [client for client, _ in empty])
