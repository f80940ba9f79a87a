"""Writing sealed records: one way for a single act and for an import of thousands.

A `Part` is what somebody gives of one class of one subject in one client file. `Writing.put` finds the record it
belongs to, tells by the keyed fingerprint whether anything changed (without opening what did not), opens and merges
what did, makes units, seals fields and masks, writes index entries, and remembers each envelope for the manifest.

Rules: runs inside an act, so keys are released under its entry and counted for the persons; rows are locked before they
are read; a record keeps its id, its revision counts up by one. What an import replaces is kept in RecordHistory; what a
person replaces is gone. `finish` writes the manifest and gives the facts for the ledger entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Final, Literal, NamedTuple
from uuid import UUID

from django.db import connection

from fengni.apps.acts.acting import acting
from fengni.apps.common import bulk
from fengni.apps.common.bulk import instant, number2, number4, numbers4, packed
from fengni.apps.common.custodian import WrappedKey, custodian
from fengni.apps.common.identifiers import uuid7s
from fengni.apps.vault.store import manifests
from fengni.apps.vault.store.house import House, KeyKind, held, steady
from fengni.apps.vault.store.indexing import (
    GRAM_NUMBERS,
    NUMBERS,
    entries_of,
    gram_tags,
    grams_of,
    kept_grams,
    tags_of,
)
from fengni.apps.vault.store.shown import masks_of, merged
from fengni.core.errors import Denied, SealRefused
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.envelope import Binding, UnitKey, open_rows, seal_packed
from fengni.core.vault.fields import pack
from fengni.core.vault.suites import Suite

RETENTION: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {(e.subject, e.record_class): e.retention for e in ELEMENTS.values()}
)
_RECORD = (
    "tenant_id, id, unit_id, subject_kind, subject_id, client_id, record_class, revision, envelope, display, "
    "fingerprint, updated_at, index_version"
)
_UNIT = (
    "tenant_id, id, subject_kind, subject_id, client_id, retention_class, epoch, suite, version, wrapped, commitment, "
    "state, created_at"
)
TAG = "tenant_id, kind, version, tag, subject_kind, subject_id, client_id, record_id"
GRAM = "tenant_id, record_id, kind, version, subject_kind, subject_id, client_id, tags"
_HISTORY = (
    "tenant_id, import_id, record_id, revision, envelope, display, fingerprint, tags, grams, updated_at, replaced_at, "
    "index_version"
)
_UnitPlace = tuple[int, int, str]  # client file and subject as numbers, retention class
_Tags = dict[str, list[bytes | None]]  # by index, in the order asked
_Made = tuple[_Tags, list[bulk.Row]]  # tags, and rows of grams
_ID: Final = packed(bytes(16))[:4]  # the length of an id or a tag, which follows
_KINDS: Final = {kind: packed(kind.encode()) + _ID for kind in ("person", "client")}


class Part(NamedTuple):
    """Fields of one record class. For a client's own record `subject` equals `client`."""

    client: UUID
    subject: UUID
    record_class: str
    fields: Mapping[str, str]

    @property
    def subject_kind(self) -> str:
        """person or client."""
        return "client" if self.client.int == self.subject.int else "person"

    @property
    def owner(self) -> bytes:
        """The columns subject_kind, subject_id, client_id."""
        return _KINDS[self.subject_kind] + self.subject.bytes + _ID + self.client.bytes

    @property
    def unit_place(self) -> _UnitPlace:
        """The destruction unit: client file, subject, retention class."""
        return self.client.int, self.subject.int, RETENTION[self.subject_kind, self.record_class]


class Stored(NamedTuple):
    """A record as it stands in its row."""

    id: UUID
    unit_id: UUID
    client_id: UUID
    subject_id: UUID
    record_class: str
    revision: int
    envelope: bytes
    display: bytes
    fingerprint: bytes
    updated_at: datetime
    index_version: int

    @property
    def place(self) -> tuple[UUID, UUID, str]:
        """What makes it the only one: client file, subject, class."""
        return self.client_id, self.subject_id, self.record_class


class _Change(NamedTuple):
    part: Part
    record: UUID
    revision: int
    fields: Mapping[str, str]
    former: Stored | None


@dataclass(slots=True)
class Written:
    """What became of parts."""

    created: list[Part] = field(default_factory=list)
    updated: list[Part] = field(default_factory=list)
    unchanged: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Writing:
    """The running act's writing: keys it was given and lines of its manifest.

    A `lane` inserts in the background; `aside`, of one thread, asks the key process for tags while rows are sealed.
    """

    house: House
    at: datetime
    import_id: UUID | None = None
    lane: bulk.Lane | None = None
    aside: Executor | None = None
    keys: dict[UUID, UnitKey] = field(default_factory=dict)
    units: dict[_UnitPlace, UUID] = field(default_factory=dict)
    lines: list[bytes] = field(default_factory=list)
    newest: KeyKind | None = None
    holds: bool = False

    def put(self, parts: Sequence[Part], *, fresh: Collection[UUID] = frozenset()) -> Written:
        """Write what is new or changed. `fresh`: clients and persons made by this act: nothing of them is looked up."""
        self._hold()
        written, changes = Written(), []
        old = [p for p in parts if p.client not in fresh and p.subject not in fresh]
        if old:
            self._settle()
        known = {row.place: row for row in stored([part[:2] for part in old])} if old else {}
        pairs = [(part, known[part[:3]]) for part in old if part[:3] in known]
        same = self._same_as_before(pairs)
        suspects = [(part, row) for part, row in pairs if row.id not in same]
        written.unchanged += [part for part, row in pairs if row.id in same]
        refuse_sealed({row.unit_id for _, row in suspects})
        for (part, row), former in zip(suspects, self.open([row for _, row in suspects]), strict=True):
            fields = merged(former, part.fields)
            if fields == former:
                written.unchanged.append(part)
            else:
                changes.append(_Change(part, row.id, row.revision + 1, fields, row))
                written.updated.append(part)
        created = [part for part in parts if part[:3] not in known] if known else parts
        ids = uuid7s(len(created))
        changes += [_Change(part, record, 1, part.fields, None) for part, record in zip(created, ids, strict=True)]
        written.created += created
        if changes:
            self._write(changes, fresh)
        return written

    def open(self, rows: Sequence[Stored]) -> list[dict[str, str]]:
        """The fields of records, by keys released for the running act. Raises SealRefused."""
        self._take_keys({row.unit_id for row in rows} - self.keys.keys())
        tenant = self.house.tenant_id
        return open_rows(
            (
                self.keys[row.unit_id],
                Binding(tenant, row.unit_id, row.id, row.record_class, row.revision),
                row.envelope,
            )
            for row in rows
        )

    def finish(self, former_roles: Mapping[str, list[str] | None] | None = None) -> dict[str, int | str]:
        """Write the manifest. Returns the facts that the act's entry shall carry."""
        self._settle()
        return manifests.write(self.house, self.lines, import_id=self.import_id, former_roles=former_roles or {})

    def _write(self, changes: Sequence[_Change], fresh: Collection[UUID]) -> None:
        units = self._units(changes, fresh)
        plain = [pack(c.fields) for c in changes]
        owners = [c.part.owner for c in changes]
        holders, asked = self._ask_tags(changes, plain, owners)
        tenant = self.house.tenant_id
        envelopes = seal_packed(
            [
                (self.keys[unit], Binding(tenant, unit, c.record, c.part.record_class, c.revision), bytes_)
                for unit, c, bytes_ in zip(units, changes, plain, strict=True)
            ]
        )
        displays = self.house.display_key.seal_masks([(c.record, c.revision, masks_of(c.fields)) for c in changes])
        tags, gram_rows = asked()
        head, end, rows = packed(tenant.bytes) + _ID, packed(instant(self.at), number2(self.house.index)), []
        for change, unit, owner, envelope, display, mark in zip(
            changes, units, owners, envelopes, displays, _known(tags["fingerprint"]), strict=True
        ):
            class_, revision = change.part.record_class.encode(), number4(change.revision)
            rest = packed(class_, revision, envelope, display, mark)
            rows.append(head + change.record.bytes + _ID + unit.bytes + owner + rest + end)
            self.lines.append(manifests.line(change.record, change.revision, envelope))
        formers = [c.former for c in changes if c.former is not None]
        if formers:
            self._settle()
            self._keep(formers)
            _replace([row for row, c in zip(rows, changes, strict=True) if c.former is not None])
        self._insert("vault_record", _RECORD, [row for row, c in zip(rows, changes, strict=True) if c.former is None])
        self._insert("vault_tag", TAG, self._tag_rows(holders, tags))
        self._insert("vault_gram", GRAM, gram_rows)

    def _insert(self, table: str, columns: str, rows: Sequence[bulk.Row]) -> None:
        (self.lane.insert if self.lane else bulk.insert)(table, columns, rows)

    def _settle(self) -> None:
        """The connection is ours again."""
        if self.lane:
            self.lane.wait()

    def _units(self, changes: Sequence[_Change], fresh: Collection[UUID]) -> list[UUID]:
        """The unit of each change: the record's own, its place's living one, or a new one. Its key is in `keys`."""
        places = [None if c.former else c.part.unit_place for c in changes]
        wanted = {place: c.part for place, c in zip(places, changes, strict=True) if place and place not in self.units}
        old = [place for place, part in wanted.items() if part.client not in fresh and part.subject not in fresh]
        if old:
            self._settle()
            living = _living_units([wanted[place] for place in old])
            self.units |= living
            self._take_keys(set(living.values()) - self.keys.keys())
            wanted = {place: part for place, part in wanted.items() if place not in living}
        if wanted:
            self._make_units(wanted)
        return [
            self.units[place] if place else c.former.unit_id  # type: ignore[union-attr]  # no place: it has a former
            for place, c in zip(places, changes, strict=True)
        ]

    def _make_units(self, wanted: Mapping[_UnitPlace, Part]) -> None:
        made = uuid7s(len(wanted))
        if self.newest is None:
            self._settle()
            self.newest = steady(self.house.tenant_id)
        suite, version = self.newest
        new = self.newest.made(self.house.tenant_id, made)
        self.keys.update(zip(made, new.keys, strict=True))
        self.units.update(zip(wanted, made, strict=True))
        head, end = packed(self.house.tenant_id.bytes) + _ID, packed(b"live", instant(self.at))
        about = packed(number4(new.epoch), number2(suite), number4(version))
        self._insert(
            "vault_unit",
            _UNIT,
            [
                head + unit.bytes + part.owner + packed(place[2].encode()) + about + packed(wrapped, commitment) + end
                for (place, part), unit, wrapped, commitment in zip(
                    wanted.items(), made, new.wrapped, new.commitments, strict=True
                )
            ],
        )

    def _take_keys(self, units: Collection[UUID]) -> None:
        if not units:
            return
        asked = _wrapped(units)
        try:
            self._ask_keys(asked)
        except SealRefused:
            again = _wrapped(units)
            if again == asked:
                raise
            self._ask_keys(again)  # moved to another epoch since it was read

    def _ask_keys(self, asked: Sequence[tuple[Suite, list[WrappedKey]]]) -> None:
        running = acting()
        purpose = running.purpose or running.rule.act
        for suite, keys in asked:
            self.keys |= {
                key.unit: key
                for key in custodian().unwrap(
                    self.house.tenant_id, suite, keys, entry=running.entry_id, purpose=purpose
                )
            }

    def _hold(self) -> None:
        """From the first write on, keys of masks and index entries are the newest until COMMIT."""
        if not self.holds:
            self._settle()
            self.house, self.holds = held(self.house), True

    def _same_as_before(self, pairs: Sequence[tuple[Part, Stored]]) -> set[UUID]:
        """The records whose fields are those of the parts, told by their fingerprints."""
        same = set[UUID]()
        for version in {row.index_version for _, row in pairs}:
            some = [(part, row) for part, row in pairs if row.index_version == version]
            digests = [digest(row.id, pack(part.fields)) for part, row in some]
            marks = _known(tags_of(self.house, {"fingerprint": digests}, version)["fingerprint"])
            same |= {row.id for (_, row), mark in zip(some, marks, strict=True) if mark == row.fingerprint}
        return same

    def _ask_tags(
        self, changes: Sequence[_Change], plain: Sequence[bytes], owners: Sequence[bytes]
    ) -> tuple[dict[str, list[bytes]], Callable[[], _Made]]:
        """Who holds each index entry, and what gives the tags of all entries and fingerprints once they are made."""
        wanted: dict[str, list[str]] = {index: [] for index in NUMBERS}
        holders: dict[str, list[bytes]] = {index: [] for index in NUMBERS}
        for change, owner in zip(changes, owners, strict=True):
            holder = owner + _ID + change.record.bytes
            for index, value in entries_of(change.fields):
                wanted[index].append(value)
                holders[index].append(holder)
        wanted["fingerprint"] = [digest(c.record, bytes_) for c, bytes_ in zip(changes, plain, strict=True)]
        if self.aside is None:
            return holders, lambda: (tags_of(self.house, wanted), self._gram_rows(changes, owners))
        tags, rows = self.aside.submit(tags_of, self.house, wanted), self.aside.submit(self._gram_rows, changes, owners)
        return holders, lambda: (tags.result(), rows.result())

    def _gram_rows(self, changes: Sequence[_Change], owners: Sequence[bytes]) -> list[bulk.Row]:
        """The rows of vault_gram; each gram of the batch is asked for once."""
        found = [(c.record.bytes, owner, grams_of(c.fields)) for c, owner in zip(changes, owners, strict=True)]
        wanted: dict[str, dict[str, None]] = {}
        for _, _, grams in found:
            for index, of_index in grams.items():
                wanted.setdefault(index, {}).update(dict.fromkeys(of_index))
        made = gram_tags(self.house, wanted)
        tenant = packed(self.house.tenant_id.bytes) + _ID
        return [
            tenant + record + packed(number2(GRAM_NUMBERS[index]), number2(self.house.index)) + owner
            + packed(numbers4(sorted({made[index][gram] for gram in of_index})))
            for record, owner, grams in found
            for index, of_index in grams.items()
            if of_index
        ]  # fmt: skip

    def _tag_rows(self, holders: Mapping[str, Sequence[bytes]], tags: _Tags) -> list[bulk.Row]:
        tenant, version = packed(self.house.tenant_id.bytes), number2(self.house.index)
        heads = {index: packed(number2(number), version) + _ID for index, number in NUMBERS.items()}
        rows = {
            tenant + heads[index] + tag + holder: None
            for index, of_index in holders.items()
            if of_index
            for tag, holder in zip(tags[index], of_index, strict=True)
            if tag is not None
        }
        return list(rows)

    def _keep(self, formers: Sequence[Stored]) -> None:
        """Move the former rows' index entries out; keep the rows for an undo where an import replaces them."""
        tags: dict[UUID, list[bytes]] = {row.id: [] for row in formers}
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM vault_tag WHERE record_id = ANY(%s) RETURNING record_id, kind, version, tag", [list(tags)]
            )
            for record, kind, version, tag in cursor.fetchall():
                tags[record].append(number2(kind) + bytes((version,)) + bytes(tag))
            cursor.execute(
                "DELETE FROM vault_gram WHERE record_id = ANY(%s) RETURNING record_id, kind, version, tags",
                [list(tags)],
            )
            grams = {row.id: b"" for row in formers}
            for record, kind, version, numbers in sorted(cursor.fetchall()):
                grams[record] += kept_grams(kind, version, numbers)
        if self.import_id is None:
            return
        tenant, of_import, at = self.house.tenant_id.bytes, self.import_id.bytes, instant(self.at)
        bulk.insert(
            "vault_record_history",
            _HISTORY,
            [
                packed(
                    tenant, of_import, row.id.bytes, number4(row.revision), row.envelope, row.display, row.fingerprint,
                    b"".join(sorted(tags[row.id])), grams[row.id], instant(row.updated_at), at,
                    number2(row.index_version),
                )
                for row in formers
            ],
        )  # fmt: skip


def stored(
    places: Collection[tuple[UUID, UUID]],
    record_class: str | None = None,
    *,
    lock: Literal["UPDATE", "SHARE"] = "UPDATE",
) -> list[Stored]:
    """The records of (client, subject) pairs, locked for the running act, in the order of their ids."""
    wanted = list(dict.fromkeys(places))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.unit_id, r.client_id, r.subject_id, r.record_class, r.revision, r.envelope, r.display, "  # noqa: S608
            "r.fingerprint, r.updated_at, r.index_version FROM vault_record r "
            "JOIN unnest(%s::uuid[], %s::uuid[]) n (client_id, subject_id) USING (client_id, subject_id) "
            "WHERE %s::text IS NULL OR r.record_class = %s ORDER BY r.id "
            f"FOR {lock} OF r",
            [[client for client, _ in wanted], [subject for _, subject in wanted], record_class, record_class],
        )
        return [
            Stored(record, unit, client, subject, class_, revision, bytes(envelope), bytes(display), bytes(mark), *rest)
            for record, unit, client, subject, class_, revision, envelope, display, mark, *rest in cursor.fetchall()
        ]


def _known(tags: Sequence[bytes | None]) -> list[bytes]:
    """Tags of values that always leave something to compare."""
    return [tag for tag in tags if tag is not None]


def digest(record: UUID, plain: bytes) -> str:
    """What a record's fingerprint is the tag of: its id and its packed fields."""
    return hashlib.sha256(record.bytes + plain).hexdigest()


def _replace(rows: Sequence[bulk.Row]) -> None:
    twin = bulk.staged("vault_record", _RECORD, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_record r SET revision = n.revision, envelope = n.envelope, display = n.display, "  # noqa: S608
            f"fingerprint = n.fingerprint, updated_at = n.updated_at, index_version = n.index_version FROM {twin} n "
            "WHERE r.tenant_id = n.tenant_id AND r.id = n.id"
        )


def _living_units(parts: Sequence[Part]) -> dict[_UnitPlace, UUID]:
    """The living units of places, held until COMMIT: what is sealed under a key now, no other key takes over before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.client_id, u.subject_id, u.retention_class, u.id FROM vault_unit u "
            "JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) n (client_id, subject_id, retention_class) "
            "USING (client_id, subject_id, retention_class) WHERE u.state = 'live' FOR SHARE OF u",
            [[part.client for part in parts], [part.subject for part in parts], [p.unit_place[2] for p in parts]],
        )
        return {(client.int, subject.int, kept): unit for client, subject, kept, unit in cursor.fetchall()}


def refuse_sealed(units: Collection[UUID]) -> None:
    """Raise Denied ("vault.sealed") when one of these units is kept sealed until a day: nobody changes it."""
    if not units:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(sealed_until) FROM vault_unit WHERE id = ANY(%s)", [list(units)])
        until = cursor.fetchone()[0]
    if until is not None:
        raise Denied("vault.sealed", until=until.isoformat())


def _wrapped(units: Collection[UUID]) -> list[tuple[Suite, list[WrappedKey]]]:
    """What the key process needs to release these units, by suite. A destroyed unit is refused there and here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT suite, id, epoch, wrapped, commitment, subject_kind, subject_id, version FROM vault_unit "
            "WHERE id = ANY(%s) AND state = 'live' ORDER BY suite, id",
            [list(units)],
        )
        rows = cursor.fetchall()
    return [
        (
            Suite(suite),
            [
                WrappedKey(
                    unit, epoch, bytes(wrapped), bytes(commitment), subject if kind == "person" else None, version
                )
                for _, unit, epoch, wrapped, commitment, kind, subject, version in group
            ],
        )
        for suite, group in groupby(rows, key=lambda row: row[0])
    ]
