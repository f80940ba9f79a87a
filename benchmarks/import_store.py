"""How fast an import's plan becomes sealed, indexed rows: `store_plan` of N rows, each an enterprise and a person.

Run: .venv/bin/python -m benchmarks.import_store [rows]
Prints rows and sealed records per second from the plan to COMMIT, and this process's share of the time, of a first
import, of the same file again, and of the file with every mobile changed. A row of a first import becomes two subjects,
three sealed records with masks, three unit keys and nine index entries.
Uses a private cluster with fsync on and a key process, both gone afterwards.
"""

from __future__ import annotations

import sys
import time

from benchmarks.house import running_house


def main(rows: int) -> None:
    from tests.apps.vault.files import sheet, store
    from tests.cast import found

    owner = found()
    plans = [("first import", sheet(rows)), ("the same again", sheet(rows))]
    plans.append(("every mobile changed", sheet(rows, mobile_from=50_000_000)))
    for title, plan in plans:
        before, before_here = time.perf_counter(), time.process_time()
        done = store(owner, plan)
        took, here = time.perf_counter() - before, time.process_time() - before_here
        records = int(done.facts.get("records", 0))
        print(
            f"{title}: {rows} rows in {took:.2f} s (of it {here:.2f} s here) = {rows / took:,.0f} rows/s, "
            f"{records / took:,.0f} sealed records/s "
            f"(created {done.created}, updated {done.updated}, unchanged {done.unchanged})"
        )


if __name__ == "__main__":
    with running_house():
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
