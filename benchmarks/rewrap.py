"""What a change of keys costs a core: `python benchmarks/rewrap.py [--keys N] [--suite N] [--to N]`.

Of an epoch, what the key process does for one request of 5,000 keys: authenticate under the old epoch, compare the
commitment, wrap under the new one; and the check of the final scan. Of unit keys, what both processes do for as many
units of one record each: unwrap the old key, make and wrap the new one (of suite `--to`), open the record's envelope
and seal it again; and of documents, pieces of one MiB opened and sealed again. Without socket and database. One thread,
processor time, no garbage collection, best of twenty rounds. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import time
from collections.abc import Callable
from uuid import UUID

from fengni.core.vault.custody.frames import MOST_ITEMS
from fengni.core.vault.envelope import Binding, reseal, seal, seal_fields
from fengni.core.vault.keyring import Root, TenantKeys, WrappedUnit
from fengni.core.vault.pieces import PIECE
from fengni.core.vault.suites import Suite
from fengni.core.vault.unit_key import UnitKey

TENANT = UUID(int=7)
TARGET = 100_000
FIELDS = {"name": "陆示衡", "id_number": "990101198802290212"}
PIECES = 32


def best(work: Callable[[], object], keys: int, rounds: int = 20) -> float:
    """Keys per second of the fastest round."""
    fastest = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        work()
        fastest = min(fastest, time.process_time() - begin)
    return round(keys / fastest)


def rekeyed(old: TenantKeys, new: TenantKeys, rows: list[WrappedUnit]) -> Callable[[], object]:
    """Gives each unit a new key and seals its record again under it."""
    ids = [row.unit for row in rows]
    keys = [UnitKey(secret, unit, old.suite) for unit, secret in zip(ids, old.unwrap_secrets(rows), strict=True)]
    places = [Binding(TENANT, unit, unit, "identity", 1) for unit in ids]
    sealed = [(place, seal_fields(key, place, FIELDS)) for key, place in zip(keys, places, strict=True)]

    def work() -> None:
        secrets, made = old.unwrap_secrets(rows), new.create_secrets(ids, versions=[2] * len(ids))
        for unit, secret, (fresh, _, _), one in zip(ids, secrets, made, sealed, strict=True):
            reseal(UnitKey(secret, unit, old.suite), UnitKey(fresh, unit, new.suite, 2), [one])

    return work


def resealed(old: TenantKeys, new: TenantKeys) -> Callable[[], object]:
    """Seals the pieces of a document again, one after the other."""
    unit = UUID(int=1)
    before, after = old.create_units([unit])[0].key, new.create_units([unit], version=2)[0].key
    places = [Binding(TENANT, unit, unit, "material", number) for number in range(PIECES)]
    pieces = [(place, seal(before, place, os.urandom(PIECE))) for place in places]
    return lambda: [reseal(before, after, [piece]) for piece in pieces]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=MOST_ITEMS)
    parser.add_argument("--suite", type=int, default=1)
    parser.add_argument("--to", type=int)
    options = parser.parse_args()
    root, suite = Root.generate(), Suite(options.suite)
    old = root.tenant(TENANT, epoch=1, suite=suite)
    new = root.tenant(TENANT, epoch=2, suite=suite, seed=os.urandom(32))
    other = root.tenant(TENANT, epoch=2, suite=Suite(options.to or options.suite), seed=os.urandom(32))
    units = [UUID(int=number) for number in range(1, options.keys + 1)]
    made = old.create_secrets(units)
    rows = [WrappedUnit(unit, one.wrapped, one.commitment) for unit, one in zip(units, made, strict=True)]
    gc.disable()
    figures = {
        "rewrapped_per_second": best(lambda: old.rewrap(rows, under=new), len(rows)),
        "checked_per_second": best(lambda: old.unwrap_secrets(rows), len(rows)),
        "target": TARGET,
        "rekeyed_records_per_second": best(rekeyed(old, other, rows), len(rows)),
        "resealed_mib_per_second": best(resealed(old, other), PIECES),
        "keys": len(rows),
        "suite": int(suite),
        "to": int(other.suite),
        "python": platform.python_version(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
