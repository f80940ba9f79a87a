"""How fast a masked list of 20 of N persons is read, and an exact search among them, on the server.

Run: .venv/bin/python -m benchmarks.lists [persons]
Loads N persons (one enterprise each), then prints p50 and p95 of the first page, a page in the middle, the page of an
agent with the 200 oldest clients, a search by name and by full number; how many statements each took, and milliseconds
of the processor per call, here and in PostgreSQL.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from uuid import uuid4

from benchmarks.house import House, running_house

_ROUNDS = 60


def main(house: House, persons: int) -> None:
    from django.db import connection, connections, transaction
    from django.test.utils import CaptureQueriesContext

    from fengni.apps.common.tenancy import tenant
    from fengni.apps.parties.services import assign_client
    from fengni.apps.vault import queries
    from tests.apps.vault.files import CANARY_ID, CANARY_NAME, make_client, make_person, sheet, store
    from tests.cast import found, hire, now

    owner = found()
    agent = hire(owner.tenant_id, "agent", "陈一诺")
    before = time.perf_counter()
    for first in range(0, persons, 5_000):
        store(owner, sheet(min(5_000, persons - first), first=first), import_id=uuid4())
    make_person(owner, make_client(owner, 10**6, uscc=""))
    print(f"{persons} persons loaded in {time.perf_counter() - before:.0f} s")
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with tenant(owner.tenant_id):
        own = [row.id for row in queries.clients_page(actor=owner, at=now(), size=200, page=persons // 200).rows]
    for client_id in own:
        assign_client(actor=owner, at=now(), client_id=client_id, member_id=agent.id)
    readings: dict[str, Callable[[], object]] = {
        "persons, first page": lambda: queries.persons_page(actor=owner, at=now()),
        "persons, page in the middle": lambda: queries.persons_page(actor=owner, at=now(), page=persons // 40),
        "persons, an agent's page": lambda: queries.persons_page(actor=agent, at=now()),
        "clients, first page": lambda: queries.clients_page(actor=owner, at=now()),
        "search by name": lambda: queries.search(actor=owner, at=now(), words=CANARY_NAME),
        "search by full number": lambda: queries.number_hits(
            actor=owner, at=now(), number=CANARY_ID, indexes=("id_number",)
        ),
    }
    for title, read in readings.items():
        with tenant(owner.tenant_id):
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                read()
            took, here, there = [], time.process_time(), house.database_time()
            for _ in range(_ROUNDS):
                start = time.perf_counter()
                read()
                took.append((time.perf_counter() - start) * 1000)
            here, there = time.process_time() - here, house.database_time() - there
        p95 = statistics.quantiles(took, n=20)[-1]
        print(
            f"{title}: p50 {statistics.median(took):.1f} ms, p95 {p95:.1f} ms, {len(captured)} statements, "
            f"processor {here / _ROUNDS * 1000:.1f} + {there / _ROUNDS * 1000:.1f} ms"
        )


if __name__ == "__main__":
    with running_house() as started:
        main(started, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
