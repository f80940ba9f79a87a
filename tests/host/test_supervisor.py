"""One process keeps the others: what is killed comes back, a second supervisor is told, nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import psycopg
import pytest

from fengni.host import processes, state
from tests.installation import PATIENCE, Installation, eventually

pytestmark = pytest.mark.xdist_group("supervisor")  # one worker, so that what is shared is made once
PARTS = ("database", "keys", "web", "sealer", "worker")


@pytest.fixture(autouse=True)
def _whole(running: Installation) -> None:
    """Every part is up again, whatever the test before killed: what ended early begins again some seconds later."""
    assert eventually(lambda: all(running.pids(part) for part in PARTS))


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_comes_back(running: Installation, part: str) -> None:
    assert eventually(lambda: bool(running.pids(part)))  # a worker that lost its database ends and comes back later
    leading = running.pids(part)[0]
    os.kill(leading, signal.SIGKILL)
    assert eventually(lambda: running.pids(part) and leading not in running.pids(part))
    assert eventually(running.answers)
    assert eventually(lambda: running.ills() == []), running.ills()


def test_a_worker_without_a_heartbeat_ends_and_another_begins(running: Installation) -> None:
    silent = running.pids("worker")
    with running.environment(), psycopg.connect(state.database_url("super"), autocommit=True) as connection:
        delete = "DELETE FROM procrastinate_workers"  # it beats for nobody now
        assert eventually(lambda: connection.execute(delete).rowcount)
    gone = lambda: running.pids("worker") and not set(silent) & set(running.pids("worker"))  # noqa: E731
    assert eventually(gone, within=PATIENCE)  # it ends once the job it is at is done
    assert eventually(lambda: running.ills() == [])


def test_no_part_leaves_a_core_file(running: Installation) -> None:
    """What a process has open would lie on the disk in clear."""
    for part in PARTS:
        limits = Path(f"/proc/{running.pids(part)[0]}/limits").read_text()
        assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]], part


def test_a_killed_web_process_comes_back_alone(running: Installation) -> None:
    leading, *others = running.pids("web")
    serving = others[-1]
    os.kill(serving, signal.SIGKILL)
    assert eventually(lambda: len(running.pids("web")) == len(others) + 1 and serving not in running.pids("web"))
    assert running.pids("web")[0] == leading
    assert eventually(running.answers)


def test_the_orphans_of_a_killed_server_do_not_serve_on(running: Installation) -> None:
    leading, *others = running.pids("web")
    os.kill(leading, signal.SIGKILL)
    assert eventually(lambda: not set(others) & set(running.pids("web")))
    assert eventually(running.answers)


def test_a_second_supervisor_is_told_where_the_first_one_is(running: Installation) -> None:
    refused = running.command("run", "--passphrase-file", str(running.passphrase_file))
    assert refused.returncode == 1
    assert f"http://127.0.0.1:{running.port}/" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert running.answers()


def test_a_taken_port_is_named_with_a_way_out(founded: Installation) -> None:
    with socket.create_server(("127.0.0.1", founded.port)):
        refused = founded.command(
            "run", "--port", str(founded.port), "--passphrase-file", str(founded.passphrase_file), lang="en"
        )
    assert refused.returncode == 1
    assert f"Port {founded.port} is taken" in refused.stderr
    assert founded.pids("database") == []


def test_a_wrong_passphrase_ends_with_a_sentence(founded: Installation) -> None:
    founded.passphrase_file.write_text("another passphrase altogether")
    refused = founded.command(
        "run", "--port", str(founded.port), "--passphrase-file", str(founded.passphrase_file), lang="en"
    )
    assert refused.returncode == 1
    assert "keys.log" in refused.stderr
    assert processes.marked(founded.mark) == []


def test_stopping_and_being_killed_leave_nothing_and_the_next_start_works(founded: Installation) -> None:
    founded.start()
    assert founded.stop(signal.SIGINT) == 0
    assert _left(founded) == []
    founded.start()
    assert founded.stop(signal.SIGKILL) == -signal.SIGKILL
    assert eventually(lambda: _left(founded) == [])
    founded.start()
    assert founded.answers()
    assert eventually(lambda: founded.ills() == []), founded.ills()  # the worker begins after the web


def _left(installation: Installation) -> list[int]:
    return processes.marked(installation.mark) + installation.pids("database")
