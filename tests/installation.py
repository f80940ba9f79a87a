"""A real installation of its own for tests that start, kill and restart whole processes: own state, own port."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from fengni.host import health, processes, state

PASSPHRASE = "eight fictitious words"
PATIENCE = 180.0


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Installation:
    """One installation in a folder, driven by the command line like a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.passphrase_file = folder.parent / "passphrase"
        self.passphrase_file.write_text(PASSPHRASE)
        self.passphrase_file.chmod(0o600)
        with self.environment():
            self.home, self.sockets, self.mark = state.database_home(), state.runtime(), state.fingerprint()

    @contextlib.contextmanager
    def environment(self) -> Iterator[None]:
        """This process sees this installation, not the one of the test session."""
        with pytest.MonkeyPatch.context() as patch:
            for name in [n for n in os.environ if n.startswith("FENGNI_")]:
                patch.delenv(name)
            patch.setenv("FENGNI_STATE", str(self.folder))
            yield

    def command(self, *arguments: str, lang: str = "zh") -> subprocess.CompletedProcess[str]:
        """Run `fengni …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "fengni.cli.main", *arguments],
            env=self.variables() | {"FENGNI_LANG": lang},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def found(self) -> str:
        """Make it a real installation; returns what was printed."""
        done = self.command(
            "init", "--name", "示例·启明", "--owner", "江述白", "--passphrase-file", str(self.passphrase_file)
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def copied_to(self, folder: Path) -> Installation:
        """Another installation in `folder` as this one was founded; neither may run meanwhile.

        Its root, its passphrase and its sheet are the same; what names its folder is its own.
        """
        other = Installation(folder)
        for ours, theirs in ((self.folder, other.folder), (self.home, other.home)):
            if ours.exists():  # the home may lie in the folder
                subprocess.run(["cp", "-a", "--no-target-directory", str(ours), str(theirs)], check=True)
        return other

    def start(self, *arguments: str, within: float = 120.0) -> None:
        """`fengni run`, until it says that it is running."""
        said = self.folder.parent / "run.txt"
        with said.open("w") as file:
            self.supervisor = subprocess.Popen(
                [
                    *(sys.executable, "-m", "fengni.cli.main", "run", "--port", str(self.port), "--workers", "1"),
                    *("--passphrase-file", str(self.passphrase_file), *arguments),
                ],
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        running = self.supervisor
        eventually(lambda: f":{self.port}/" in said.read_text() or running.poll() is not None, within)
        assert running.poll() is None, said.read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the supervisor; returns its exit code."""
        assert self.supervisor is not None
        self.supervisor.send_signal(how)
        code = self.supervisor.wait(PATIENCE)
        self.supervisor = None
        return code

    def pids(self, name: str) -> list[int]:
        """The processes of one part: database, keys, web, sealer, worker or journal; the leading one first."""
        if name == "database":
            return sorted(processes.working_in(self.home / "data"))
        wanted = {
            "keys": "fengni.keys",
            "web": "granian",
            "sealer": "fengni.worker.sealer",
            "worker": "fengni.worker",
            "journal": "fengni.worker.journal",
        }[name]
        found = []
        for pid in processes.marked(self.mark):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if wanted.encode() in words:
                    found.append(pid)
        return sorted(found)

    def answers(self, path: str = "/static/mark.svg") -> bool:
        """Whether the web gives a page now."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def ills(self) -> list[str]:
        """What the doctor would have mended."""
        with self.environment():
            return [f"{f.check} {f.status} {f.params}" for f in health.examine() if f.status in {"problem", "unknown"}]

    def remove(self) -> None:
        """End everything and delete every folder of it."""
        if self.supervisor is not None:
            self.supervisor.kill()
            self.supervisor.wait(PATIENCE)
        processes.end(processes.marked(self.mark))
        processes.end(processes.working_in(self.home / "data"), first=signal.SIGQUIT)
        for folder in (self.home, self.sockets, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def variables(self) -> dict[str, str]:
        """The environment of a process that belongs to this installation."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FENGNI_", "DJANGO_"))}
        return kept | {"FENGNI_STATE": str(self.folder), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def eventually(condition: object, within: float = PATIENCE) -> bool:
    """Whether a condition comes true; a bound on patience, not a measurement."""
    assert callable(condition)
    until = time.monotonic() + within
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
