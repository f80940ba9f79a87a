"""How fast an import's plan becomes sealed, indexed rows: `store_plan` of N rows, each an enterprise and a person.

Run: .venv/bin/python -m benchmarks.import_store [rows]
Prints rows per second from the plan to COMMIT, of a first import, of the same file again, and of one changed cell.
Uses a private cluster with fsync on and a key process, both gone afterwards.
"""

from __future__ import annotations

import sys
import time
from uuid import uuid4

from benchmarks.house import running_house


def main(rows: int) -> None:
    from fengni.apps.acts.acting import REGISTRY, Outcome, act
    from fengni.apps.vault.store import Stored, store_plan
    from fengni.core.access.actor import Actor
    from fengni.core.intake.plan import Plan
    from tests.apps.vault.files import sheet
    from tests.cast import found, now

    assert "bench:plan:store" not in REGISTRY

    @act("bench:plan:store", roles=("owner",))
    def store(*, actor: Actor, at: object, plan: Plan) -> Outcome[Stored]:
        done = store_plan(plan=plan, import_id=uuid4(), at=at, progress=lambda *_: None)
        return Outcome(done, seen=done.seen, facts=done.facts)

    owner = found()
    plans = [("first import", sheet(rows)), ("the same again", sheet(rows))]
    plans.append(("every mobile changed", sheet(rows, mobile_from=50_000_000)))
    for title, plan in plans:
        before = time.perf_counter()
        done = store(actor=owner, at=now(), plan=plan).value
        took = time.perf_counter() - before
        print(
            f"{title}: {rows} rows in {took:.2f} s = {rows / took:,.0f} rows/s "
            f"(created {done.created}, updated {done.updated}, unchanged {done.unchanged})"
        )


if __name__ == "__main__":
    with running_house():
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
