"""The sealer and its database session die at any point: nothing is lost, doubled or left out."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import psycopg
import pytest
from django.db import connections

from fengni.apps.common.identifiers import uuid7
from fengni.apps.ledger import sealer, verification
from fengni.apps.ledger.inbox import Seen
from fengni.core.errors import KeysUnavailable
from tests.apps.ledger.writing import an_actor, another_asks_for_the_seat, auditor_of, rows, until, write
from tests.cast import now
from tests.installation import eventually


@contextmanager
def _a_sealer() -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, "-m", "fengni.worker.sealer"], stdout=log, stderr=log)
        try:
            yield process, log
        finally:
            process.kill()
            process.wait()


@pytest.mark.faults
def test_kill_9_of_the_sealer_at_random_points_leaves_no_gap() -> None:
    connections["sealer"].close()  # nobody of ours holds the seat
    actor, persons, written = an_actor(), [uuid7() for _ in range(3)], []
    stopping = threading.Event()

    def keep_writing() -> None:
        while not stopping.is_set():
            written.extend(write(actor, *[Seen(one, ("mobile",), 1) for one in persons], count=3))
        connections["default"].close()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    chance, entries = random.Random(20261124), 0
    try:
        for _ in range(4):
            with _a_sealer() as (process, _log):
                until(lambda: _sealed(actor.tenant_id) > entries)  # noqa: B023  # called before the loop goes on
                time.sleep(chance.random() / 10)
                process.send_signal(signal.SIGKILL)
                process.wait()
            entries = _sealed(actor.tenant_id)
    finally:
        stopping.set()
        writer.join()
    while rows(actor.tenant_id, "SELECT 1 FROM ledger_inbox LIMIT 1"):
        sealer.seal_round(at=now())
    report = verification.verify(auditor_of(actor))
    assert (report.finding, report.size, report.signed) == (None, len(written), len(written))
    found = rows(actor.tenant_id, "SELECT id FROM ledger_entry")
    assert {row[0] for row in found} == set(written)
    assert report.subjects == 3 * len(written)


def test_a_sealer_whose_session_ended_gives_up_its_place() -> None:
    connections["sealer"].close()
    actor = an_actor()
    with _a_sealer() as (process, log):
        write(actor)
        until(lambda: _sealed(actor.tenant_id) == 1)
        with psycopg.connect(os.environ["FENGNI_DATABASE_URL_SEALER"]) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
            )
        eventually(lambda: process.poll() is not None)
        log.seek(0)
        said = log.read()
        assert process.poll() == 1, said
        assert b"Traceback" not in said


def test_a_connection_that_was_replaced_without_a_word_has_no_seat() -> None:
    seat = sealer.wait_for_the_seat(lambda: False)
    assert not sealer.is_seat_lost(seat, ask=True)
    connections["sealer"].close()  # what a rollback over a broken connection does
    assert rows_of_sealer() == 1
    assert sealer.is_seat_lost(seat)


def test_a_failure_that_lasts_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    said = sealer.log_failure(KeysUnavailable("keys.locked"))
    said = sealer.log_failure(KeysUnavailable("keys.locked"), before=said)
    said = sealer.log_failure(ValueError("154 0000 0001"), before=said)
    assert caplog.messages == ["sealing failed: keys.locked", "sealing failed: ValueError"]


def test_a_sealer_without_the_seat_ends_when_told() -> None:
    sealer.wait_for_the_seat(lambda: False)
    with _a_sealer() as (process, _log):
        until(another_asks_for_the_seat)
        process.terminate()
        assert process.wait(60) == 0


def _sealed(tenant_id: object) -> int:
    [(count,)] = rows(tenant_id, "SELECT count(*) FROM ledger_entry")  # type: ignore[arg-type, misc]  # one number
    return int(str(count))


def rows_of_sealer() -> int:
    with connections["sealer"].cursor() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])
