"""How fast a person is found among N: by a full number, and by a part of the name; database and key process together.

Run: .venv/bin/python -m benchmarks.search [persons]
The rows are those that the store writes for a person's identity, made under the house's own keys and copied past the
act that would write them; names are drawn from the surnames and given names of the attack by frequencies. One call is
what a search asks of the key process (tags) and of PostgreSQL, and opening the masks it compares. A page of hits adds
what `lists` measures. Processor time is ours, PostgreSQL's and the key process's, in this order.
"""

from __future__ import annotations

import random
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from benchmarks.house import House, running_house
from tests.core.vault.frequency import People

_ROUNDS = 200
_BATCH = 10_000


def main(house: House, persons: int) -> None:
    from django.db import connections, transaction

    from fengni.apps.common.tenancy import tenant
    from fengni.apps.vault.store import finding
    from fengni.apps.vault.store.house import house as home_of
    from tests.cast import found

    owner = found()
    people = People(persons)
    before = time.perf_counter()
    numbers, _ = load(owner.tenant_id, people)
    print(f"{persons:,} persons copied in {time.perf_counter() - before:.0f} s")
    connections["owner"].close()
    draw = random.Random(2)  # which rows are looked for
    names = draw.sample(people.names, _ROUNDS)
    full = draw.sample(numbers, _ROUNDS)
    parts = ("name_part", "company_part")

    def part(words: str) -> list[finding.Hit]:
        return finding.part_hits(home, words, parts, clients=None, most=50)

    readings: dict[str, tuple[list[str], Callable[[str], list[Any]]]] = {
        "exact, full number": (full, lambda number: finding.hits(home, {"id_number": [number]})),
        "exact, name": (names, lambda name: finding.hits(home, {"name": [name]}, most=50)),
        "part, two characters": ([name[-2:] for name in names], part),
        "part, surname alone": ([name[0] for name in names], part),
        "part, a rare surname": (["禤", "昝", "訾", "仉"] * 10, part),
    }
    with tenant(owner.tenant_id), transaction.atomic():
        home = home_of()
        for title, (words, read) in readings.items():
            took, hits = [], []
            here, there, keys = time.process_time(), house.database_time(), house.keys_time()
            for one in words:
                start = time.perf_counter()
                hits.append(len(read(one)))
                took.append((time.perf_counter() - start) * 1000)
            times = time.process_time() - here, house.database_time() - there, house.keys_time() - keys
            spent = " + ".join(f"{one / len(words) * 1000:.2f}" for one in times)
            p95 = statistics.quantiles(took, n=20)[-1]
            p50 = statistics.median(took)
            many = f"{statistics.mean(hits):.1f} hits"
            print(f"{title:24} p50 {p50:.2f} ms, p95 {p95:.2f} ms, processor {spent} ms, {many}")


def load(tenant_id: UUID, people: People) -> tuple[list[str], list[UUID]]:
    """Copy the identity records of the population; returns their numbers, and the persons in the same order."""
    import psycopg
    from django.db import transaction

    from fengni.apps.common.tenancy import tenant
    from fengni.apps.vault.store.house import house as home_of
    from fengni.host import state

    with tenant(tenant_id), transaction.atomic():
        home = home_of()
    numbers: list[str] = []
    persons: list[UUID] = []
    # The administrator: COPY past the walls, references unchecked, indexes built afterwards.
    with psycopg.connect(state.database_url("super"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DROP INDEX vault_gram_by_tag")
        for first in range(0, len(people.names), _BATCH):
            names = people.names[first : first + _BATCH]
            some = [f"990101{19500101 + (first + at) % 900:08d}{(first + at) // 900:04d}" for at in range(len(names))]
            persons += _copy(connection, home, names, some)
            numbers += some
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(
            "CREATE INDEX vault_gram_by_tag ON vault_gram USING gin (tags) WITH (gin_pending_list_limit = 512)"
        )
        connection.execute("VACUUM ANALYZE vault_gram, vault_tag, vault_record")
    return numbers, persons


def _copy(connection: Any, home: Any, names: list[str], numbers: list[str]) -> list[UUID]:  # Any: the driver's, a House
    from fengni.apps.common.custodian import custodian
    from fengni.apps.common.identifiers import uuid7s
    from fengni.apps.vault.store.indexing import GRAM_NUMBERS, NUMBERS, gram_tags, grams_of
    from fengni.apps.vault.store.shown import masks_of

    records = uuid7s(len(names))
    fields = [{"name": a, "id_number": b} for a, b in zip(names, numbers, strict=True)]
    displays = home.display_key.seal_masks([(r, 1, masks_of(f)) for r, f in zip(records, fields, strict=True)])
    asked = [("id_number", numbers), ("name", names)]
    tags = custodian().tags(home.tenant_id, home.suite, asked)
    grams = [grams_of(one)["name_part"] for one in fields]
    made = gram_tags(home, {"name_part": {gram for one in grams for gram in one}})["name_part"]
    now, nothing = "2026-01-01 00:00:00+00", secrets.token_bytes(120)
    client = uuid4()
    with connection.cursor() as cursor:
        with cursor.copy("COPY vault_record FROM STDIN") as copy:
            for record, display in zip(records, displays, strict=True):
                copy.write_row((home.tenant_id, record, uuid4(), "person", record, client, "identity", 1, nothing,
                                display, nothing[:16], now, home.index))  # fmt: skip
        with cursor.copy("COPY vault_tag FROM STDIN") as copy:
            for (kind, _), of_kind in zip(asked, tags, strict=True):
                for record, tag in zip(records, of_kind, strict=True):
                    copy.write_row((home.tenant_id, NUMBERS[kind], home.index, tag, "person", record, client, record))
        with cursor.copy("COPY vault_gram FROM STDIN") as copy:
            for record, of_record in zip(records, grams, strict=True):
                numbers_ = sorted({made[gram] for gram in of_record})
                copy.write_row((home.tenant_id, record, GRAM_NUMBERS["name_part"], home.index, "person", record, client,
                                numbers_))  # fmt: skip
    return records


if __name__ == "__main__":
    with running_house() as started:
        main(started, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
