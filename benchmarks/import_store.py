"""How fast a workbook becomes sealed, indexed rows: from the bytes of a file to COMMIT, beside two peers.

Run: .venv/bin/python -m benchmarks.import_store [rows]
The file is the demonstration's tidy one: nine columns, a client and its legal representative per row. Prints rows,
subjects (clients and persons) and sealed records per second, and what each step took: on the clock, and of the
processor here, in the key process (tags and unit keys) and in PostgreSQL. A row becomes two subjects, several sealed
records with masks, a unit key for each record and nine index entries. The same file follows again, and the store alone
with every mobile changed.

Peers read the same file plainly and write into the same database: `naive` seals person by person with Fernet, makes
three HMACs each and sends them by executemany; `clear` copies the values as they are: the floor. Each has a primary key
and three indexes. The cluster has fsync on and is gone afterwards.
"""

from __future__ import annotations

import hmac
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import python_calamine
from cryptography.fernet import Fernet

from benchmarks.house import House, running_house

Connection = psycopg.Connection[tuple[Any, ...]]


class Clock:
    """What steps took: seconds on the clock, of the processor here, in the key process and in PostgreSQL."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._last = self._now()
        self.steps: dict[str, tuple[float, ...]] = {}

    def step(self, name: str) -> None:
        """Since the step before, this happened."""
        now = self._now()
        self.steps[name] = tuple(after - before for after, before in zip(now, self._last, strict=True))
        self._last = self._now()

    def say(self, title: str, done: Mapping[str, int]) -> float:
        """Print it; returns the seconds on the clock."""
        took = sum(step[0] for step in self.steps.values())
        rates = ", ".join(f"{number / took:,.0f} {what}/s" for what, number in done.items())
        print(f"{title}: {took:.2f} s = {rates}")
        for name, (clock, here, keys, database) in self.steps.items():
            print(f"    {name:14} {clock:5.2f} s   here {here:.2f}   keys {keys:.2f}   PostgreSQL {database:.2f}")
        return took

    def _now(self) -> tuple[float, ...]:
        return time.perf_counter(), time.process_time(), self._house.keys_time(), self._house.database_time()


def main(house: House, rows: int) -> None:
    from fengni.demo import ledger_sheet
    from tests.apps.vault.files import sheet
    from tests.cast import found

    print(f"{rows:,} rows; load at the beginning {os.getloadavg()[0]:.1f}")
    content = ledger_sheet.large(rows)
    owner, other = found(), found()
    clear = _peer(house, content, "clear", "text", _clear)
    naive = _peer(house, content, "naive", "bytea", _naive)
    ours = _imported(house, "first import", owner, content)
    print(f"first import: {naive / ours:.2f} x as fast as naive, {clear / ours:.2f} x as fast as clear")
    _imported(house, "the same again", owner, content)
    _store(Clock(house), other, sheet(rows))
    clock = Clock(house)
    clock.say("every mobile changed", _store(clock, other, sheet(rows, mobile_from=50_000_000)))


def _imported(house: House, title: str, owner: Any, content: bytes) -> float:  # Any: an actor
    from fengni.core.intake.building import build_plan
    from fengni.core.intake.reading import read_workbook

    clock = Clock(house)
    book = read_workbook(content)
    clock.step("read")
    plan = build_plan(book, demo=True)
    clock.step("plan")
    return clock.say(title, _store(clock, owner, plan))


def _store(clock: Clock, owner: Any, plan: Any) -> dict[str, int]:  # Any: an actor, a plan
    """Store a plan inside an act, as an import does; how many rows, subjects and records."""
    from fengni.apps.acts.acting import FUNCTIONS, Outcome, act
    from fengni.apps.vault.store import store_plan

    def storing(*, actor: Any, at: datetime, import_id: UUID) -> Outcome[Any]:
        done = store_plan(plan=plan, import_id=import_id, at=at, progress=lambda *_: None)
        clock.step("store")
        return Outcome(done, seen=done.seen, facts=done.facts)

    from tests.cast import now

    name = f"benchmark:plan:store{len(FUNCTIONS)}"
    stored = act(name, roles=("owner",))(storing)(actor=owner, at=now(), import_id=uuid4()).value
    clock.step("entry, COMMIT")
    subjects = stored.created + stored.updated + stored.unchanged
    return {
        "rows": len(plan.enterprises),
        "subjects": subjects,
        "sealed records": int(stored.facts.get("records", 0)),
    }


def _peer(
    house: House, content: bytes, name: str, kind: str, work: Callable[[Connection, str, Iterable[list[str]]], None]
) -> float:
    from fengni.host import state

    with psycopg.connect(state.database_url("owner")) as connection:
        columns = ", ".join(f"i{number} {kind}" for number in range(3))
        connection.execute(f"CREATE TABLE peer_{name} (id uuid PRIMARY KEY, body {kind}, {columns})")
        for number in range(3):
            connection.execute(f"CREATE INDEX ON peer_{name} (i{number})")
        connection.commit()
        clock = Clock(house)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()[1:]]
        work(connection, f"peer_{name}", rows)
        connection.commit()
        clock.step("all")
    return clock.say(f"peer, {name}", {"rows": len(rows)})


def _clear(connection: Connection, table: str, rows: Iterable[list[str]]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row((uuid4(), json.dumps(row), row[4], row[5], row[6]))


def _naive(connection: Connection, table: str, rows: Iterable[list[str]]) -> None:
    box, key = Fernet(Fernet.generate_key()), os.urandom(32)
    connection.cursor().executemany(
        f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s)",
        [(uuid4(), box.encrypt(json.dumps(row).encode()), *(_hmac(key, value) for value in row[4:7])) for row in rows],
    )


def _hmac(key: bytes, value: str) -> bytes:
    return hmac.new(key, value.encode(), "sha256").digest()


if __name__ == "__main__":
    with running_house() as started:
        main(started, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
