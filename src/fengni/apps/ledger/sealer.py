"""Sealing: waiting entries get their sequence, their persons' numbers, their place in the tree; the head gets signed.

    1  take waiting rows of one tenant out of the inbox, oldest first
    2  load the right edge of the stored tree; it must give the stored root, or nothing is built on it
    3  number entries and persons in memory, hash, grow the tree
    4  write entries, sub-leaves, persons' heads, tiles and the new head, still unsigned; COMMIT
    5  the key process signs the head when it continues the one it signed last; store the note

Rules: a crash before 4 leaves the inbox as it was; between 4 and 5 an unsigned head, which the next round signs. Unique
constraints fence every number, so two sealers cannot double one; a lock per round keeps them from trying. A row that
cannot be read stops its tenant, since somebody wrote it past `inbox.append`; other tenants go on. The state of a round
is in the database and the key process, nothing in this one.
"""

from __future__ import annotations

import json
import logging
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import connections, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import inbox
from fengni.core.errors import FengniError, LedgerRefused, VerificationFailed
from fengni.core.ledger import entry as canonical
from fengni.core.ledger.checkpoint import Checkpoint, assemble
from fengni.core.ledger.merkle import EMPTY_ROOT, Growth, ReadTile, RightEdge, TiledTree

MOST_ENTRIES: Final = 5_000
_MOST_BYTES: Final = 32 * 1024 * 1024
_SEAT: Final = 0x66656E67  # names the advisory locks: one number alone for the seat, with a second one for a round
_log = logging.getLogger("fengni.sealer")


@dataclass(slots=True)
class _Sealed:
    """Columns of a batch, in the order of the sequence."""

    ids: list[UUID] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    actors: list[UUID] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    subjects: list[tuple[int, int, UUID, int, bytes, bytes, bytes]] = field(default_factory=list)
    """(sequence, position, person, number, salt, seen, sub-leaf)"""


def origin_of(tenant_id: UUID) -> str:
    """The name of a tenant's ledger in its checkpoints."""
    return f"fengni/ledger/{tenant_id.hex}"


def wait_for_the_seat(stopping: Callable[[], bool]) -> object:
    """The connection that holds the one seat of the installation once it does, or None when `stopping()`."""
    while not stopping():
        connection = connections["sealer"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SEAT])
            if cursor.fetchone()[0]:
                return connection.connection
        time.sleep(0.5)
    return None


def seal_round(*, at: datetime) -> int:
    """Seal one batch of every tenant that has waiting entries and sign every unsigned head; entries sealed.

    A tenant that fails keeps its entries waiting; the others go on, and the first failure is raised at the end.
    """
    sealed, failures = 0, list[FengniError]()
    for tenant_id in _tenants_with_work():
        try:
            with tenant(tenant_id):
                sealed += _seal(tenant_id, at)
                _sign(tenant_id)
        except FengniError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return sealed


def is_seat_lost(seat: object, *, ask: bool = False) -> bool:
    """Whether the connection with the seat is gone; `ask` the database too, as after a failure.

    Django replaces a broken connection without a word when a rollback met it; the new one has no seat.
    """
    connection = connections["sealer"]
    if connection.connection is None or connection.connection.closed or connection.connection is not seat:
        return True
    return ask and not connection.is_usable()


def log_failure(error: Exception, *, before: str = "") -> str:
    """Log an error by its code or type, since its text may hold what it should not; returns what was said.

    `before` is what the round before said: a failure that lasts is logged once.
    """
    failure = error.code if isinstance(error, FengniError) else type(error).__name__
    if failure != before:
        _log.error("sealing failed: %s", failure)
    return failure


def tile_reader(tenant_id: UUID, using: str) -> ReadTile:
    """Reads stored tiles of a tenant over one of the connections. Raises VerificationFailed when one is missing."""

    def read(level: int, index: int) -> bytes:
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT hashes FROM ledger_tile WHERE tenant_id = %s AND level = %s AND index = %s",
                [tenant_id, level, index],
            )
            found = cursor.fetchone()
        if found is None:
            raise VerificationFailed("ledger.tile-damaged", level=level, index=index)
        return bytes(found[0])

    return read


def _tenants_with_work() -> list[UUID]:
    """Tenants with waiting entries (one index probe each, however many wait) or an unsigned head."""
    with connections["sealer"].cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE waiting AS ("
            "(SELECT tenant_id FROM ledger_inbox ORDER BY tenant_id LIMIT 1) UNION ALL "
            "SELECT (SELECT i.tenant_id FROM ledger_inbox i WHERE i.tenant_id > w.tenant_id "
            "ORDER BY i.tenant_id LIMIT 1) FROM waiting w WHERE w.tenant_id IS NOT NULL) "
            "SELECT tenant_id FROM waiting WHERE tenant_id IS NOT NULL "
            "UNION SELECT tenant_id FROM ledger_checkpoint WHERE note = ''"
        )
        return [row[0] for row in cursor.fetchall()]


def _seal(tenant_id: UUID, at: datetime) -> int:
    with transaction.atomic(using="sealer", durable=True):
        cursor = psycopg.Cursor(connections["sealer"].connection)  # parameters and results in binary
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_SEAT, tenant_id.hex])
        rows = _take(cursor, tenant_id)  # 1
        if not rows:
            return 0
        edge = _stored_edge(cursor, tenant_id)  # 2
        batch, numbers = _number(cursor, tenant_id, edge.size, rows)  # 3
        with cursor.connection.pipeline():  # the server writes entries while we go on
            _write_entries(cursor, tenant_id, edge.size, batch, at)  # 4
            _write_subjects(cursor, tenant_id, batch, numbers)
            growth = edge.grow(batch.leaves)
        _write_tree(cursor, tenant_id, growth, at)
    return len(rows)


def _take(cursor: psycopg.Cursor[Any], tenant_id: UUID) -> list[tuple[int, UUID, bytes, bytes | None]]:
    cursor.execute(
        "DELETE FROM ledger_inbox WHERE tenant_id = %s AND id IN (SELECT id FROM ("
        "SELECT id, sum(coalesce(octet_length(subjects), 0) + octet_length(body)) OVER (ORDER BY id) AS so_far, "
        "row_number() OVER (ORDER BY id) AS place "
        "FROM (SELECT * FROM ledger_inbox WHERE tenant_id = %s ORDER BY id LIMIT %s) AS oldest"
        ") AS counted WHERE so_far <= %s OR place = 1) RETURNING id, entry_id, body, subjects",
        [tenant_id, tenant_id, MOST_ENTRIES, _MOST_BYTES],
        binary=True,
    )
    return sorted(cursor.fetchall(), key=lambda row: row[0])


def _stored_edge(cursor: psycopg.Cursor[Any], tenant_id: UUID) -> RightEdge:
    cursor.execute(
        "SELECT size, root FROM ledger_checkpoint WHERE tenant_id = %s ORDER BY size DESC LIMIT 1",
        [tenant_id],
        binary=True,
    )
    size, root = cursor.fetchone() or (0, EMPTY_ROOT)
    edge = RightEdge.load(size, tile_reader(tenant_id, "sealer"))
    if edge.root() != root:
        raise VerificationFailed("ledger.edge-damaged", size=size)
    return edge


def _number(
    cursor: psycopg.Cursor[Any], tenant_id: UUID, start: int, rows: Sequence[tuple[int, UUID, bytes, bytes | None]]
) -> tuple[_Sealed, dict[UUID, int]]:
    """The batch, and the last number of every person in it."""
    opened = [_unpack(packed) for _, _, _, packed in rows]
    persons = list({person for subjects in opened for _, person, _ in subjects})
    numbers: dict[UUID, int] = {}
    if persons:
        cursor.execute(
            "SELECT person_id, last_number FROM ledger_person_head WHERE tenant_id = %s AND person_id = ANY(%b)",
            [tenant_id, persons],
            binary=True,
        )
        numbers = dict(cursor.fetchall())
    batch, members = _Sealed(), dict[str, UUID]()
    for sequence, ((_, entry_id, body, _), subjects) in enumerate(zip(rows, opened, strict=True), start):
        act, actor_id, refused = _index_columns(tenant_id.hex, entry_id, body, len(subjects), members)
        made = []
        for salt, person, seen in subjects:
            number = numbers[person] = numbers.get(person, 0) + 1
            leaf = canonical.subject_leaf(salt=salt, person_id=person, number=number, seen=seen)
            made.append((leaf, person, number, salt, seen))
        made.sort()
        root = canonical.subjects_root([one[0] for one in made])
        batch.subjects += [
            (sequence, position, person, number, salt, seen, leaf)
            for position, (leaf, person, number, salt, seen) in enumerate(made)
        ]
        batch.ids.append(entry_id)
        batch.acts.append(act)
        batch.actors.append(actor_id)
        batch.refused.append(refused)
        batch.bodies.append(body)
        batch.roots.append(root)
        batch.leaves.append(canonical.leaf_hash(sequence, root, body))
    return batch, numbers


def _unpack(packed: bytes | None) -> list[tuple[bytes, UUID, bytes]]:
    try:
        return inbox.unpack_subjects(packed) if packed else []
    except (ValueError, struct.error):
        raise LedgerRefused("ledger.inbox-damaged") from None


def _index_columns(
    tenant_id: str, entry_id: UUID, body: bytes, persons: int, members: dict[str, UUID]
) -> tuple[str, UUID, bool]:
    """(act, actor, refused) as the body says; `members` keeps ids already read.

    Raises LedgerRefused when the body does not belong to its row.
    """
    try:
        said = json.loads(body.decode())
        if (said["id"], said["tenant"], said["count"]) != (entry_id.hex, tenant_id, persons):
            raise LedgerRefused("ledger.inbox-damaged")
        actor = said["actor"]["id"]
        return said["act"], members.get(actor) or members.setdefault(actor, UUID(actor)), said["outcome"] != "done"
    except (ValueError, TypeError, KeyError, AttributeError):
        raise LedgerRefused("ledger.inbox-damaged") from None


def _write_entries(cursor: psycopg.Cursor[Any], tenant_id: UUID, start: int, batch: _Sealed, at: datetime) -> None:
    cursor.execute(
        "INSERT INTO ledger_entry "
        "(tenant_id, sealed_at, sequence, id, act, actor_id, refused, body, subjects_root, leaf_hash) "
        "SELECT %s, %s, %s + place - 1, id, act, actor_id, refused, body, subjects_root, leaf_hash FROM unnest("
        "%b::uuid[], %b::text[], %b::uuid[], %b::bool[], %b::bytea[], %b::bytea[], %b::bytea[]) "
        "WITH ORDINALITY AS batch (id, act, actor_id, refused, body, subjects_root, leaf_hash, place)",
        [tenant_id, at, start, batch.ids, batch.acts, batch.actors, batch.refused, batch.bodies, batch.roots,
         batch.leaves],
    )  # fmt: skip


def _write_subjects(cursor: psycopg.Cursor[Any], tenant_id: UUID, batch: _Sealed, numbers: dict[UUID, int]) -> None:
    if not batch.subjects:
        return
    columns = [list(column) for column in zip(*batch.subjects, strict=True)]
    cursor.execute(
        "INSERT INTO ledger_entry_subject "
        "(tenant_id, sequence, position, person_id, number, salt, seen, leaf_hash) SELECT %s, batch.* FROM unnest("
        "%b::bigint[], %b::int[], %b::uuid[], %b::bigint[], %b::bytea[], %b::bytea[], %b::bytea[]) AS batch",
        [tenant_id, *columns],
    )
    cursor.execute(
        "INSERT INTO ledger_person_head (tenant_id, id, person_id, last_number) "
        "SELECT %s, batch.* FROM unnest(%b::uuid[], %b::uuid[], %b::bigint[]) AS batch "
        "ON CONFLICT (tenant_id, person_id) DO UPDATE SET last_number = excluded.last_number",
        [tenant_id, uuid7s(len(numbers)), list(numbers), list(numbers.values())],
    )


def _write_tree(cursor: psycopg.Cursor[Any], tenant_id: UUID, growth: Growth, at: datetime) -> None:
    tiles = growth.tiles
    cursor.execute(
        "INSERT INTO ledger_tile (tenant_id, level, index, hashes) "
        "SELECT %s, batch.* FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[]) AS batch "
        "ON CONFLICT (tenant_id, level, index) DO UPDATE SET hashes = excluded.hashes",
        [tenant_id, [t.level for t in tiles], [t.index for t in tiles], [t.hashes for t in tiles]],
    )
    head = [growth.edge.size, growth.edge.root(), at, tenant_id]
    cursor.execute(
        "UPDATE ledger_checkpoint SET size = %s, root = %b, created_at = %s WHERE tenant_id = %s AND note = ''", head
    )
    if cursor.rowcount == 0:
        cursor.execute(
            "INSERT INTO ledger_checkpoint (size, root, created_at, tenant_id, note) VALUES (%s, %b, %s, %s, '')", head
        )


def _sign(tenant_id: UUID) -> None:
    """Get the tenant's unsigned head signed. Raises KeysUnavailable, VerificationFailed."""
    with transaction.atomic(using="sealer"), connections["sealer"].cursor() as cursor:
        cursor.execute("SELECT size, root FROM ledger_checkpoint WHERE tenant_id = %s AND note = ''", [tenant_id])
        row = cursor.fetchone()
        if row is None:
            return
        head = Checkpoint(origin_of(tenant_id), row[0], bytes(row[1]))
        last = custodian().last_signed(tenant_id)
        if last.size > head.size:
            raise VerificationFailed("ledger.history-cut", signed=last.size, stored=head.size)
        tree = TiledTree(head.size, tile_reader(tenant_id, "sealer"))
        proof = tree.consistency(last.size) if last.size else ()
        signed = custodian().sign_checkpoint(tenant_id, head.origin, last.size, head.size, head.root, proof)
        note = assemble(head, public_key=signed.public_key, signature=signed.signature)
        cursor.execute(
            "UPDATE ledger_checkpoint SET note = %s WHERE tenant_id = %s AND size = %s AND note = ''",
            [note, tenant_id, head.size],
        )
