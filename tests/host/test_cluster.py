"""The database of the box, whatever happened to it before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fengni.core.errors import HostProblem
from fengni.host import cluster, processes, state
from tests.host.conftest import PASSWORDS

pytestmark = pytest.mark.xdist_group("cluster")  # one worker, so that what is shared is made once
SUPER = PASSWORDS["super"]


def _connect(
    made: cluster.Cluster, role: state.Role, password: str | None = None
) -> psycopg.Connection[tuple[object, ...]]:
    url = state.socket_url(role, password or PASSWORDS[role], made.sockets)
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def test_roles_are_weak_and_passwords_are_asked(made: cluster.Cluster) -> None:
    server = made.start(SUPER)
    try:
        with _connect(made, "app") as app:
            row = app.execute(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            assert row == (False, False, False, False)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE public.mine (id int)")
        with pytest.raises(psycopg.OperationalError):
            _connect(made, "app", "wrong")
        assert (made.sockets.stat().st_mode & 0o777, made.home.stat().st_mode & 0o777) == (0o700, 0o700)
    finally:
        cluster.stop(server)


def test_a_killed_server_with_a_busy_session_starts_again(made: cluster.Cluster) -> None:
    made = replace(made, durable=True)
    server = made.start(SUPER)
    with made.connect(SUPER, "fengni") as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    busy = made.connect(SUPER, "fengni")
    sleeper = threading.Thread(target=_sleep_until_broken, args=(busy,))
    sleeper.start()
    server.send_signal(signal.SIGKILL)
    server.wait()
    again = made.start(SUPER)
    try:
        with made.connect(SUPER, "fengni") as connection:
            assert connection.execute("SELECT id FROM kept").fetchone() == (7,)
    finally:
        cluster.stop(again)
        sleeper.join()
    assert processes.working_in(made.data) == []


def _sleep_until_broken(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT pg_sleep(600)")


def test_a_recycled_pid_does_not_refuse_the_start(made: cluster.Cluster) -> None:
    (made.data / "postmaster.pid").write_text(f"{os.getpid()}\n{made.data}\n")
    server = made.start(SUPER)
    cluster.stop(server)
    assert processes.alive(os.getpid())


def test_a_half_made_data_directory_is_named(made: cluster.Cluster) -> None:
    (made.data / "global" / "pg_control").unlink()
    with pytest.raises(HostProblem) as caught:
        made.start(SUPER)
    assert caught.value.code == "host.data-half-made"


def test_what_a_killed_creation_left_is_removed(reachable: Path) -> None:
    made = cluster.Cluster(reachable / "pg", reachable / "s", durable=False)
    (reachable / "pg").mkdir(mode=0o700)
    left = reachable / "pg" / "making-1"
    left.mkdir()
    (left / "PG_VERSION").write_text("18")
    made.create(PASSWORDS, databases=("fengni",))
    assert not left.exists()
    assert made.data.exists()


def test_a_full_disk_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(HostProblem) as caught:
        cluster.refuse_without_space(tmp_path, needed=2**60)
    assert caught.value.code == "host.no-space"


def test_the_log_holds_no_value_and_no_statement(made: cluster.Cluster, reachable: Path) -> None:
    canary = "154" + "00009999"
    log = reachable / "database.log"
    server = made.start(SUPER, log=log)
    try:
        with made.connect(SUPER, "fengni") as connection:
            connection.execute("CREATE TABLE numbers (number text PRIMARY KEY)")
            connection.execute("INSERT INTO numbers VALUES (%s)", [canary])
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO numbers VALUES (%s)", [canary])
            with pytest.raises(psycopg.errors.UndefinedTable):
                connection.execute(f"SELECT '{canary}' FROM nowhere")
    finally:
        cluster.stop(server)
    written = log.read_text()
    assert "duplicate key" in written
    assert canary not in written
    assert "INSERT" not in written


def test_the_server_dies_with_whoever_started_it(made: cluster.Cluster) -> None:
    script = (
        "import sys, os; from pathlib import Path; from fengni.host.cluster import Cluster\n"
        f"Cluster(Path({str(made.home)!r}), Path({str(made.sockets)!r}), durable=False).start({SUPER!r})\n"
        "print('up', flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    assert processes.working_in(made.data)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert parent.stdin is not None
    parent.stdin.close()
    from tests.installation import eventually

    assert eventually(lambda: processes.working_in(made.data) == [])
