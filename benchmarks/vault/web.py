"""Values in bulk over HTTP: the product's own web server, asked as a program asks it, with everything it does for each.

One request names up to 2,000 persons. The server checks the token, the scope of the member and a second person's yes,
releases the keys, opens the values, and writes into the ledger's inbox who was read; only then it answers. OpenBao's
transit engine, beside it in the same run, decrypts what it is sent and keeps no record (no audit device).
"""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

KINDS: Final = ("name", "id_number", "mobile")
_PERSONS: Final = 2_000
_ROUNDS: Final = 5


def revealed_per_second() -> float:
    """Fields in clear per second of the clock, median of rounds."""
    from fengni.apps.accounts.services import issue_token
    from tests.apps.vault.files import sheet, store
    from tests.cast import assemble, now

    cast = assemble()
    for start in range(0, _PERSONS, 500):
        store(cast.owner, sheet(500, first=start))
    places = _places(cast)
    token = issue_token(actor=cast.owner, at=now(), label="benchmark").value
    body = json.dumps(
        {
            "persons": [{"client_id": str(client), "person_id": str(person)} for client, person in places],
            "kinds": list(KINDS), "purpose": "purpose.contact_client", "reason": "benchmark",
        }
    ).encode()  # fmt: skip
    with _server() as port:
        line = http.client.HTTPConnection("127.0.0.1", port)
        took = []
        for _ in range(_ROUNDS):
            _agree(cast, places)
            begin = time.perf_counter()
            line.request("POST", "/api/v1/persons:reveal", body, {
                "Authorization": f"Bearer {token}", "Content-Type": "application/json",
            })  # fmt: skip
            answer = line.getresponse()
            told = json.loads(answer.read())
            took.append(time.perf_counter() - begin)
            if answer.status != 200 or sum(len(one["values"]) for one in told["persons"]) != len(places) * len(KINDS):
                raise AssertionError(str(told)[:200])
    return len(places) * len(KINDS) / statistics.median(took)


def _places(cast: Any) -> list[tuple[UUID, UUID]]:
    from django.db import connection, transaction

    from fengni.apps.common.tenancy import tenant

    with tenant(cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT client_id, person_id FROM parties_relation ORDER BY person_id LIMIT %s", [_PERSONS])
        return list(cursor.fetchall())


def _agree(cast: Any, places: list[tuple[UUID, UUID]]) -> None:
    """The DPO says yes to exactly these, and the ledger is sealed up to now; a yes is good for one time."""
    from fengni.apps.approvals.services import ask_second_person, give_approval
    from fengni.apps.ledger import sealer
    from fengni.apps.vault.services import reveal_fields
    from fengni.core.errors import Denied
    from tests.cast import now

    try:
        reveal_fields(
            actor=cast.owner, at=now(), persons=places, kinds=KINDS, purpose="purpose.contact_client",
            reason="benchmark",
        )  # fmt: skip
    except Denied as refused:
        asked = ask_second_person(
            actor=cast.owner, at=now(), act="vault:fields:reveal",
            resource_id=UUID(hex=str(refused.params["resource"])), persons=len({person for _, person in places}),
            fields=KINDS, detail="", reason="benchmark",
        )  # fmt: skip
    give_approval(actor=cast.dpo, at=now(), request_id=asked.value)
    sealer.seal_round(at=now())


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    started = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "fengni.config.wsgi:application", "--host",
            "127.0.0.1", "--port", str(port), "--workers", "1", "--no-access-log", "--log-level", "error",
        ]
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        started.terminate()
        started.wait(10)
