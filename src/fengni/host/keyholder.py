"""The key process as a child: its passphrase goes through a pipe, its socket says when it is ready.

Rules: a passphrase is never an argument, an environment variable or a file of ours. A demo root opens itself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from fengni.core.errors import HostProblem
from fengni.host import processes


def start(
    *, socket_path: Path, root: Path, state: Path, passphrase: str | None, log: IO[bytes] | int, mark: str = ""
) -> subprocess.Popen[bytes]:
    """Start the key process; it dies with this process. `wait_for` says when it answers."""
    reading, writing = os.pipe()
    arguments = ["--socket", str(socket_path), "--root", str(root), "--state", str(state)]
    if passphrase is not None:
        arguments += ["--passphrase-fd", str(reading)]
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "fengni.keys", *arguments],
            env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), processes.MARK: mark},
            pass_fds=(reading,),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            umask=0o077,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # no threads where this runs
        )
        os.write(writing, (passphrase or "").encode())
    finally:
        os.close(reading)
        os.close(writing)
    return child


def wait_for(child: subprocess.Popen[bytes], socket_path: Path, *, within: float = 30.0) -> None:
    """Return when the key process takes connections. Raises HostProblem when it ends or stays silent."""
    until = time.monotonic() + within
    while child.poll() is None and time.monotonic() < until:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(str(socket_path)) == 0:
                return
        time.sleep(0.01)
    raise HostProblem("host.keys-do-not-start")
