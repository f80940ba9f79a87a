"""Index entries under new keys: what a record is found by is made anew, while everybody writes and searches.

    begin    entries are made under the next version from now on; every version that lives is searched
    left     records, and former ones kept for an undo, whose entries are of an earlier version
    move     the next of them: opened, and all its entries and its fingerprint made anew
    wrong    records whose entries are not exactly those of their fields under the newest version
    end      only the newest version is searched

Rules: a record's entries change with its row, in one transaction: a kill leaves all of them under one version, and both
are searched. Rows that somebody holds are passed over and met in the next pass. What does not open stays and is counted
as left. Keys of units are released under the act's entry and counted for no person; nobody is shown anything. Tags of
files (indexing.FILES) stay: what they are of is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.common import bulk
from fengni.apps.common.bulk import number2, numbers4, packed
from fengni.apps.vault.store.house import House, held
from fengni.apps.vault.store.indexing import (
    GRAM_NUMBERS,
    NUMBERS,
    entries_of,
    gram_tags,
    grams_allowed,
    grams_kept,
    grams_of,
    kept_grams,
    tags_kept,
    tags_of,
)
from fengni.apps.vault.store.records import GRAM, TAG, digest
from fengni.apps.vault.store.rekeying import keys_of, living_units
from fengni.apps.vault.store.wrapping import Moved
from fengni.core.errors import SealRefused
from fengni.core.vault.envelope import Binding, open_rows
from fengni.core.vault.fields import pack

TABLES: Final = 2
_BEGIN: Final = UUID(int=0)
_LOOKED_AT: Final = 500
_ROW: Final = "r.id, r.unit_id, r.subject_kind, r.subject_id, r.client_id, r.record_class"
_FROM: Final = (
    f"SELECT NULL::uuid, {_ROW}, r.revision, r.envelope, r.index_version, r.fingerprint FROM vault_record r",  # noqa: S608
    f"SELECT h.import_id, {_ROW}, h.revision, h.envelope, h.index_version, h.fingerprint FROM vault_record_history h "  # noqa: S608
    "JOIN vault_record r ON r.tenant_id = h.tenant_id AND r.id = h.record_id",
)
_LOCK: Final = ("FOR NO KEY UPDATE OF r SKIP LOCKED", "FOR NO KEY UPDATE OF h SKIP LOCKED")
_ALIAS: Final = ("r", "h")


class _Row(NamedTuple):
    import_id: UUID | None  # of a former record, the import that replaced it
    id: UUID
    unit: UUID
    kind: str
    subject: UUID
    client: UUID
    class_: str
    revision: int
    envelope: bytes
    version: int
    mark: bytes


class _Made(NamedTuple):
    """The entries of one record: numbers of indexes with tags, with grams, and the fingerprint."""

    tags: frozenset[tuple[int, bytes]]
    grams: Mapping[int, Sequence[int]]
    mark: bytes


def begin(tenant_id: UUID) -> tuple[int, int]:
    """Entries are made under the next version from now on. Returns the former version and the new one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_keying (tenant_id, suite, version, index_version) SELECT id, suite, 1, 2 "
            "FROM accounts_tenant WHERE id = %s ON CONFLICT (tenant_id) DO UPDATE SET "
            "index_version = vault_keying.index_version + 1 RETURNING index_version",
            [tenant_id],
        )
        new = int(cursor.fetchone()[0])
    return new - 1, new


def end(tenant_id: UUID) -> None:
    """Nothing but the newest version is searched from now on."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_keying SET index_oldest = index_version WHERE tenant_id = %s", [tenant_id])


def left(newest: int) -> int:
    """How many records and former ones have entries of an earlier version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM vault_record WHERE index_version <> %s) "
            "+ (SELECT count(*) FROM vault_record_history WHERE index_version <> %s)",
            [newest, newest],
        )
        return int(cursor.fetchone()[0])


def move(home: House, table: int, *, after: UUID | None, most: int) -> Moved:
    """Make the entries of at most `most` records (`table` 0) or former ones (1) anew whose ids come after one."""
    home = held(home)
    rows = _read(
        f"{_FROM[table]} WHERE {_ALIAS[table]}.index_version <> %s AND r.id > %s ORDER BY r.id LIMIT %s {_LOCK[table]}",
        [home.index, after or _BEGIN, most],
    )
    opened = _opened(home, rows)
    made = _made(home, [(row.id, fields) for row, fields in opened])
    done = [(row, one) for (row, _), one in zip(opened, made, strict=True)]
    (_store_former if table else _store)(home, done)
    return Moved(len(done), len(rows) - len(done), rows[-1].id if len(rows) == most else None)


def wrong(home: House) -> int:
    """How many records, and former ones, do not have exactly the entries of their fields under the newest version."""
    return sum(_wrong(home, table) for table in range(TABLES))


def _wrong(home: House, table: int) -> int:
    found, last = 0, _BEGIN
    while rows := _read(f"{_FROM[table]} WHERE r.id > %s ORDER BY r.id LIMIT %s", [last, _LOOKED_AT]):
        last = rows[-1].id
        if table:  # several former ones of one record come together
            rows = [*(row for row in rows if row.id != last), *_read(f"{_FROM[table]} WHERE r.id = %s", [last])]
        opened = [(row, fields) for row, fields in _opened(home, rows) if row.version == home.index]
        there = _there_former(opened) if table else _there(opened)
        right = zip(opened, there, _allowed(home, opened), strict=True)
        found += len(rows) - sum(_is_whole(one, allowed) for _, one, allowed in right)
    return found


def _is_whole(there: _Made, allowed: tuple[_Made, Mapping[int, list[set[int]]]]) -> bool:
    """Whether entries are those of the fields: tags and fingerprint the same, of each gram one of its places."""
    wanted, places = allowed
    return (
        there.tags == wanted.tags
        and there.mark == wanted.mark
        and there.grams.keys() == places.keys()
        and all(
            set(numbers) <= set().union(*places[index]) and all(set(numbers) & one for one in places[index])
            for index, numbers in there.grams.items()
        )
    )


def _opened(home: House, rows: Sequence[_Row]) -> list[tuple[_Row, dict[str, str]]]:
    """Rows with their fields; without those that do not open."""
    units = living_units("u.id = ANY(%s)", [list({row.unit for row in rows})]) if rows else []
    keys = keys_of(home, units)
    opened = []
    for row in rows:
        place = Binding(home.tenant_id, row.unit, row.id, row.class_, row.revision)
        try:
            if row.unit in keys:
                opened.append((row, open_rows([(keys[row.unit], place, row.envelope)])[0]))
        except SealRefused:
            continue
    return opened


def _made(home: House, items: Sequence[tuple[UUID, Mapping[str, str]]]) -> list[_Made]:
    """The entries of records under the newest version."""
    wanted: dict[str, dict[str, None]] = {index: {} for index in NUMBERS}
    entries = [list(entries_of(fields)) for _, fields in items]
    for of_item in entries:
        for index, value in of_item:
            wanted[index][value] = None
    tags = tags_of(home, {index: list(values) for index, values in wanted.items()})
    known = {
        (index, value): tag
        for index, values in wanted.items()
        for value, tag in zip(values, tags.get(index, ()), strict=True)
    }
    marks = tags_of(home, {"fingerprint": [digest(id_, pack(fields)) for id_, fields in items]})
    grams = [grams_of(fields) for _, fields in items]
    numbers = _gram_numbers(home, grams)
    return [
        _Made(
            frozenset((NUMBERS[index], tag) for index, value in of_item if (tag := known[index, value]) is not None),
            {GRAM_NUMBERS[i]: sorted({numbers[i][gram] for gram in found}) for i, found in of_grams.items() if found},
            mark or b"",
        )
        for of_item, of_grams, mark in zip(entries, grams, marks.get("fingerprint", ()), strict=True)
    ]


def _gram_numbers(home: House, grams: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, dict[str, int]]:
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    for of_item in grams:
        for index, found in of_item.items():
            wanted[index].update(dict.fromkeys(found))
    return gram_tags(home, wanted)


def _allowed(
    home: House, opened: Sequence[tuple[_Row, Mapping[str, str]]]
) -> list[tuple[_Made, dict[int, list[set[int]]]]]:
    """What records should have, and by index the places each of their grams may have."""
    places = [grams_allowed(fields) for _, fields in opened]
    flat = [{index: [one for of_gram in of_index for one in of_gram] for index, of_index in p.items()} for p in places]
    numbers = _gram_numbers(home, flat)
    made = _made(home, [(row.id, fields) for row, fields in opened])
    return [
        (
            one,
            {
                GRAM_NUMBERS[i]: [{numbers[i][g] for g in of_gram} for of_gram in found]
                for i, found in p.items()
                if found
            },
        )
        for one, p in zip(made, places, strict=True)
    ]


def _there(opened: Sequence[tuple[_Row, object]]) -> list[_Made]:
    """The entries that records have; those of another version count as none that could be right."""
    ids = [row.id for row, _ in opened]
    tags: dict[UUID, set[tuple[int, bytes]]] = defaultdict(set)
    grams: dict[UUID, dict[int, list[int]]] = defaultdict(dict)
    of = {row.id: row for row, _ in opened}
    for record, kind, version, tag in _rows("SELECT record_id, kind, version, tag FROM vault_tag", ids):
        tags[record].add((_signed(of[record], kind, version), bytes(tag)))
    for record, kind, version, numbers in _rows("SELECT record_id, kind, version, tags FROM vault_gram", ids):
        grams[record][_signed(of[record], kind, version)] = list(numbers)
    return [_Made(frozenset(tags[row.id]), grams[row.id], row.mark) for row, _ in opened]


def _signed(row: _Row, kind: int, version: int) -> int:
    """The number of an index; of an entry that is not of its record's version one that no index has."""
    return kind if version == row.version else -kind


def _there_former(opened: Sequence[tuple[_Row, object]]) -> list[_Made]:
    kept = {
        (import_id, record): (bytes(tags), bytes(grams))
        for import_id, record, tags, grams in _rows(
            "SELECT import_id, record_id, tags, grams FROM vault_record_history", [row.id for row, _ in opened]
        )
    }
    found = []
    for row, _ in opened:
        tags, grams = kept[row.import_id, row.id] if row.import_id else (b"", b"")
        found.append(
            _Made(
                frozenset((_signed(row, kind, version), tag) for kind, version, tag in tags_kept(tags)),
                {_signed(row, kind, version): numbers for kind, version, numbers in grams_kept(grams)},
                row.mark,
            )
        )
    return found


def _store(home: House, done: Sequence[tuple[_Row, _Made]]) -> None:
    ids, version, tenant = [row.id for row, _ in done], number2(home.index), home.tenant_id.bytes
    tags, grams = [], []
    for row, made in done:
        owner = packed(row.kind.encode(), row.subject.bytes, row.client.bytes)
        tags += [packed(tenant, number2(kind), version, tag) + owner + packed(row.id.bytes) for kind, tag in made.tags]
        grams += [
            packed(tenant, row.id.bytes, number2(kind), version) + owner + packed(numbers4(numbers))
            for kind, numbers in made.grams.items()
        ]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM vault_tag WHERE record_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM vault_gram WHERE record_id = ANY(%s)", [ids])
        cursor.execute(
            "UPDATE vault_record r SET fingerprint = n.mark, index_version = %s "
            "FROM unnest(%s::uuid[], %s::bytea[]) n (id, mark) WHERE r.id = n.id",
            [home.index, ids, [made.mark for _, made in done]],
        )
    bulk.insert("vault_tag", TAG, tags)
    bulk.insert("vault_gram", GRAM, grams)


def _store_former(home: House, done: Sequence[tuple[_Row, _Made]]) -> None:
    version = bytes((home.index,))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_record_history h SET tags = n.tags, grams = n.grams, fingerprint = n.mark, "
            "index_version = %s FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[]) "
            "n (import_id, id, tags, grams, mark) WHERE h.import_id = n.import_id AND h.record_id = n.id",
            [
                home.index,
                [row.import_id for row, _ in done],
                [row.id for row, _ in done],
                [b"".join(sorted(number2(kind) + version + tag for kind, tag in made.tags)) for _, made in done],
                [
                    b"".join(kept_grams(kind, home.index, numbers) for kind, numbers in sorted(made.grams.items()))
                    for _, made in done
                ],
                [made.mark for _, made in done],
            ],
        )


def _read(statement: str, parameters: Sequence[Any]) -> list[_Row]:  # Any: what a statement takes
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return [
            _Row(import_id, id_, unit, kind, subject, client, class_, revision, bytes(envelope), version, bytes(mark))
            for import_id, id_, unit, kind, subject, client, class_, revision, envelope, version, mark in cursor
        ]


def _rows(statement: str, ids: Sequence[UUID]) -> list[Any]:  # Any: rows of several shapes
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} WHERE record_id = ANY(%s)", [list(ids)])
        return list(cursor.fetchall())
