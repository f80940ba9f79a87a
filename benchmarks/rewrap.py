"""How many unit keys a core moves to another epoch per second: `python benchmarks/rewrap.py [--keys N] [--suite N]`.

What the key process does for one request of 5,000 keys: authenticate under the old epoch, compare the commitment, wrap
under the new one; and the check of the final scan. Without socket and database. One thread, processor time, no garbage
collection, best of twenty rounds. Prints one JSON object.
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
from fengni.core.vault.keyring import Root, WrappedUnit
from fengni.core.vault.suites import Suite

TENANT = UUID(int=7)
TARGET = 100_000


def best(work: Callable[[], object], keys: int, rounds: int = 20) -> float:
    """Keys per second of the fastest round."""
    fastest = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        work()
        fastest = min(fastest, time.process_time() - begin)
    return round(keys / fastest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=MOST_ITEMS)
    parser.add_argument("--suite", type=int, default=1)
    options = parser.parse_args()
    root, suite = Root.generate(), Suite(options.suite)
    old = root.tenant(TENANT, epoch=1, suite=suite)
    new = root.tenant(TENANT, epoch=2, suite=suite, seed=os.urandom(32))
    units = [UUID(int=number) for number in range(1, options.keys + 1)]
    made = old.create_secrets(units)
    rows = [WrappedUnit(unit, one.wrapped, one.commitment) for unit, one in zip(units, made, strict=True)]
    gc.disable()
    figures = {
        "rewrapped_per_second": best(lambda: old.rewrap(rows, under=new), len(rows)),
        "checked_per_second": best(lambda: old.unwrap_secrets(rows), len(rows)),
        "target": TARGET,
        "keys": len(rows),
        "suite": int(suite),
        "python": platform.python_version(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
