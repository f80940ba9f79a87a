"""New keys for units: everything under a unit's key is opened and sealed again under another, while everybody works.

    begin    from now on new units have keys of the next version, of the suite that was asked for
    left     living units whose key is of an earlier version
    move     the next units: their records, what imports replaced, documents with head, pieces and small picture
    wrong    living units of which anything is not whole under the newest version

Rules: a unit changes with all that lies under it in one transaction, and so does each large document, one piece in
memory at a time: a kill at any point leaves it wholly under one key. Its rows are locked first, and a unit of which
somebody holds one is passed over and met again in the next pass, so this never waits while it holds anything. What
does not open (changed by hand, or destroyed while its rows still stand) stays as it is and is counted as left. Clear
values are those of one unit at a time and leave nothing behind but new envelopes; keys are released under the act's
entry and counted for no person, since nobody is shown anything. Masks, index entries and what people typed as reasons
are under other keys and do not change.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from fengni.apps.acts.acting import acting
from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.vault.models import Keying, Material
from fengni.apps.vault.store import manifests, streams
from fengni.apps.vault.store.house import House, KeyKind, key_kind, steady
from fengni.apps.vault.store.materials import KEPT
from fengni.apps.vault.store.wrapping import Moved
from fengni.core.errors import Denied, SealRefused
from fengni.core.vault.envelope import Binding, open_, open_packed, reseal
from fengni.core.vault.pieces import SealedPlace
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

LARGE: Final = 32 << 20  # bytes of documents in one batch; a larger one has a batch of its own
_LOOKED_AT: Final = 500
_BEGIN: Final = UUID(int=0)
_NewKey = tuple[UUID, bytes, bytes]  # unit, wrapped, commitment
_UNDER: Final = (  # a row for each row under units
    "SELECT unit_id FROM vault_record WHERE unit_id = ANY(%s) UNION ALL "
    "SELECT r.unit_id FROM vault_record r JOIN vault_record_history h ON h.tenant_id = r.tenant_id "
    "AND h.record_id = r.id WHERE r.unit_id = ANY(%s) UNION ALL "
    "SELECT u.id FROM vault_unit u JOIN vault_material m ON m.tenant_id = u.tenant_id AND m.id = u.subject_id "
    "WHERE u.id = ANY(%s) UNION ALL "
    "SELECT u.id FROM vault_unit u JOIN vault_piece p ON p.tenant_id = u.tenant_id AND p.material_id = u.subject_id "
    "WHERE u.id = ANY(%s)"
)
_UNOPENED: Final = frozenset({"vault.sealed-value-refused", "keys.unit-destroyed"})


class _Record(NamedTuple):
    """An envelope with fields: a record's, or with `import_id` one that this import replaced."""

    id: UUID
    class_: str
    revision: int
    envelope: bytes
    import_id: UUID | None = None


@dataclass(slots=True)
class LivingUnit:
    """A unit and what lies under its key; `size` in bytes of its document."""

    id: UUID
    suite: Suite
    key: WrappedKey
    file_id: UUID | None
    size: int
    records: list[_Record] = field(default_factory=list)
    file: Material | None = None

    def places(self, tenant_id: UUID) -> list[tuple[Binding, bytes]]:
        """Where its envelopes with fields belong."""
        return [(Binding(tenant_id, self.id, one.id, one.class_, one.revision), one.envelope) for one in self.records]


def begin(tenant_id: UUID, suite: Suite | None = None) -> tuple[KeyKind, KeyKind]:
    """New units have keys of the next version from now on. Returns what they were before and are now."""
    old = key_kind(tenant_id)
    new = KeyKind(suite or old.suite, old.version + 1)
    Keying.objects.update_or_create(tenant_id=tenant_id, defaults={"suite": new.suite, "version": new.version})
    return old, new


def left(newest: int) -> int:
    """How many living units have a key of an earlier version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_unit WHERE state = 'live' AND version <> %s", [newest])
        return int(cursor.fetchone()[0])


def move(home: House, *, after: UUID | None, most: int) -> Moved:
    """Give at most `most` units that come after an id new keys. A large document is a batch of its own."""
    kind = steady(home.tenant_id)
    met = living_units(
        "u.version <> %s AND u.id > %s ORDER BY u.id LIMIT %s FOR NO KEY UPDATE OF u SKIP LOCKED",
        [kind.version, after or _BEGIN, most],
    )
    batch = _cut(met)
    last = batch[-1].id if len(met) == most or len(batch) < len(met) else None
    busy = _fill(batch, lock=True)
    units = [unit for unit in batch if unit.id not in busy]
    old = keys_of(home, units)
    opened = [unit for unit in units if unit.id in old]
    new = kind.made(home.tenant_id, [unit.id for unit in opened])
    keys, lines, records = list[_NewKey](), list[bytes](), list[_Record]()
    for unit, key, wrapped, commitment in zip(opened, new.keys, new.wrapped, new.commitments, strict=True):
        try:
            sealed, said = _resealed(home, unit, old[unit.id], key)
        except SealRefused:
            continue
        records += sealed
        lines += said
        keys.append((unit.id, wrapped, commitment))
    _store(records)
    _store_keys(kind, new.epoch, keys)
    facts = manifests.write(home, lines, import_id=None, former_roles={})
    return Moved(len(keys), len(units) - len(keys), last, facts)


def wrong(home: House, newest: int) -> int:
    """How many living units are not whole under the newest version: the key, every envelope opened under it, and the
    digest of each against what acts wrote. What others changed while this looked is looked at once more."""
    suspects: set[UUID] = set()
    expected, last = manifests.newest(), _BEGIN
    while units := living_units("u.id > %s ORDER BY u.id LIMIT %s", [last, _LOOKED_AT]):
        suspects |= _not_whole(home, units, newest, expected)
        last = units[-1].id
    units = living_units("u.id = ANY(%s)", [list(suspects)]) if suspects else []
    return len(_not_whole(home, units, newest, manifests.newest())) if units else 0


def _resealed(home: House, unit: LivingUnit, old: UnitKey, new: UnitKey) -> tuple[list[_Record], list[bytes]]:
    """A unit's envelopes under another key, and manifest lines; those of a document are stored at once.

    Raises SealRefused: then nothing of the unit has changed.
    """
    envelopes = reseal(old, new, unit.places(home.tenant_id))
    records = [one._replace(envelope=sealed) for one, sealed in zip(unit.records, envelopes, strict=True)]
    lines = [manifests.line(one.id, one.revision, one.envelope) for one in records if one.import_id is None]
    if unit.file is not None:
        with transaction.atomic():  # a piece that does not open takes those before it back
            lines += _reseal_file(unit.file, old, new)
    return records, lines


def _reseal_file(row: Material, old: UnitKey, new: UnitKey) -> list[bytes]:
    if row.state != KEPT:  # on its way: pieces at their offsets, no head
        for at in streams.positions(row.id):
            [sealed] = reseal(old, new, [(streams.way(row, at), streams.stored(row.id, at))])
            streams.replace(row, at, sealed)
        return []
    before, after = SealedPlace(old, row.tenant_id, row.id), SealedPlace(new, row.tenant_id, row.id)
    head = before.open_head(bytes(row.head))
    if streams.positions(row.id) != list(range(head.pieces)):
        raise SealRefused
    for position in range(head.pieces):
        content = before.open_piece(head, position, streams.stored(row.id, position))
        streams.replace(row, position, after.seal_piece(position, content))
    row.head = after.seal_head(head.media_type, head.size)
    row.thumbnail = after.seal_thumb(before.open_thumb(bytes(row.thumbnail))) if row.thumbnail else b""
    row.save(update_fields=["head", "thumbnail"])
    return [manifests.line(row.id, 1, row.head)]


def _not_whole(
    home: House, units: Sequence[LivingUnit], newest: int, expected: Mapping[UUID, tuple[int, bytes]]
) -> set[UUID]:
    """Those of these units that do not open, or hold what no act wrote."""
    _fill(units, lock=False)
    keys = keys_of(home, units)
    wrong = set[UUID]()
    for unit in units:
        try:
            if unit.key.version != newest or unit.id not in keys:
                raise SealRefused
            _check(home, unit, keys[unit.id], expected)
        except SealRefused:
            wrong.add(unit.id)
    return wrong


def _check(home: House, unit: LivingUnit, key: UnitKey, expected: Mapping[UUID, tuple[int, bytes]]) -> None:
    """Raises SealRefused for a unit that is not whole."""
    written = [(one.id, one.revision, one.envelope) for one in unit.records if one.import_id is None]
    row = unit.file
    if row is not None and row.state == KEPT:
        written.append((row.id, 1, bytes(row.head)))
    if any(expected.get(id_) != (revision, hashlib.sha256(envelope).digest()) for id_, revision, envelope in written):
        raise SealRefused
    open_packed([(key, binding, envelope) for binding, envelope in unit.places(home.tenant_id)])
    if row is None:
        return
    there = streams.positions(row.id)
    if row.state != KEPT:
        for at in there:
            open_(key, streams.way(row, at), streams.stored(row.id, at))
        return
    place = SealedPlace(key, row.tenant_id, row.id)
    head = place.open_head(bytes(row.head))
    if there != list(range(head.pieces)):
        raise SealRefused
    for position in there:
        place.open_piece(head, position, streams.stored(row.id, position))
    if row.thumbnail:
        place.open_thumb(bytes(row.thumbnail))


def living_units(where: str, parameters: Sequence[Any]) -> list[LivingUnit]:  # Any: what a statement takes
    """The living units of a condition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.id, u.suite, u.epoch, u.wrapped, u.commitment, u.version, m.id, coalesce(m.size, 0) "  # noqa: S608
            "FROM vault_unit u LEFT JOIN vault_material m ON m.tenant_id = u.tenant_id AND m.id = u.subject_id "
            f"AND u.subject_kind = 'material' WHERE u.state = 'live' AND {where}",
            list(parameters),
        )
        return [
            LivingUnit(
                unit, Suite(suite), WrappedKey(unit, epoch, bytes(wrapped), bytes(commitment), None, version), file,
                size,
            )
            for unit, suite, epoch, wrapped, commitment, version, file, size in cursor
        ]  # fmt: skip


def _cut(units: list[LivingUnit]) -> list[LivingUnit]:
    """The units of a batch: as many as have documents of at most LARGE altogether, one at least."""
    size = 0
    for number, unit in enumerate(units):
        size += unit.size
        if number and size > LARGE:
            return units[:number]
    return units


def _fill(units: Sequence[LivingUnit], *, lock: bool) -> set[UUID]:
    """Put in what lies under units, and lock its rows. Returns those of which somebody holds a row just now."""
    by_id, hold = {unit.id: unit for unit in units}, "FOR NO KEY UPDATE SKIP LOCKED" if lock else ""
    ids, files = list(by_id), [unit.file_id for unit in units if unit.file_id is not None]
    of: dict[UUID, LivingUnit] = {}
    held: Counter[UUID] = Counter()
    for record, unit_id, class_, revision, envelope in _rows(
        "SELECT id, unit_id, record_class, revision, envelope FROM vault_record "  # noqa: S608
        f"WHERE unit_id = ANY(%s) {hold}", ids,
    ):  # fmt: skip
        of[record] = by_id[unit_id]
        of[record].records.append(_Record(record, class_, revision, bytes(envelope)))
        held[unit_id] += 1
    classes = {one.id: one.class_ for unit in units for one in unit.records}
    for record, import_id, revision, envelope in _rows(
        "SELECT record_id, import_id, revision, envelope FROM vault_record_history "  # noqa: S608
        f"WHERE record_id = ANY(%s) {hold}", list(of),
    ):  # fmt: skip
        of[record].records.append(_Record(record, classes[record], revision, bytes(envelope), import_id))
        held[of[record].id] += 1
    rows = Material.objects.filter(id__in=files)
    for row in rows.select_for_update(skip_locked=True, no_key=True) if lock else rows:
        by_id[row.unit_id].file = row
        held[row.unit_id] += 1
    if not lock:
        return set()
    unit_of = {unit.file_id: unit.id for unit in units}
    pieces = _rows(f"SELECT material_id FROM vault_piece WHERE material_id = ANY(%s) {hold}", files)  # noqa: S608
    held.update(unit_of[file] for (file,) in pieces)
    there = Counter(unit for (unit,) in _rows(_UNDER, ids))
    return {unit for unit in there if there[unit] != held[unit]}


def keys_of(home: House, units: Sequence[LivingUnit]) -> dict[UUID, UnitKey]:
    """The keys of units, released under the running act; without those that do not open or are destroyed."""
    keys: dict[UUID, UnitKey] = {}
    for suite in {unit.suite for unit in units}:
        keys |= _released(home, suite, [unit.key for unit in units if unit.suite is suite])
    return keys


def _released(home: House, suite: Suite, asked: Sequence[WrappedKey]) -> dict[UUID, UnitKey]:
    running = acting()
    try:
        keys = custodian().unwrap(home.tenant_id, suite, asked, entry=running.entry_id, purpose=running.rule.act)
        return {key.unit: key for key in keys}
    except (SealRefused, Denied) as refused:
        if refused.code not in _UNOPENED:
            raise
    half = len(asked) // 2
    return _released(home, suite, asked[:half]) | _released(home, suite, asked[half:]) if half else {}


def _store(records: Sequence[_Record]) -> None:
    now = [one for one in records if one.import_id is None]
    former = [one for one in records if one.import_id is not None]
    with connection.cursor() as cursor:
        if now:
            cursor.execute(
                "UPDATE vault_record r SET envelope = n.envelope FROM unnest(%s::uuid[], %s::bytea[]) n (id, envelope) "
                "WHERE r.id = n.id",
                [[one.id for one in now], [one.envelope for one in now]],
            )
        if former:
            cursor.execute(
                "UPDATE vault_record_history h SET envelope = n.envelope "
                "FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) n (import_id, id, envelope) "
                "WHERE h.import_id = n.import_id AND h.record_id = n.id",
                [[one.import_id for one in former], [one.id for one in former], [one.envelope for one in former]],
            )


def _store_keys(kind: KeyKind, epoch: int, keys: Sequence[_NewKey]) -> None:
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_unit u SET suite = %s, version = %s, epoch = %s, wrapped = n.wrapped, "
            "commitment = n.commitment FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) n (id, wrapped, commitment) "
            "WHERE u.id = n.id",
            [kind.suite, kind.version, epoch, *(list(column) for column in zip(*keys, strict=True))],
        )


def _rows(statement: str, ids: Sequence[UUID]) -> list[Any]:  # Any: rows of several shapes
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)] * statement.count("%s"))
        return list(cursor.fetchall())
