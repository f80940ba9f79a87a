"""Processes of a real installation are killed at random points of import, reveal, destruction and a change of keys.

`FENGNI_KILLS` says how many (10 here, 200 by `make torture`), `FENGNI_SEED` repeats a run. While one thread kills,
others work over REST like any client (callers.py): they note what was acknowledged and forget what was not. At the end
all must add up: no acknowledged write lost, nothing half destroyed, every living key opens.
"""

from __future__ import annotations

import functools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from fengni.host import state
from fengni.keys import roots
from tests.faults import callers
from tests.faults.callers import REASON, ROWS, Client, Connection
from tests.installation import Installation, eventually

KILLS = int(os.environ.get("FENGNI_KILLS", "10"))
SEED = int(os.environ.get("FENGNI_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
ROOT = Path(__file__).resolve().parents[2]
PARTS = ("web", "worker", "sealer", "keys", "database")

_BEGIN = """
from datetime import UTC, datetime
from fengni.host import installation
installation.load_django()
from fengni.apps.accounts import queries, services
from fengni.apps.accounts.models import User
from fengni.apps.common.identifiers import uuid7
from fengni.core.access.actor import system_actor
from tests.cast import hire
system = system_actor(uuid7(), channel="cli")
at = datetime.now(UTC)
services.found_tenant(
    actor=system, at=at, name="示例·启明", kind="agency", owner_name="江述白", login="jiang", password=None, demo=True
)
owner = queries.actor_of(User.objects.get(login="jiang"), channel="cli")
print(owner.tenant_id)
dpo = hire(owner.tenant_id, "dpo", "苏明谨")
for member in (owner, dpo):
    print(services.issue_token(actor=member, at=at, label="torture").value)
"""

# What a key process and its rows say at the end: keys that do not open under the newest epoch, parts of disposals of
# which one half is done, and rows that outlived their key.
_END = """
import sys
from uuid import UUID
from fengni.host import installation
installation.load_django()
from django.db import connection, transaction
from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.rotations import moving
from fengni.apps.vault.store import wrapping
from fengni.apps.vault.store.house import house
tenant_id = UUID(sys.argv[1])
with tenant(tenant_id), transaction.atomic(), connection.cursor() as cursor:
    newest = custodian().epochs(tenant_id)[-1]
    wrong = sum(wrapping.wrong(house(), table) for table in moving.TABLES) - moving.way(moving.EPOCH).left(newest)
    cursor.execute("SELECT u.id, u.state, p.done_at IS NOT NULL FROM disposals_part p "
                   "JOIN vault_unit u ON u.id = p.unit_id WHERE p.fate = 'destroy'")
    parts = cursor.fetchall()
    gone = custodian().destroyed(tenant_id, [unit for unit, _, _ in parts])
    half = sum(len({state == "destroyed", done, dead}) > 1 for (_, state, done), dead in zip(parts, gone))
    cursor.execute("SELECT count(*) FROM vault_record r JOIN vault_unit u ON u.id = r.unit_id WHERE u.state <> 'live'")
    print(wrong, half, cursor.fetchone()[0], sum(done for _, _, done in parts))
"""


class Tortured(NamedTuple):
    """An installation, its tenant, and two who may agree with each other."""

    one: Installation
    client: Client
    other: Client
    tenant: str


@pytest.fixture(scope="module")
def tortured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tortured]:
    """An installation of its own, with an owner and a DPO."""
    one = Installation(tmp_path_factory.mktemp("torture") / "state")
    try:
        assert one.command("setup").returncode == 0
        with one.environment():  # fictitious numbers are for demonstrations only; this one has no story of its own
            roots.create(state.root_file(), passphrase=roots.DEMO_PASSPHRASE, demo=True)
            state.change(kind="demo")
            (one.folder / "demo-loaded").touch()
        one.start()
        tenant, *tokens = _python(one, _BEGIN).split()
        yield Tortured(one, *(Client(f"http://127.0.0.1:{one.port}/api/v1/", token) for token in tokens), tenant)
    finally:
        one.remove()


def _python(one: Installation, code: str, *arguments: str) -> str:
    """What a program of the installation prints."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=one.variables(), cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _plant(one: Installation, tenant: str, file: str, number: str) -> None:
    """A matter of a client file that was closed 40 days ago, past the acts: the days cannot be waited for."""
    with _connect(one, "super") as connection:
        connection.execute(
            "INSERT INTO matters_matter (tenant_id, id, number, client_id, types, region, state, counted_from, "
            "deadline, lead_id, opened_at, closed_at) VALUES (%s, gen_random_uuid(), %s, %s, '[\"LEGAL\"]', 'same', "
            "'closed', now(), now(), gen_random_uuid(), now() - interval '41 days', now() - interval '40 days')",
            [tenant, number, file],
        )


def _kill_over_and_over(one: Installation, chance: random.Random) -> dict[str, int]:
    """Each part equally often, in a random order, at random moments."""
    counts = dict.fromkeys(PARTS, 0)
    parts = [PARTS[number % len(PARTS)] for number in range(KILLS)]
    chance.shuffle(parts)
    while parts:
        time.sleep(chance.uniform(0.05, 1.2))
        part = parts[-1]
        found = one.pids(part)
        if not found:
            continue  # it is on its way back
        os.kill(chance.choice(found), signal.SIGKILL)
        counts[parts.pop()] += 1
        assert eventually(lambda part=part: one.pids(part)), f"{part} did not come back"
    return counts


def test_what_was_acknowledged_is_there_and_sealed_exactly_once(tortured: Tortured) -> None:
    one, client, other, tenant = tortured
    chance = random.Random(SEED)
    enough, trouble = threading.Event(), list[str]()
    plant = functools.partial(_plant, one, tenant)
    work = [
        functools.partial(callers.reveals, client, enough, trouble),
        functools.partial(callers.imports, client, enough, trouble),
        functools.partial(callers.destroys, client, other, plant, enough, trouble),
        functools.partial(callers.rotates, client, other, enough, trouble),
    ]
    workers = [threading.Thread(target=one_work) for one_work in work]
    for worker in workers:
        worker.start()
    try:
        counts = _kill_over_and_over(one, chance)
    finally:
        eventually(lambda: one.ills() == [])
        eventually(lambda: all((client.stored, client.persons, client.destroyed, client.epochs)))
        enough.set()
        for worker in workers:
            worker.join(180)
    print(
        f"seed {SEED}, killed {counts}; {len(client.entries) + len(other.entries)} entries, {len(client.stored)} "
        f"imports, {len(client.destroyed)} destructions, {len(client.epochs)} changes of keys acknowledged"
    )
    assert trouble == []
    assert all((client.entries, client.stored, client.destroyed, client.epochs))
    assert eventually(lambda: _waiting(one) == 0)
    _check_ledger(one, [*client.entries, *other.entries], tenant)
    _check_rows(one, client, tenant)
    _check_keys(one, client, tenant)
    assert eventually(lambda: one.ills() == []), one.ills()


def _connect(one: Installation, role: state.Role, tenant: str = "") -> Connection:
    with one.environment():
        connection = psycopg.connect(state.database_url(role), autocommit=True)
    if tenant:
        connection.execute("SELECT set_config('app.tenant_id', %s, false)", [tenant])
    return connection


def _waiting(one: Installation) -> int:
    with _connect(one, "sealer") as connection:
        (count,) = connection.execute("SELECT count(*) FROM ledger_inbox").fetchone() or (-1,)
    return int(count)


def _check_ledger(one: Installation, acknowledged: list[str], tenant: str) -> None:
    with _connect(one, "app", tenant) as connection:
        sealed = connection.execute("SELECT id::text, sequence FROM ledger_entry ORDER BY sequence").fetchall()
        gaps = connection.execute(
            "SELECT person_id FROM ledger_entry_subject GROUP BY person_id "
            "HAVING count(*) <> max(number) - min(number) + 1 OR count(*) <> count(DISTINCT number)"
        ).fetchall()
    identities = [entry for entry, _ in sealed]
    first = sealed[0][1]
    assert [sequence for _, sequence in sealed] == list(range(first, first + len(sealed)))
    assert first in {0, 1}
    assert len(set(identities)) == len(identities)
    assert set(acknowledged) <= set(identities)
    assert gaps == []


def _check_rows(one: Installation, client: Client, tenant: str) -> None:
    """Clients come from acts and from imports that are done, whole; nothing else."""
    with _connect(one, "app", tenant) as connection:
        clients = {row[0] for row in connection.execute("SELECT id::text FROM parties_client").fetchall()}
        relations = connection.execute("SELECT count(*) FROM parties_relation").fetchone()
        acts = dict(
            connection.execute("SELECT act, count(*) FROM ledger_entry WHERE NOT refused GROUP BY act").fetchall()
        )
        done = {str(row[0]) for row in connection.execute("SELECT id FROM imports_job WHERE state = 'done'").fetchall()}
    assert client.stored <= done
    assert set(client.clients) <= clients
    assert len(clients) == acts.get("vault:client:create", 0) + ROWS * len(done)
    assert acts.get("imports:job:commit", 0) == len(done)
    assert relations is not None
    assert relations[0] == acts.get("vault:person:add", 0) + ROWS * len(done)


def _check_keys(one: Installation, client: Client, tenant: str) -> None:
    """Whoever was filed reads as filed; what was destroyed is gone with its key; every other key opens."""
    for person, (file, number) in random.Random(SEED).sample(
        sorted(client.persons.items()), min(20, len(client.persons))
    ):
        seen = client.post(
            f"persons/{person}/fields/id_number:reveal", client_id=file, purpose="purpose.fill_form", reason=REASON
        )
        assert seen["value"] == number
    wrong, half, orphans, destroyed = map(int, _python(one, _END, tenant).split())
    assert (wrong, half, orphans) == (0, 0, 0)
    assert destroyed >= len(client.destroyed)
