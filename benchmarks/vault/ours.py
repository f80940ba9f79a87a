"""Our own rows: six fields of a person in one envelope, under a key of their own that is bound to its place.

Twice: with the keys in this process, as the libraries among the peers have theirs, and with the keys in the key process
and the records found in the house's database, as the product runs. `rewrap` moves the person's key, which is what
changes for six fields. A search is likewise twice: a tag made here and one bare SELECT, as the peers with an index
have it, and what a search of the product is: a transaction bound to its tenant, the house's versions of keys, the tag
from the key process, entries behind row-level security.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from benchmarks.vault.peers import Connection, write_index
from fengni.core.vault.envelope import Binding, open_rows, seal_rows
from fengni.core.vault.keyring import Root, WrappedUnit
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

Record = Mapping[str, str]


class Core:
    """Keys in this process; found by a table of tags alone, with nobody's access checked."""

    name = "fengni, keys in this process"

    def __init__(self, records: Sequence[Record], numbers: Sequence[str], connection: Connection) -> None:
        self._records, self.fields = list(records), sum(map(len, records))
        self._root, self._tenant, self._epoch = Root.generate(), uuid4(), 1
        self._keys = self._root.tenant(self._tenant)
        self._units = [UUID(bytes=os.urandom(16)) for _ in records]
        self._places = _places(self._tenant, self._units)
        self._wrapped: list[WrappedUnit] = []
        self._sealed: list[bytes] = []
        self._index, self._connection = self._keys.index_key("id_number"), connection
        write_index(connection, "bench_core", "bytea", self._index.tags(numbers))

    def protect(self) -> None:
        made = self._keys.create_secrets(self._units)
        keys = [UnitKey(one.secret, unit, Suite(1)) for one, unit in zip(made, self._units, strict=True)]
        self._sealed = seal_rows(list(zip(keys, self._places, self._records, strict=True)))
        self._wrapped = [WrappedUnit(u, m.wrapped, m.commitment) for u, m in zip(self._units, made, strict=True)]

    def reveal(self) -> None:
        keys = self._keys.unwrap_units(self._wrapped)
        if open_rows(zip(keys, self._places, self._sealed, strict=True)) != self._records:
            raise AssertionError(self.name)

    def rewrap(self) -> None:
        self._epoch += 1
        new = self._root.tenant(self._tenant, epoch=self._epoch, seed=os.urandom(32))
        moved = self._keys.rewrap(self._wrapped, under=new)
        self._wrapped = [row._replace(wrapped=one) for row, one in zip(self._wrapped, moved, strict=True)]
        self._keys = new

    def find(self, number: str) -> int:
        asked = "SELECT place FROM bench_core WHERE tag = %s"
        return int(self._connection.execute(asked, [self._index.tag(number)]).fetchone()[0])  # type: ignore[index]

    def stored(self) -> float:
        keys = sum(len(row.wrapped) + len(row.commitment) for row in self._wrapped)
        return (keys + sum(map(len, self._sealed))) / self.fields

    def end(self) -> None:
        pass


class House:
    """Keys in the key process; found by the index of the house's database, as a search of the product finds."""

    name = "fengni, through the key process"

    def __init__(self, records: Sequence[Record], tenant_id: UUID, places: Mapping[UUID, int]) -> None:
        from fengni.apps.common.custodian import custodian

        self._records, self.fields = list(records), sum(map(len, records))
        self._tenant, self._custodian, self._found = tenant_id, custodian(), places
        self._units = [uuid4() for _ in records]
        self._places = _places(tenant_id, self._units)
        self._wrapped: list[Any] = []
        self._sealed: list[bytes] = []

    def protect(self) -> None:
        from fengni.apps.common.custodian import WrappedKey

        made = self._custodian.new_units(self._tenant, Suite(1), self._units)
        self._sealed = seal_rows(list(zip(made.keys, self._places, self._records, strict=True)))
        rows = zip(self._units, made.wrapped, made.commitments, strict=True)
        self._wrapped = [WrappedKey(unit, made.epoch, wrapped, seal) for unit, wrapped, seal in rows]

    def reveal(self) -> None:
        keys = self._custodian.unwrap(self._tenant, Suite(1), self._wrapped, entry=uuid4(), purpose="fill_form")
        if open_rows(zip(keys, self._places, self._sealed, strict=True)) != self._records:
            raise AssertionError(self.name)

    def rewrap(self) -> None:
        living = self._custodian.epochs(self._tenant)
        self._custodian.begin_epoch(self._tenant, living[-1] + 1, entry=uuid4())
        epoch, moved = self._custodian.rewrap(self._tenant, Suite(1), self._wrapped)
        self._wrapped = [row._replace(epoch=epoch, wrapped=new) for row, new in zip(self._wrapped, moved, strict=True)]
        for old in living:
            self._custodian.end_epoch(self._tenant, old, entry=uuid4())

    def find(self, number: str) -> int:
        from django.db import transaction

        from fengni.apps.common.tenancy import tenant
        from fengni.apps.vault.store import finding
        from fengni.apps.vault.store.house import house

        with tenant(self._tenant), transaction.atomic():
            (hit,) = finding.hits(house(), {"id_number": [number]})
        return self._found[hit.subject]

    def stored(self) -> float:
        keys = sum(len(row.wrapped) + len(row.commitment) for row in self._wrapped)
        return (keys + sum(map(len, self._sealed))) / self.fields

    def end(self) -> None:
        pass


def _places(tenant: UUID, units: Sequence[UUID]) -> list[Binding]:
    return [
        Binding(tenant=tenant, unit=unit, record=UUID(bytes=os.urandom(16)), class_="identity", revision=1)
        for unit in units
    ]
