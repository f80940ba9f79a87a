"""Processes of a real installation are killed at random points of import and reveal; what was acknowledged stays.

`FENGNI_KILLS` says how many (10 here, 200 by `make torture`), `FENGNI_SEED` repeats a run. While one thread kills,
others work over REST like any client: they note what was acknowledged and forget what was not. At the end all must
add up.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from fengni.core import fictitious
from fengni.host import state
from fengni.keys import roots
from tests.installation import Installation, eventually

KILLS = int(os.environ.get("FENGNI_KILLS", "10"))
SEED = int(os.environ.get("FENGNI_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
PARTS = ("web", "worker", "sealer", "keys", "database")
ROWS = 40
REASON = "核对变更申请书"

_BEGIN = """
from datetime import UTC, datetime
from fengni.host import installation
installation.load_django()
from fengni.apps.accounts import queries, services
from fengni.apps.accounts.models import User
from fengni.apps.common.identifiers import uuid7
from fengni.core.access.actor import system_actor
system = system_actor(uuid7(), channel="cli")
at = datetime.now(UTC)
services.found_tenant(
    actor=system, at=at, name="示例·启明", kind="agency", owner_name="江述白", login="jiang", password=None, demo=True
)
owner = queries.actor_of(User.objects.get(login="jiang"), channel="cli")
print(owner.tenant_id)
print(services.issue_token(actor=owner, at=at, label="torture").value)
"""


@dataclass
class Client:
    """A caller of the REST interface, and what was acknowledged to it."""

    root: str
    token: str
    entries: list[str] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> dict[str, Any]:
        """One call. Raises OSError when it was not acknowledged, whatever the reason."""
        request = urllib.request.Request(self.root + path, data=body, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=30) as answer:
            said: dict[str, Any] = json.loads(answer.read())
        if method == "POST" and "entry_id" in said:
            self.entries.append(said["entry_id"])
        return said

    def post(self, path: str, **body: object) -> dict[str, Any]:
        """A POST of JSON."""
        return self.ask("POST", path, json.dumps(body).encode())

    def upload(self, name: str, content: bytes) -> str:
        """A file for the intake; returns the job's id."""
        edge = "fengni-edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + content + f"\r\n--{edge}--\r\n".encode()
        return str(self.ask("POST", "imports", body, f"multipart/form-data; boundary={edge}")["id"])


@pytest.fixture(scope="module")
def tortured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Client, str]]:
    """An installation with one owner and one client file, its caller, and the tenant."""
    one = Installation(tmp_path_factory.mktemp("torture") / "state")
    try:
        assert one.command("setup").returncode == 0
        with one.environment():  # fictitious numbers are for demonstrations only; this one has no story of its own
            roots.create(state.root_file(), passphrase=roots.DEMO_PASSPHRASE, demo=True)
            state.change(kind="demo")
            (one.folder / "demo-loaded").touch()
        one.start()
        done = subprocess.run(
            [sys.executable, "-c", _BEGIN], env=one.variables(), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        tenant, token = done.stdout.split()
        yield one, Client(f"http://127.0.0.1:{one.port}/api/v1/", token), tenant
    finally:
        one.remove()


def _id_number(number: int) -> str:
    return fictitious.id_number(f"{1960 + number // 900 % 40}{number // 36000 % 12 + 1:02d}11", number % 900)


def _reveal_over_and_over(client: Client, enough: threading.Event, trouble: list[str]) -> None:
    number = 0
    file = person = ""
    while not enough.is_set():
        number += 1
        try:
            if not person or number % 10 == 0:
                made = client.post("clients", fields={"company_name": f"示例·看{number}号商贸有限公司"})
                file = made["id"]
                client.clients.append(file)
                wanted = _id_number(500_000 + number)
                fields = {"name": "沈若溪", "id_number": wanted}
                person = ""
                person = client.post(f"clients/{file}/persons", roles=["legal_representative"], fields=fields)["id"]
            seen = client.post(
                f"persons/{person}/fields/id_number:reveal", client_id=file, purpose="purpose.fill_form", reason=REASON
            )
            if seen["value"] != wanted:
                trouble.append("a reveal gave another value")
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                trouble.append(f"reveal: {error.code} {error.read().decode()}")
            time.sleep(0.2)
        except (OSError, ValueError):
            time.sleep(0.1)


def _import_over_and_over(client: Client, enough: threading.Event, trouble: list[str]) -> None:
    number = 0
    while not enough.is_set():
        number += 1
        lines = ["公司名称,法定代表人,法定代表人身份证号,法定代表人手机"]
        for row in range(ROWS):
            place = number * ROWS + row
            lines.append(f"示例·入{place}号商贸有限公司,陆知衡,{_id_number(place)},{fictitious.mobile(place)}")
        try:
            job = client.upload(f"torture-{number}.csv", "\n".join(lines).encode())
            client.jobs.append(job)
            _drive(client, job, enough)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in {409, 429}:
                trouble.append(f"import: {error.code} {error.read().decode()}")
        except (OSError, ValueError, TimeoutError):
            time.sleep(0.1)


def _drive(client: Client, job: str, enough: threading.Event) -> None:
    """Check, take every careful answer, commit, and wait for the end; every call is tried until it is answered."""
    asked = False
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            known = client.ask("GET", f"imports/{job}")
            if known["state"] == "checked" and not asked:
                client.post(f"imports/{job}:answer", defaults=True)
                asked = True
            elif known["state"] == "checked":
                client.post(f"imports/{job}:commit")
            elif known["state"] == "done":
                client.stored.add(job)
                return
            elif known["state"] in {"cancelled", "expired", "refused"}:
                return
        except (OSError, ValueError):
            pass
        if enough.is_set() and not asked:
            return
        time.sleep(0.1)


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


def test_what_was_acknowledged_is_there_and_sealed_exactly_once(tortured: tuple[Installation, Client, str]) -> None:
    one, client, tenant = tortured
    chance = random.Random(SEED)
    enough, trouble = threading.Event(), list[str]()
    workers = [
        threading.Thread(target=work, args=(client, enough, trouble))
        for work in (_reveal_over_and_over, _import_over_and_over)
    ]
    for worker in workers:
        worker.start()
    try:
        counts = _kill_over_and_over(one, chance)
    finally:
        eventually(lambda: one.ills() == [])
        eventually(lambda: bool(client.stored) and bool(client.entries))
        enough.set()
        for worker in workers:
            worker.join(180)
    print(f"seed {SEED}, killed {counts}; {len(client.entries)} entries, {len(client.stored)} imports acknowledged")
    assert trouble == []
    assert client.entries
    assert client.stored
    assert eventually(lambda: _waiting(one) == 0)
    _check_ledger(one, client, tenant)
    _check_rows(one, client, tenant)
    assert eventually(lambda: one.ills() == []), one.ills()


def _connect(one: Installation, role: state.Role, tenant: str = "") -> psycopg.Connection[tuple[Any, ...]]:
    with one.environment():
        connection = psycopg.connect(state.database_url(role), autocommit=True)
    if tenant:
        connection.execute("SELECT set_config('app.tenant_id', %s, false)", [tenant])
    return connection


def _waiting(one: Installation) -> int:
    with _connect(one, "sealer") as connection:
        (count,) = connection.execute("SELECT count(*) FROM ledger_inbox").fetchone() or (-1,)
    return int(count)


def _check_ledger(one: Installation, client: Client, tenant: str) -> None:
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
    assert set(client.entries) <= set(identities)
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
