"""What can be changed, by whom, which tables hold wrapped keys, and one batch of a pass. Parts of running acts."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_OID, uuid5

from fengni.apps.imports.sealing import WRAPS
from fengni.apps.rotations.models import Rotation
from fengni.apps.vault.store import wrapping
from fengni.apps.vault.store.house import House
from fengni.apps.vault.store.wrapping import UNITS

KEEPERS: Final = ("owner", "dpo", "security")
EPOCH: Final = "epoch"
KINDS: Final = {kind: uuid5(NAMESPACE_OID, f"fengni/rotation/{kind}") for kind in (EPOCH,)}
TABLES: Final = (UNITS, *WRAPS)
BATCH: Final = 2_000


def waiting(newest: int) -> int:
    """How many living keys of the house are not under the newest epoch."""
    return sum(wrapping.left(table, newest) for table in TABLES)


def wrong(home: House) -> int:
    """How many living keys do not open under the newest epoch, every one of them looked at."""
    return sum(wrapping.wrong(home, table) for table in TABLES)


def move(home: House, row: Rotation) -> wrapping.Moved:
    """Move the next batch and note in `row` where the next one begins; after the last table the pass begins anew."""
    refused = 0
    while True:
        done = wrapping.move(home, TABLES[row.table], after=row.after, most=BATCH, newest=row.new)
        refused += done.refused
        row.after = done.last
        if done.last is None:
            row.table = (row.table + 1) % len(TABLES)
        if done.moved or is_at_the_beginning(row):
            return done._replace(refused=refused)


def is_at_the_beginning(row: Rotation) -> bool:
    """Whether the next batch begins a pass."""
    return row.table == 0 and row.after is None
