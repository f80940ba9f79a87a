"""Processes of the box, by what the kernel says of them: never by a name somebody else may carry.

Rules: a child dies with its parent (PR_SET_PDEATHSIG). What survived a crash is found by its working directory or by
the mark in its environment, and only such processes are ever ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

MARK: Final = "FENGNI_SUPERVISED"
_PR_SET_PDEATHSIG: Final = 1
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(how: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `how` to the child when the thread that started it ends, however it ends."""
    parent = os.getpid()

    def ask_the_kernel() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel


def _all() -> Iterator[int]:
    for entry in os.listdir("/proc"):  # noqa: PTH208  # names are wanted
        if entry.isdigit() and int(entry) != os.getpid():
            yield int(entry)


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is this folder, also when it was deleted meanwhile."""
    wanted, found = {str(folder), f"{folder} (deleted)"}, []
    for pid in _all():
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/cwd") in wanted:  # noqa: PTH115  # the text, not a path
                found.append(pid)
    return found


def marked(mark: str) -> list[int]:
    """Processes that carry our mark in their environment, except this one."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for pid in _all():
        with contextlib.suppress(OSError):
            if wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


def end(pids: list[int], *, within: float = 3.0, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask processes to stop, and kill those that still run after `within` seconds."""
    for how, patience in ((first, within), (signal.SIGKILL, 5.0)):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        until = time.monotonic() + patience
        while pids and time.monotonic() < until:
            pids = [pid for pid in pids if alive(pid)]
            time.sleep(0.01)
        if not pids:
            return


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def listens(host: str, port: int) -> bool:
    """Whether somebody answers on a TCP port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0
