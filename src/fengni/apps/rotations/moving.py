"""What can be changed, by whom, how much of it is left, and one batch of a pass. Parts of running acts.

    epoch     what wraps the keys: wrapped anew in the key process, table by table; no value is opened
    unit      the keys of units themselves: all that lies under each is sealed again
    suite-N   the same, with keys of another cipher suite
    display   the key of masks and of what people type: it takes the suite that unit keys have
    index     the keys of what is found by: records' entries, and tokens

>>> sorted(KINDS)
['display', 'epoch', 'index', 'suite-1', 'suite-3', 'suite-4', 'suite-5', 'unit']
"""

from __future__ import annotations

from typing import Final, Protocol
from uuid import UUID

from fengni.apps.acts import reasons
from fengni.apps.acts.acting import acting
from fengni.apps.agreements import sharing
from fengni.apps.approvals.askable import KEY_CHANGES
from fengni.apps.common import resealing
from fengni.apps.common.custodian import custodian
from fengni.apps.consents import register
from fengni.apps.guests import links
from fengni.apps.imports import sealing
from fengni.apps.reach import alarms
from fengni.apps.rotations.models import Rotation
from fengni.apps.tokens import spaces
from fengni.apps.vault.store import masks, rekeying, retagging, wrapping
from fengni.apps.vault.store.house import House, house, is_still, key_kind
from fengni.apps.vault.store.wrapping import UNITS, Moved
from fengni.core.errors import BadInput
from fengni.core.vault.suites import OFFERED

KEEPERS: Final = ("owner", "dpo", "security")
EPOCH: Final = "epoch"
SUITES: Final = {f"suite-{suite}": suite for suite in OFFERED}
KINDS: Final = KEY_CHANGES
TABLES: Final = (UNITS, *sealing.WRAPS)
DISPLAYED: Final = (
    *masks.LIES, reasons.LIES, register.LIES, sharing.LIES, links.LIES, spaces.LIES, alarms.LIES, *sealing.LIES,
)  # fmt: skip
BATCH: Final = 2_000
SEALED_BATCH: Final = 500


class Way(Protocol):
    """How one kind of keys is changed. `tables`: how many a pass goes through. `left_code`: the sentence while some are
    left. Epochs, versions of unit keys and of the display key are numbers alike."""

    tables: int
    left_code: str

    def begin(self, home: House, what: str) -> tuple[int, int]:
        """Whatever is new is under the new keys from now on. Returns the old number and the new one.

        Raises BadInput for the suite that new keys have already.
        """
        ...

    def left(self, newest: int) -> int:
        """How many living keys, or rows, of the bound house are not of the newest number."""
        ...

    def wrong(self, home: House, newest: int) -> int:
        """How many do not open as new ones, every one of them looked at."""
        ...

    def is_still(self, home: House) -> bool:
        """Whether nobody writes under old ones now; nobody begins to before COMMIT."""
        ...

    def end(self, home: House, newest: int) -> None:
        """End the old ones for good."""
        ...

    def move(self, home: House, table: int, after: UUID | None, newest: int) -> Moved:
        """Move the next batch of one table."""
        ...


class Epochs:
    """What wraps the keys. Nothing is opened."""

    tables: int = len(TABLES)
    left_code: str = "rotations.keys-left"

    def begin(self, home: House, what: str) -> tuple[int, int]:
        living, entry = custodian().epochs(home.tenant_id), acting().entry_id
        if len(living) == 1:
            living = custodian().begin_epoch(home.tenant_id, living[-1] + 1, entry=entry)
        return living[0], living[-1]

    def left(self, newest: int) -> int:
        return sum(wrapping.left(table, newest) for table in TABLES)

    def wrong(self, home: House, newest: int) -> int:
        return sum(wrapping.wrong(home, table) for table in TABLES)

    def is_still(self, home: House) -> bool:
        return is_still(home.tenant_id)

    def end(self, home: House, newest: int) -> None:
        for epoch in custodian().epochs(home.tenant_id):
            if epoch < newest:
                custodian().end_epoch(home.tenant_id, epoch, entry=acting().entry_id)

    def move(self, home: House, table: int, after: UUID | None, newest: int) -> Moved:
        return wrapping.move(home, TABLES[table], after=after, most=BATCH, newest=newest)


class Units:
    """Keys of units, with all that lies under them. Of a former one nothing is left to end."""

    tables: int = 1
    left_code: str = "rotations.units-left"

    def begin(self, home: House, what: str) -> tuple[int, int]:
        suite = SUITES.get(what)
        if suite is not None and suite is key_kind(home.tenant_id).suite:
            raise BadInput("rotations.suite-same")
        old, new = rekeying.begin(home.tenant_id, suite)
        return old.version, new.version

    def left(self, newest: int) -> int:
        return rekeying.left(newest)

    def wrong(self, home: House, newest: int) -> int:
        return rekeying.wrong(home, newest)

    def is_still(self, home: House) -> bool:
        return is_still(home.tenant_id)

    def end(self, home: House, newest: int) -> None:
        pass

    def move(self, home: House, table: int, after: UUID | None, newest: int) -> Moved:
        return rekeying.move(home, after=after, most=min(BATCH, SEALED_BATCH))


class Display:
    """The display key: masks in lists, reasons, notices as read, contacts of partners and guests, tokens, imports."""

    tables: int = len(DISPLAYED)
    left_code: str = "rotations.display-left"

    def begin(self, home: House, what: str) -> tuple[int, int]:
        old, new = resealing.begin(home.tenant_id, key_kind(home.tenant_id).suite)
        return old.version, new.version

    def left(self, newest: int) -> int:
        return resealing.left(house().tenant_id, DISPLAYED)

    def wrong(self, home: House, newest: int) -> int:
        return sum(resealing.wrong(home.tenant_id, one) for one in DISPLAYED)

    def is_still(self, home: House) -> bool:
        return resealing.is_still(home.tenant_id)

    def end(self, home: House, newest: int) -> None:
        resealing.end(home.tenant_id)

    def move(self, home: House, table: int, after: UUID | None, newest: int) -> Moved:
        return Moved(*resealing.move(home.tenant_id, DISPLAYED[table], after=after, most=BATCH))


class Indexes:
    """Index keys: entries of records and former ones, and tags of tokens."""

    tables: int = retagging.TABLES + 1
    left_code: str = "rotations.index-left"

    def begin(self, home: House, what: str) -> tuple[int, int]:
        return retagging.begin(home.tenant_id)

    def left(self, newest: int) -> int:
        return retagging.left(newest) + spaces.left(newest)

    def wrong(self, home: House, newest: int) -> int:
        return retagging.wrong(home) + spaces.wrong(home)

    def is_still(self, home: House) -> bool:
        return resealing.is_still(home.tenant_id)

    def end(self, home: House, newest: int) -> None:
        retagging.end(home.tenant_id)

    def move(self, home: House, table: int, after: UUID | None, newest: int) -> Moved:
        if table == retagging.TABLES:
            return Moved(*spaces.move(home, after=after, most=BATCH))
        return retagging.move(home, table, after=after, most=min(BATCH, SEALED_BATCH))


_UNITS: Final = Units()
_WAYS: Final[dict[str, Way]] = {
    EPOCH: Epochs(), "unit": _UNITS, **dict.fromkeys(SUITES, _UNITS), "display": Display(), "index": Indexes(),
}  # fmt: skip


def way(kind: str) -> Way:
    """How a kind is changed."""
    return _WAYS[kind]


def move(home: House, row: Rotation) -> Moved:
    """Move the next batch and note in `row` where the next one begins; after the last table the pass begins anew."""
    refused, how = 0, way(row.kind)
    while True:
        done = how.move(home, row.table, row.after, row.new)
        refused += done.refused
        row.after = done.last
        if done.last is None:
            row.table = (row.table + 1) % how.tables
        if done.moved or is_at_the_beginning(row):
            return done._replace(refused=refused)


def is_at_the_beginning(row: Rotation) -> bool:
    """Whether the next batch begins a pass."""
    return row.table == 0 and row.after is None
