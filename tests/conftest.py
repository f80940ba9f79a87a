"""The house that tests run in: one private PostgreSQL per session, one database and one key process per worker.

A test outside `tests/core` and `tests/architecture` finds everything running: it founds its own tenants (tests/cast.py)
and calls acts; nothing is rolled back. All of it lies in one temporary folder and is gone at the end; what a killed
session left is swept by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pytest_django.plugin import blocking_manager_key

from fengni.host import cluster, installation, keyholder, processes, state
from fengni.keys import roots

TESTS = Path(__file__).resolve().parent
WITHOUT_HOUSE = {"core", "architecture", "definitions", "host", "transcripts", "faults"}
LONG = {"faults", "host", "web", "journey", "demo", "keys"}
_PASSWORDS = {role: f"test-{role}" for role in state.ROLES}
_TEMPLATE = "fengni_template"


class House:
    """Cluster, databases and key process of one test session; `base` is shared by the session's workers."""

    def __init__(self, base: Path, worker: str) -> None:
        self.base, self.worker = base, worker
        self.cluster = cluster.Cluster(base / "pg", base / "sockets", durable=False)
        self.database = f"fengni_{worker}"
        self.keys_socket = base / f"run-{worker}" / "keys.sock"
        self.server: subprocess.Popen[bytes] | None = None
        self.keys: subprocess.Popen[bytes] | None = None
        self.opened = False

    def set_environment(self) -> None:
        """What settings will read; nothing runs yet."""
        for role in state.ROLES:
            url = state.socket_url(role, _PASSWORDS[role], self.base / "sockets", database=self.database)
            os.environ[f"FENGNI_DATABASE_URL_{role.upper()}"] = url
        os.environ |= {
            "FENGNI_STATE": str(self.base / f"state-{self.worker}"),
            "FENGNI_KEYS_SOCKET": str(self.keys_socket),
            "FENGNI_SECRET_KEY": "only-for-tests-" + "0" * 40,
            "FENGNI_DEMO": "1",
            "FENGNI_HOSTS": "127.0.0.1,localhost,testserver",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser tests' loop is synchronous
        }

    def start_cluster(self) -> None:
        """One per session; a child of the process that runs the session."""
        if self.server is None and not (self.base / "pg" / "data").exists():
            self.cluster.create(_PASSWORDS, databases=(_TEMPLATE,))
            self.server = self.cluster.start(_PASSWORDS["super"], log=self.base / "postgres.log")
            roots.create(self.base / "root.key", passphrase=roots.DEMO_PASSPHRASE, demo=True)

    def open(self) -> None:
        """Give this worker a migrated database and a key process. Does nothing the second time."""
        if self.opened:
            return
        from django.conf import settings

        if settings.DATABASES["default"]["NAME"] != self.database:
            pytest.exit("Settings were read too early: unset DJANGO_SETTINGS_MODULE.", 1)
        with _locked(self.base / "house.lock"):
            self.start_cluster()
            if not (self.base / "migrated").exists():
                self._migrate_template()
                (self.base / "migrated").touch()
        with self._administrator() as connection:
            cluster.create_database(connection, self.database, template=_TEMPLATE)
        self.keys_socket.parent.mkdir(mode=0o700)
        with (self.base / f"keys-{self.worker}.log").open("ab") as log:
            self.keys = keyholder.start(
                socket_path=self.keys_socket,
                root=self.base / "root.key",
                state=self.base / f"keys-{self.worker}",
                passphrase=None,
                log=log,
            )
        keyholder.wait_for(self.keys, self.keys_socket)
        self.opened = True

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """This worker's tests in a database where nobody worked before; then back. The other one is dropped."""
        usual, other = self.database, f"{self.database}_{secrets.token_hex(4)}"
        with self._administrator() as connection:
            cluster.create_database(connection, other, template=_TEMPLATE)
        self._move(other)
        try:
            yield
        finally:
            self._move(usual)
            with self._administrator() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(other)))

    def _move(self, database: str) -> None:
        from django.db import connections

        self.database = database
        self.set_environment()
        for connection in connections.all():
            connection.close()
            connection.settings_dict["NAME"] = database

    @contextlib.contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """The cluster's superuser, one worker at a time."""
        with _locked(self.base / "house.lock"), self.cluster.connect(_PASSWORDS["super"]) as connection:
            yield connection

    def _migrate_template(self) -> None:
        from django.db import connections

        settings = connections["owner"].settings_dict
        settings["NAME"] = _TEMPLATE
        try:
            installation.migrate()
        finally:
            connections["owner"].close()
            settings["NAME"] = self.database

    def close(self) -> None:
        """End what this process started."""
        if self.keys is not None and self.keys.poll() is None:
            self.keys.terminate()
            try:
                self.keys.wait(5)
            except subprocess.TimeoutExpired:
                self.keys.kill()
                self.keys.wait(5)
        if self.server is not None:
            cluster.stop(self.server)


_HOUSE = pytest.StashKey[House]()
_LOCK = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Fix the addresses before settings are read; load Django unless only plain Python is tested.

    Compiled modules are kept, whatever the caller's environment says: each of the suite's many processes and the next
    run read them instead of compiling the product and the rewritten tests anew.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        installation.compile_translations()
        base = _new_base(config)
        os.environ["FENGNI_TEST_HOUSE"] = str(base)
    house = House(Path(os.environ["FENGNI_TEST_HOUSE"]), worker or "main")
    config.stash[_HOUSE] = house
    house.set_environment()
    if not _asks_for_house(config):
        return
    if not worker and config.getoption("numprocesses", None):
        house.start_cluster()  # a child of the session, so that it outlives the worker that is done first
    else:
        installation.load_django()
        _hash_passwords_quickly()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End everything, also after Ctrl-C."""
    house = config.stash.get(_HOUSE, None)
    if house is None:
        return
    house.close()
    if house.worker == "main":
        shutil.rmtree(house.base, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes seconds begins first, so that no worker ends with a long one while the other has nothing left. Files
    that make something once for all their tests stay on one worker, so that it is made once."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))
    for item in items:
        if item.get_closest_marker("xdist_group") is None and _makes_once(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def _makes_once(item: pytest.Item) -> bool:
    found: dict[str, Sequence[pytest.FixtureDef[object]]] = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    return any(definitions[-1].scope == "module" for definitions in found.values())


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run where groups are lost on the way: what is shared would be made on each worker, and `apart` not be
    apart."""
    lost = [item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
    if lost and session.config.getoption("loadgroup", False):
        pytest.exit(f"pytest and pytest-xdist do not fit together: {lost[0]} has lost its group.", 1)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Open the house for the first test that needs it. Tests call acts, which open their own transactions: no database
    access is blocked and nothing is rolled back."""
    house = item.config.stash[_HOUSE]
    if _needs_house(item.path) and not house.opened:
        item.config.stash[blocking_manager_key].unblock()
        house.open()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """A command that ran in this process leaves its language behind; the next test begins as a fresh process does."""
    if "django.conf" in sys.modules:
        from django.utils import translation

        translation.deactivate()


@pytest.fixture(scope="module")
def apart(pytestconfig: pytest.Config) -> Iterator[None]:
    """A database of this file's own, for tests that go through every tenant or start a worker: they meet nothing that
    other tests left waiting, and no house that others broke."""
    with pytestconfig.stash[_HOUSE].apart():
        yield


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory of this test, seen by this process alone."""
    for name in [n for n in os.environ if n.startswith("FENGNI_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("FENGNI_STATE", str(folder))
    return folder


def _hash_passwords_quickly() -> None:
    """Argon2 takes 100 MiB and eight threads on purpose, twice per cast: the same function at its least cost. What an
    installation takes stands in tests/apps/accounts/test_session_open.py; a hash names its costs, so any process
    checks any."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def _needs_house(path: Path) -> bool:
    inside = path.resolve().relative_to(TESTS).parts if path.resolve().is_relative_to(TESTS) else ()
    return bool(inside) and inside[0] not in WITHOUT_HOUSE


def _asks_for_house(config: pytest.Config) -> bool:
    """Whether the named files can need Django at all: plain `tests/core` does not."""
    core = TESTS / "core"
    named = [Path(config.invocation_params.dir, str(argument).split("::")[0]).resolve() for argument in config.args]
    return not all(path.is_relative_to(core) for path in named)


def _new_base(config: pytest.Config) -> Path:
    """A folder that PostgreSQL's own user can reach, locked for as long as this session lives."""
    parent = Path(tempfile.gettempdir())
    if state.as_root() and not all(p.stat().st_mode & 0o001 for p in [parent, *parent.parents]):
        parent = cluster.SHARED
        parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob("fengni-test-*"):
        _sweep(left)
    base = Path(tempfile.mkdtemp(prefix="fengni-test-", dir=parent))
    base.chmod(0o711)
    lock = os.open(base / "session.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    config.stash[_LOCK] = lock
    return base


def _sweep(left: Path) -> None:
    """Remove the folder of a session that is dead: its lock is free. Its server's orphans work in its data folder."""
    try:
        lock = os.open(left / "session.lock", os.O_RDWR)
    except OSError:
        return  # just being made, or somebody else's
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    finally:
        os.close(lock)
    processes.end(processes.working_in(left / "pg" / "data"))
    shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
