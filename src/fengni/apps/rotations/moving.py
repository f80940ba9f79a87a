"""What can be changed, by whom, how much of it is left, and one batch of a pass. Parts of running acts.

    epoch     what wraps the keys: wrapped anew in the key process, table by table; no value is opened
    unit      the keys of units themselves: all that lies under each is sealed again
    suite-N   the same, with keys of another cipher suite

>>> sorted(KINDS)
['epoch', 'suite-1', 'suite-3', 'suite-4', 'suite-5', 'unit']
"""

from __future__ import annotations

from typing import Final

from fengni.apps.acts.acting import acting
from fengni.apps.approvals.askable import KEY_CHANGES
from fengni.apps.common.custodian import custodian
from fengni.apps.imports.sealing import WRAPS
from fengni.apps.rotations.models import Rotation
from fengni.apps.vault.store import rekeying, wrapping
from fengni.apps.vault.store.house import House, key_kind
from fengni.apps.vault.store.wrapping import UNITS, Moved
from fengni.core.errors import BadInput
from fengni.core.vault.suites import OFFERED

KEEPERS: Final = ("owner", "dpo", "security")
EPOCH: Final = "epoch"
SUITES: Final = {f"suite-{suite}": suite for suite in OFFERED}
KINDS: Final = KEY_CHANGES
TABLES: Final = (UNITS, *WRAPS)
BATCH: Final = 2_000
SEALED_BATCH: Final = 500


def begin(home: House, what: str) -> tuple[int, int]:
    """Whatever is new is under the new keys from now on. Returns the old epoch and the new one, or key versions.

    Raises BadInput for the suite that new keys have already.
    """
    if what == EPOCH:
        living, entry = custodian().epochs(home.tenant_id), acting().entry_id
        if len(living) == 1:
            living = custodian().begin_epoch(home.tenant_id, living[-1] + 1, entry=entry)
        return living[0], living[-1]
    suite = SUITES.get(what)
    if suite is not None and suite is key_kind(home.tenant_id).suite:
        raise BadInput("rotations.suite-same")
    old, new = rekeying.begin(home.tenant_id, suite)
    return old.version, new.version


def waiting(kind: str, newest: int) -> int:
    """How many living keys of the house are not of the newest epoch, or version."""
    if kind == EPOCH:
        return sum(wrapping.left(table, newest) for table in TABLES)
    return rekeying.left(newest)


def wrong(home: House, row: Rotation) -> int:
    """How many living keys do not open as new ones, every one of them looked at; with new unit keys all that lies under
    them too."""
    if row.kind == EPOCH:
        return sum(wrapping.wrong(home, table) for table in TABLES)
    return rekeying.wrong(home, row.new)


def end(home: House, row: Rotation) -> None:
    """End the old keys for good: epochs are ended. Of a unit's former key nothing is left to end."""
    if row.kind == EPOCH:
        for epoch in custodian().epochs(home.tenant_id):
            if epoch < row.new:
                custodian().end_epoch(home.tenant_id, epoch, entry=acting().entry_id)


def move(home: House, row: Rotation) -> Moved:
    """Move the next batch and note in `row` where the next one begins; after the last table the pass begins anew."""
    refused, tables = 0, len(TABLES) if row.kind == EPOCH else 1
    while True:
        done = _batch(home, row)
        refused += done.refused
        row.after = done.last
        if done.last is None:
            row.table = (row.table + 1) % tables
        if done.moved or is_at_the_beginning(row):
            return done._replace(refused=refused)


def is_at_the_beginning(row: Rotation) -> bool:
    """Whether the next batch begins a pass."""
    return row.table == 0 and row.after is None


def _batch(home: House, row: Rotation) -> Moved:
    if row.kind == EPOCH:
        return wrapping.move(home, TABLES[row.table], after=row.after, most=BATCH, newest=row.new)
    return rekeying.move(home, after=row.after, most=min(BATCH, SEALED_BATCH))
