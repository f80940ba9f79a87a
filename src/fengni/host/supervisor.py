"""One process that runs an installation: database, keys, web, worker, sealer, journal. What dies starts again.

Rules: one supervisor per installation (a lock that goes with the process), and only on a free port: a second web server
would bind it silently. Whatever a killed supervisor left behind is ended first, by the mark in its environment. Every
child leads a session of its own; when it ends, the rest of its session is killed, so that no half of it serves on.
Restarts wait a little longer each time. The database comes before the others, and goes after them; what nobody
waits for is started once the web answers.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import json
import math
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from fengni.core.errors import HostProblem
from fengni.host import cluster, keyholder, processes, state

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 10.0
_STEADY: Final = 10.0  # a child that lived this long starts again without waiting
_MOST_EARLY_ENDS: Final = 4
_LARGEST_LOG: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: where the web listens, by how many processes, and the passphrase of a real root file."""

    host: str = "127.0.0.1"
    port: int = state.WEB_PORT
    workers: int = 1
    passphrase: str | None = None


@dataclass(slots=True)
class Child:
    """One kept process: how to start it, and how it has fared."""

    name: str
    begin: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = 0.0
    early_ends: int = 0

    def start(self) -> None:
        """Start it now."""
        self.process, self.started = self.begin(), time.monotonic()

    def look(self) -> bool:
        """Notice an end: kill what is left of its session and say when to start again. True when it just ended."""
        if self.process is None or self.process.poll() is None:
            return False
        _kill_session(self.process.pid)
        lived = time.monotonic() - self.started
        self.early_ends = 0 if lived > _STEADY else self.early_ends + 1
        self.pause = 0.0 if lived > _STEADY else min(max(_FIRST_PAUSE, self.pause * 2), _LONGEST_PAUSE)
        self.process, self.due = None, time.monotonic() + self.pause
        return True

    def stop(self, within: float) -> None:
        """Ask it to stop, wait, and kill its session."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _kill_session(self.process.pid)
        self.process = None


class Supervisor:
    """Keeps the children of one installation."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known = state.found()
        self._root_at_start = _root_file_now()
        self.cluster = cluster.Cluster(state.database_home(), state.database_sockets())
        self.stopping = False
        self._bell = -1
        kept = [
            Child("database", self._database, signal.SIGINT) if state.own_database() else None,
            Child("keys", self._keys),
            Child("web", self._web),
            Child("sealer", lambda: self._python("sealer", "-m", "fengni.worker.sealer"), due=math.inf),
            Child("worker", lambda: self._python("worker", "-m", "fengni.worker"), due=math.inf),
            Child("journal", lambda: self._python("journal", "-m", "fengni.worker.journal"), due=math.inf)
            if state.own_database()
            else None,
        ]
        self.children = [child for child in kept if child is not None]

    def run(self, ready: Callable[[], None]) -> None:
        """Run until SIGTERM or SIGINT. `ready` is called once, when the web answers first.

        Raises HostProblem when another supervisor runs here, the port is taken, or a child cannot be started.
        """
        with held(state.directory(), address=self.address), _woken_by_signals(self._stop) as bell:
            self._bell = bell
            if processes.listens(self.plan.host, self.plan.port):
                raise HostProblem("host.port-taken", port=self.plan.port, other=_free_port(self.plan))
            processes.end(processes.marked(state.fingerprint()))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # children inherit it: no part leaves its memory on disk
            _private(state.log_directory())
            private_runtime()
            try:
                for child in self.children:
                    if child.due == 0.0:
                        child.start()
                self._until_it_answers()
                for child in self.children:
                    child.due = 0.0  # now the ones that nobody waits for
                self._look_after(within=0.0)
                if not self.stopping:
                    ready()
                while not self.stopping:
                    self._look_after()
            finally:
                for child in reversed(self.children):
                    child.stop(10.0)

    @property
    def address(self) -> str:
        """Where people open it."""
        host = f"[{self.plan.host}]" if ":" in self.plan.host else self.plan.host
        return f"http://{host}:{self.plan.port}/"

    def see_through(self, *arguments: str) -> int:
        """Run a Python command once beside the others, its output ours, and go on looking after them; its exit code."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # no threads where this runs
        )
        while process.poll() is None:
            if self.stopping:
                process.terminate()
                return process.wait()
            self._look_after(within=0.2)
        return process.returncode

    def _stop(self) -> None:
        self.stopping = True

    def _until_it_answers(self) -> None:
        until = time.monotonic() + 120
        while not self.stopping and not (_takes_connections(state.keys_socket()) and self._web_answers()):
            self._look_after(within=0.05)
            failing = next((c for c in self.children if c.early_ends >= _MOST_EARLY_ENDS), None)
            if failing is not None or time.monotonic() > until:
                raise HostProblem("host.child-keeps-ending", name=failing.name if failing else "web")

    def _web_answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.plan.host, self.plan.host)  # noqa: S104  # compared only
        connection = http.client.HTTPConnection(host, self.plan.port, timeout=2)
        try:
            connection.request("GET", "/static/mark.svg")
            return connection.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _look_after(self, *, within: float = 5.0) -> None:
        """Wait for a signal, an end, or the time to start something again; then do that."""
        waiting = [child.due - time.monotonic() for child in self.children if child.process is None]
        heard, _, _ = select.select([self._bell], [], [], max(0.0, min([within, *waiting])))
        if heard:
            os.read(self._bell, 4096)
        for child in self.children:
            if child.look():
                print(f"{child.name}: ended, starting it again", file=sys.stderr, flush=True)
        for child in self.children:
            if child.process is None and not self.stopping and child.due <= time.monotonic():
                try:
                    child.start()
                except HostProblem as problem:
                    child.pause = min(max(_FIRST_PAUSE, child.pause * 2), _LONGEST_PAUSE)
                    child.due, child.early_ends = time.monotonic() + child.pause, child.early_ends + 1
                    print(f"{child.name}: {problem.code}", file=sys.stderr, flush=True)
                if child.name == "database" and child.process is None:
                    return  # the others cannot begin without it

    def _database(self) -> subprocess.Popen[bytes]:
        return self.cluster.start(self.known.passwords["super"], log=_log_path("database"))

    def _keys(self) -> subprocess.Popen[bytes]:
        """The passphrase we know is for the root file we began with: it may cost a token of another one a try."""
        moved = self.plan.passphrase is not None and _root_file_now() != self._root_at_start
        with _log("keys") as log:
            return keyholder.start(
                socket_path=Path(state.keys_socket()),
                root=state.root_file(),
                state=state.keys_directory(),
                passphrase=None if moved else self.plan.passphrase,
                log=log,
                mark=state.fingerprint(),
            )

    def _web(self) -> subprocess.Popen[bytes]:
        plan = self.plan
        return self._python(
            "web",
            *("-m", "granian", "--interface", "wsgi", "fengni.config.wsgi:application", "--host", plan.host),
            *("--port", str(plan.port), "--workers", str(plan.workers), "--blocking-threads", "2", "--no-ws"),
            *("--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "5"),
            *("--log-level", "warning"),
        )

    def _python(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with _log(name) as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                umask=0o077,
                start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # no threads where this runs
            )


def child_environment() -> dict[str, str]:
    """The environment of a child: ours without the web server's variables, with the state directory and our mark."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRANIAN_")}
    return kept | {"FENGNI_STATE": str(state.directory()), processes.MARK: state.fingerprint()}


@contextlib.contextmanager
def held(folder: Path, *, address: str = "") -> Iterator[None]:
    """Hold the installation for this process. Raises HostProblem when another one runs or prepares it."""
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _held_by(file) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "address": address}))
        file.flush()
        yield
        file.truncate(0)


def running_address(folder: Path) -> str | None:
    """The address of the supervisor that runs here now, or None."""
    try:
        with (folder / "lock").open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        told = json.loads((folder / "lock").read_text("utf-8") or "{}")
        return str(told["address"]) if told.get("address") else None


def _held_by(file: IO[str]) -> HostProblem:
    file.seek(0)
    try:
        told = json.loads(file.read())
    except ValueError:
        told = {}
    if told.get("address"):
        return HostProblem("host.already-running", pid=told["pid"], address=told["address"])
    return HostProblem("host.busy")


@contextlib.contextmanager
def _woken_by_signals(stop: Callable[[], None]) -> Iterator[int]:
    """A descriptor that becomes readable with every signal; SIGTERM and SIGINT call `stop`."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, lambda *_: stop())
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    old = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _root_file_now() -> bytes:
    try:
        return hashlib.sha256(state.root_file().read_bytes()).digest()
    except OSError:
        return b""  # the key process says so


def _takes_connections(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(path) == 0


def _kill_session(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _free_port(plan: Plan) -> int:
    return next(p for p in range(plan.port + 1, plan.port + 200) if not processes.listens(plan.host, p))


def _private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def private_runtime() -> None:
    """The sockets' folder: ours alone, except that PostgreSQL's own user passes through when we are root."""
    folder = state.runtime()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.geteuid():
        raise HostProblem("host.state-of-another-user", path=str(folder))
    folder.chmod(0o711 if state.as_root() else 0o700)


def _log_path(name: str) -> Path:
    path = state.log_directory() / f"{name}.log"
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path


def _log(name: str) -> IO[bytes]:
    return os.fdopen(os.open(_log_path(name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
