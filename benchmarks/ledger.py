"""The ledger's figures, in one run: inbox against a locked hash chain, and how fast a sealer seals.

    python -m benchmarks.ledger [--seconds 6]

Both ways write one entry per transaction with fsync on, eight writers, each a process with its own connection:

    locked chain    SELECT the tenant's head FOR UPDATE, hash, INSERT the entry with its sequence, UPDATE the head
    inbox           what every act does: INSERT into the inbox; a sealer seals and signs at the same time

The order is chain, inbox, inbox, chain, so that a disk that grows slower or faster favours neither. The disk's sync
time is measured in the same run. Ratio >= 3 and >= 20,000 events/s sealed are the claims, on a machine that does
nothing else: `load_at_begin` tells. Without a free core writers wait for the processor and the ratio says nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from uuid import UUID

from benchmarks.house import running_house

WRITERS = 8
BATCH = 40_000


def main() -> None:
    """Print a table and one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6.0)
    seconds = parser.parse_args().seconds
    with running_house():
        from fengni.apps.common.identifiers import uuid7

        _prepare_chain()
        load, sync = os.getloadavg()[0], _sync_milliseconds()
        runs: dict[str, list[float]] = {"chain": [], "inbox": []}
        for way in ("chain", "inbox", "inbox", "chain"):
            runs[way].append(_write(way, uuid7(), seconds))
        found = {
            "load_at_begin": round(load, 1),
            "sync_ms": round(sync, 3),
            "chain_per_s": round(statistics.mean(runs["chain"])),
            "inbox_per_s": round(statistics.mean(runs["inbox"])),
            "ratio": round(statistics.mean(runs["inbox"]) / statistics.mean(runs["chain"]), 2),
            "sealed_per_s": round(_seal_batches(uuid7(), persons=0)),
            "sealed_with_one_person_each_per_s": round(_seal_batches(last := uuid7(), persons=1)),
            "verified_per_s": round(_verify(last)),
        }
    for name, value in found.items():
        print(f"{name:36} {value:>10,}")
    print(json.dumps(found))


def _sync_milliseconds() -> float:
    """The median of fdatasync after a write of 8 KiB, where the database lies."""
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(200):
            file.write(bytes(8192))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def _prepare_chain() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE chain_head (tenant_id uuid PRIMARY KEY, sequence bigint, hash bytea)")
        cursor.execute(
            "CREATE TABLE chain_entry (tenant_id uuid, sequence bigint, hash bytea, body bytea, "
            "created_at timestamptz, PRIMARY KEY (tenant_id, sequence))"
        )
        cursor.execute("GRANT SELECT, INSERT, UPDATE ON chain_head, chain_entry TO fengni_app")
    connections["owner"].close()


def _write(way: str, tenant_id: UUID, seconds: float) -> float:
    """Committed entries per second of eight writers; for the inbox, a sealer works beside them."""
    from django.db import connections

    from fengni.apps.common.tenancy import tenant

    if way == "chain":
        with tenant(tenant_id), connections["default"].cursor() as cursor:
            cursor.execute("INSERT INTO chain_head VALUES (%s, -1, %s)", [tenant_id, bytes(32)])
    connections.close_all()
    spawn = multiprocessing.get_context("fork")
    go, stop, counts = spawn.Event(), spawn.Event(), spawn.Array("q", WRITERS)
    work = [spawn.Process(target=_writer, args=(way, tenant_id, place, counts, go, stop)) for place in range(WRITERS)]
    if way == "inbox":
        work.append(spawn.Process(target=_sealer, args=(go, stop)))
    for process in work:
        process.start()
    go.set()
    time.sleep(1.0)  # everybody is connected and warm
    before, begun = sum(counts), time.perf_counter()
    time.sleep(seconds)
    after, ended = sum(counts), time.perf_counter()
    stop.set()
    for process in work:
        process.join()
    return (after - before) / (ended - begun)


def _writer(way: str, tenant_id: UUID, place: int, counts: list[int], go: Event, stop: Event) -> None:
    from django.db import transaction

    from fengni.apps.common.tenancy import tenant

    write = _write_chain if way == "chain" else _write_inbox
    go.wait()
    while not stop.is_set():
        with tenant(tenant_id), transaction.atomic():
            write(tenant_id)
        counts[place] += 1


def _write_chain(tenant_id: UUID) -> None:
    from django.db import connection

    body = _body(tenant_id)[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM chain_head WHERE tenant_id = %s FOR UPDATE", [tenant_id])
        sequence, before = cursor.fetchone()
        digest = hashlib.sha256(bytes(before) + body).digest()
        cursor.execute(
            "INSERT INTO chain_entry VALUES (%s, %s, %s, %s, clock_timestamp())",
            [tenant_id, sequence + 1, digest, body],
        )
        cursor.execute(
            "UPDATE chain_head SET sequence = %s, hash = %s WHERE tenant_id = %s", [sequence + 1, digest, tenant_id]
        )


def _write_inbox(tenant_id: UUID) -> None:
    from fengni.apps.common.identifiers import uuid7
    from fengni.apps.ledger import inbox
    from fengni.core.access.actor import system_actor

    inbox.append(
        entry_id=uuid7(), actor=system_actor(tenant_id), act="vault:field:reveal", at=datetime.now(UTC), outcome="done",
        purpose="purpose.fill_form", resource=None, seen=(), facts={}, reason=None,
    )  # fmt: skip


def _body(tenant_id: UUID, persons: int = 0) -> tuple[UUID, bytes]:
    """What `inbox.append` writes, for ways that do not go through it: all pay for the same body."""
    from fengni.apps.common.identifiers import uuid7
    from fengni.core.ledger.entry import encode_body

    entry_id = uuid7()
    return entry_id, encode_body(
        entry_id=entry_id, tenant_id=tenant_id, act="vault:field:reveal", actor_id=UUID(int=0), roles=["system"],
        channel="worker", session=None, at=datetime.now(UTC), outcome="done", purpose="purpose.fill_form",
        resource=None, count=persons, clear=persons, fields=["mobile"] * persons, facts={}, reason=None,
    )  # fmt: skip


def _sealer(go: Event, stop: Event) -> None:
    from fengni.apps.ledger import sealer

    go.wait()
    while sealer.seal_round(at=datetime.now(UTC)) or not stop.is_set():
        time.sleep(0.02)


def _seal_batches(tenant_id: UUID, *, persons: int) -> float:
    """Entries per second that one sealer seals and signs out of a full inbox."""
    import psycopg
    from django.db import connection, transaction

    from fengni.apps.common.identifiers import uuid7
    from fengni.apps.common.tenancy import tenant
    from fengni.apps.ledger import inbox, sealer

    made = [_body(tenant_id, persons) for _ in range(BATCH)]
    packed = [inbox.pack_subjects([inbox.Seen(uuid7(), ("mobile",), 1)] * persons) for _ in made]
    with tenant(tenant_id), transaction.atomic():
        psycopg.Cursor(connection.connection).execute(
            "INSERT INTO ledger_inbox (tenant_id, entry_id, body, subjects, created_at) SELECT %s, batch.*, now() "
            "FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[]) AS batch",
            [tenant_id, [one for one, _ in made], [body for _, body in made], packed],
        )
    begun, sealed = time.perf_counter(), 0
    while sealed < BATCH:
        sealed += sealer.seal_round(at=datetime.now(UTC))
    return sealed / (time.perf_counter() - begun)


def _verify(tenant_id: UUID) -> float:
    """Entries with one person each that full verification derives again per second."""
    from fengni.apps.ledger import verification
    from fengni.core.access.actor import system_actor

    begun = time.perf_counter()
    report = verification.verify(system_actor(tenant_id))
    if report.finding is not None or report.size != BATCH:
        raise SystemExit(f"the ledger does not verify: {report.finding}")
    return report.size / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
