"""How fast the newest page of a history of 200 entries is read and drawn on the server.

Run: .venv/bin/python -m benchmarks.seen [entries]
Lets a colleague see one person as often as asked, seals it, then prints p50 and p95 of the query and of the whole page,
and how many statements the page took.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.house import House, running_house

_ROUNDS = 40


def main(_house: House, entries: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from fengni.apps.cases import queries
    from fengni.apps.common.tenancy import tenant
    from tests.apps.cases.asking import browser, look, seal, watched
    from tests.cast import now

    seen = watched()
    for number in range(entries):
        look(seen.cast.agent, seen.client_id, seen.person_id, ("id_number", "mobile", "name")[number % 3])
    seal()
    phone = browser(seen)
    seal()

    def page() -> object:
        return phone.get("/cases/my/seen/")

    def read() -> object:
        with tenant(seen.cast.tenant_id):
            return queries.seen_page(actor=seen.guest, at=now())

    readings: dict[str, Callable[[], object]] = {"query": read, "whole page": page}
    for name, reading in readings.items():
        reading()
        taken = []
        for _ in range(_ROUNDS):
            before = time.perf_counter()
            reading()
            taken.append((time.perf_counter() - before) * 1000)
        with CaptureQueriesContext(connection) as asked:
            reading()
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(f"{name}: p50 {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms, {len(asked)} statements")


if __name__ == "__main__":
    with running_house() as running:
        main(running, int(sys.argv[1]) if len(sys.argv) > 1 else 200)
