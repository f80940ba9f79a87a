"""A demonstration of its own in a temporary folder, for as long as something looks at it: nothing real is touched.

It runs as any installation does, by `fengni run`, in a process of its own. Whatever ends this process, the supervisor
ends with it; what a crash leaves is a folder named `fengni-tour-…` among the temporary files and, for root, the
database's folder beside those of other installations.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from fengni.core.errors import HostProblem
from fengni.host import processes, state

_PATIENCE: Final = 300.0  # seconds until it answers; a busy machine gets time


@contextlib.contextmanager
def demonstration(*load: str) -> Iterator[str]:
    """A running demonstration, loaded with the options `load`; gives its address. Raises HostProblem."""
    folder = Path(tempfile.mkdtemp(prefix="fengni-tour-"))
    folder.chmod(0o711 if state.as_root() else 0o700)
    variables = _environment(folder / "state")
    running: subprocess.Popen[bytes] | None = None
    try:
        _do(variables, "setup")
        (folder / "state" / "demo-loaded").touch(mode=0o600)  # it is loaded below, as the caller wants it
        port = _free_port()
        running = subprocess.Popen(
            [*_COMMAND, "run", "--demo", "--port", str(port), "--workers", "2"],
            env=dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # no threads where this runs
        )  # fmt: skip
        _until_it_answers(running, port)
        _do(variables, "demo", "load", *load)
        yield f"http://127.0.0.1:{port}"
    finally:
        if running is not None:
            running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(30)
            running.kill()
        _remove(folder)


_COMMAND: Final = (sys.executable, "-m", "fengni.cli.main")


def _environment(folder: Path) -> Mapping[str, str]:
    """Ours without anything that would lead to another installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FENGNI_", "DJANGO_"))}
    return kept | {"FENGNI_STATE": str(folder)}


def _do(variables: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [*_COMMAND, *arguments], env=dict(variables), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise HostProblem("host.tour-not-started", step=" ".join(arguments))


def _until_it_answers(running: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while not processes.listens("127.0.0.1", port):
        if running.poll() is not None or time.monotonic() > until:
            raise HostProblem("host.tour-not-started", step="run")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _remove(folder: Path) -> None:
    """The folder, and what root keeps elsewhere for it."""
    before = os.environ.get("FENGNI_STATE")
    os.environ["FENGNI_STATE"] = str(folder / "state")
    try:
        places = [state.database_home(), state.runtime()]
    finally:
        os.environ.pop("FENGNI_STATE")
        if before is not None:
            os.environ["FENGNI_STATE"] = before
    for place in (*places, folder):
        shutil.rmtree(place, ignore_errors=True)
