"""Full verification: everything stored is derived again by the code that sealed it, and compared.

    entries      no gap; each body belongs to its row; each leaf hash is that of its bytes
    persons      each sub-leaf, the root over them, their numbers 1, 2, 3 ... per person; the last number kept
    tree         every tile is what the entries give
    heads        every stored head is the tree's at its size and carries our signature
    memory       the head that the key process signed last lies inside this tree, so nothing was cut off or forked

Rules: one snapshot, so sealing may go on meanwhile. The first thing that differs is named by kind and sequence. Outside
every hash, so not covered: `sealed_at`, `created_at`, a deleted older head (nobody counts heads), and what still waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger.sealer import origin_of
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied, VerificationFailed
from fengni.core.ledger import entry as canonical
from fengni.core.ledger.checkpoint import Checkpoint, fingerprint, open_note
from fengni.core.ledger.merkle import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, RightEdge, Tile

CHUNK: Final = 5_000
READERS: Final = frozenset({"owner", "lead", "dpo", "auditor", "security", "system"})
"""Roles that read the whole ledger; everybody else reads what they did themselves."""

_Row = Sequence[Any]  # a row of a raw cursor


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that does not hold. Its sentence is the text `ledger.finding.<kind>`."""

    kind: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was derived again. `size` is that of the newest head, `signed` of the newest one with a signature."""

    size: int
    signed: int
    heads: int
    subjects: int
    persons: int
    waiting: int
    fingerprint: str
    finding: Finding | None


class _Differs(Exception):
    def __init__(self, kind: str, sequence: int) -> None:
        super().__init__(kind)
        self.finding = Finding(kind, sequence)


def verify(actor: Actor, *, progress: Callable[[int, int], None] | None = None) -> Verification:
    """Verify the ledger of the actor's tenant; `progress(entries done, entries)` is called now and then.

    Raises Denied for actors who do not read the whole ledger, KeysUnavailable when the public key cannot be had.
    """
    if not actor.roles & READERS:
        raise Denied("access.role")
    tenant_id = actor.tenant_id
    public_key, last = custodian().public_key(tenant_id), custodian().last_signed(tenant_id)
    remembered = Checkpoint(last.origin, last.size, last.root) if last.size else None
    with tenant(tenant_id), transaction.atomic(durable=True):
        _ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        walk = _Walk(tenant_id, public_key, remembered)
        finding = None
        try:
            walk.run(progress or (lambda done, of: None))
        except _Differs as differs:
            finding = differs.finding
        [(waiting,)] = _ask("SELECT count(*) FROM ledger_inbox")
    return Verification(
        size=walk.size,
        signed=walk.signed,
        heads=walk.heads,
        subjects=walk.subjects,
        persons=len(walk.numbers),
        waiting=waiting,
        fingerprint=fingerprint(origin_of(tenant_id), public_key),
        finding=finding,
    )


@dataclass(slots=True)
class _Walk:
    """One pass from the first entry to the newest head."""

    tenant_id: UUID
    public_key: bytes
    remembered: Checkpoint | None
    edge: RightEdge = field(default_factory=RightEdge.empty)
    size: int = 0
    signed: int = 0
    heads: int = 0
    subjects: int = 0
    numbers: dict[UUID, int] = field(default_factory=dict)
    wrong_tile: Finding | None = None

    def run(self, progress: Callable[[int, int], None]) -> None:
        found = _ask("SELECT size FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
        self.size = found[0][0] if found else 0
        if self.remembered and self.remembered.size > self.size:
            raise _Differs("cut", self.size)
        while self.edge.size < self.size:
            self._chunk(min(self.edge.size + CHUNK, self.size))
            progress(self.edge.size, self.size)
        if self.wrong_tile is None:
            self._compare_tiles(
                [Tile(level, self._next(level), hashes) for level, hashes in enumerate(self.edge.partial) if hashes]
            )
        if self.wrong_tile is not None:  # while every head holds: the entries are right and the tile is not
            raise _Differs("tile", self.wrong_tile.sequence)
        self._nothing_else()
        self._last_numbers()

    def _chunk(self, end: int) -> None:
        """Derive entries up to `end`, with every head and tile on the way."""
        start = self.edge.size
        leaves = list(self._leaves(start, end))
        heads = {size: (bytes(root), note) for size, root, note in _ask(
            "SELECT size, root, note FROM ledger_checkpoint WHERE size > %s AND size <= %s", start, end
        )}  # fmt: skip
        stops = {end, *heads}
        if self.remembered and start < self.remembered.size <= end:
            stops.add(self.remembered.size)
        tiles: list[Tile] = []
        for stop in sorted(stops):
            growth = self.edge.grow(leaves[self.edge.size - start : stop - start])
            self.edge = growth.edge
            tiles += [tile for tile in growth.tiles if tile.width == TILE_WIDTH]
            if stop in heads:
                self._head(stop, *heads[stop], tiles)
            if self.remembered and stop == self.remembered.size and self.edge.root() != self.remembered.root:
                raise self._rewritten(stop, tiles)
        self._compare_tiles(tiles)

    def _leaves(self, start: int, end: int) -> Iterator[bytes]:
        rows = _ask(
            "SELECT sequence, id, act, actor_id, refused, body, subjects_root, leaf_hash FROM ledger_entry "
            "WHERE sequence >= %s AND sequence < %s ORDER BY sequence", start, end
        )  # fmt: skip
        opened = _ask(
            "SELECT sequence, position, person_id, number, salt, seen, leaf_hash FROM ledger_entry_subject "
            "WHERE sequence >= %s AND sequence < %s ORDER BY sequence, position", start, end
        )  # fmt: skip
        by_sequence = {sequence: list(group) for sequence, group in groupby(opened, key=lambda row: row[0])}
        for expected, row in enumerate(rows, start):
            if row[0] != expected:
                raise _Differs("missing", expected)
            leaf = canonical.leaf_hash(expected, bytes(row[6]), bytes(row[5]))
            said = self._belongs(row)
            if leaf != bytes(row[7]) or said is None:
                raise _Differs("entry", expected)
            self._persons(expected, bytes(row[6]), said["count"], by_sequence.get(expected, []))
            yield leaf
        if start + len(rows) < end:
            raise _Differs("missing", start + len(rows))

    def _belongs(self, row: _Row) -> dict[str, Any] | None:
        """What the body says, when it is the body of this row."""
        try:
            said: dict[str, Any] = json.loads(bytes(row[5]))
            told = (said["id"], said["act"], said["actor"]["id"], said["outcome"] != "done", said["tenant"])
            same = told == (row[1].hex, row[2], row[3].hex, row[4], self.tenant_id.hex) and "count" in said
        except (ValueError, TypeError, KeyError):
            return None
        return said if same else None

    def _persons(self, sequence: int, root: bytes, count: int, rows: list[_Row]) -> None:
        leaves = []
        for place, (_, position, person, number, salt, seen, stored) in enumerate(rows):
            if position != place or len(salt) != canonical.SALT_BYTES:
                raise _Differs("subjects", sequence)
            leaf = canonical.subject_leaf(salt=bytes(salt), person_id=person, number=number, seen=bytes(seen))
            leaves.append(leaf)
            if leaf != bytes(stored):
                raise _Differs("subjects", sequence)
        if len(leaves) != count or leaves != sorted(leaves) or canonical.subjects_root(leaves) != root:
            raise _Differs("subjects", sequence)
        for row in sorted(rows, key=lambda row: row[3]):
            self.numbers[row[2]] = self.numbers.get(row[2], 0) + 1
            if row[3] != self.numbers[row[2]]:
                raise _Differs("number", sequence)
        self.subjects += len(rows)

    def _head(self, size: int, root: bytes, note: str, tiles: list[Tile]) -> None:
        self.heads += 1
        computed = self.edge.root()
        if not note and size == self.size:  # just sealed, not signed yet
            if root != computed:
                raise self._rewritten(size, tiles)
            return
        try:
            signed = open_note(note, public_key=self.public_key, origin=origin_of(self.tenant_id))
        except VerificationFailed:
            raise _Differs("head", size) from None
        if signed.size != size or (signed.root == computed and root != computed):
            raise _Differs("head", size)
        if signed.root != computed:
            raise self._rewritten(size, tiles)
        self.signed = size

    def _rewritten(self, size: int, tiles: list[Tile]) -> _Differs:
        """The entries give another tree than the one that was signed; the tiles may still know where it begins."""
        self._compare_tiles(
            tiles + [Tile(level, self._next(level), hashes) for level, hashes in enumerate(self.edge.partial) if hashes]
        )
        if self.wrong_tile is not None:
            return _Differs("entry", self.wrong_tile.sequence)
        return _Differs("history", size)

    def _next(self, level: int) -> int:
        """The index of the tile at the right edge of a level."""
        return (self.edge.size >> (TILE_HEIGHT * level)) // TILE_WIDTH

    def _compare_tiles(self, tiles: list[Tile]) -> None:
        """Remember the first leaf where a stored tile differs from what the entries give; a prefix is enough."""
        for level, group in groupby(sorted(tiles, key=lambda tile: (tile.level, tile.index)), lambda tile: tile.level):
            made = {tile.index: tile.hashes for tile in group}
            stored = {index: bytes(hashes) for index, hashes in _ask(
                "SELECT index, hashes FROM ledger_tile WHERE level = %s AND index BETWEEN %s AND %s",
                level, min(made), max(made)
            )}  # fmt: skip
            for index, hashes in made.items():
                place = _first_difference(hashes, stored.get(index, b""), exact=self.edge.size == self.size)
                first = (index * TILE_WIDTH + place) << (TILE_HEIGHT * level)
                if place >= 0 and (self.wrong_tile is None or first < self.wrong_tile.sequence):
                    self.wrong_tile = Finding("tile", first)

    def _nothing_else(self) -> None:
        """No row beyond what the newest head covers."""
        for table in ("ledger_entry", "ledger_entry_subject"):
            beyond = _ask(f"SELECT sequence FROM {table} WHERE sequence >= %s OR sequence < 0 LIMIT 1", self.size)  # noqa: S608
            if beyond:
                raise _Differs("extra", beyond[0][0])
        expected, width = 0, self.size
        while width:
            expected, width = expected + -(-width // TILE_WIDTH), width >> TILE_HEIGHT
        if _ask("SELECT count(*) FROM ledger_tile") != [(expected,)]:
            raise _Differs("tile", self.size)
        if _ask("SELECT count(*) FROM ledger_checkpoint") != [(self.heads,)]:
            raise _Differs("head", 0)

    def _last_numbers(self) -> None:
        kept = dict(_ask("SELECT person_id, last_number FROM ledger_person_head"))
        for person in kept.keys() | self.numbers.keys():
            if kept.get(person) != self.numbers.get(person):
                [(last,)] = _ask(
                    "SELECT coalesce(max(sequence), 0) FROM ledger_entry_subject WHERE person_id = %s", person
                )
                raise _Differs("last-number", last)


def _ask(statement: str, *parameters: int | UUID) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [] if cursor.description is None else cursor.fetchall()


def _first_difference(made: bytes, stored: bytes, *, exact: bool) -> int:
    """The place of the first hash that differs, -1 for none. Unless `exact`, the stored tile may be wider."""
    if (stored if exact else stored[: len(made)]) == made:
        return -1
    for at in range(0, len(made), HASH_BYTES):
        if made[at : at + HASH_BYTES] != stored[at : at + HASH_BYTES]:
            return at // HASH_BYTES
    return len(made) // HASH_BYTES
