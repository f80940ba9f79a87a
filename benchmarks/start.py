"""How long a start takes until the first page answers, and how much memory each process holds.

    python -m benchmarks.start

A demonstration of its own in a temporary folder: the first start makes and loads everything, later ones only start.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from fengni.host import processes, state

STARTS = 3


def main() -> None:
    """Print one line per start, then the memory of each process."""
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}")
    folder = Path(tempfile.mkdtemp(prefix="fengni-bench-"))
    for name in [name for name in os.environ if name.startswith("FENGNI_")]:
        del os.environ[name]
    os.environ["FENGNI_STATE"] = str(folder / "state")
    try:
        for number in range(STARTS + 1):
            _start_once(folder, first=number == 0, last=number == STARTS)
    finally:
        processes.end(processes.marked(state.fingerprint()))
        for left in (state.database_home(), state.runtime(), folder):
            shutil.rmtree(left, ignore_errors=True)


def _start_once(folder: Path, *, first: bool, last: bool) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = folder / "said.txt"
    begin = time.monotonic()
    with said.open("w") as file:
        command = [sys.executable, "-m", "fengni.cli.main", "run", "--demo", "--port", str(port)]
        keeper = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    answered = _first_answer(port, keeper)
    while f":{port}/" not in said.read_text() and keeper.poll() is None:
        time.sleep(0.02)
    ready = time.monotonic()
    kind = "first start, everything made and the demonstration loaded" if first else "later start"
    print(f"{kind}: first answer after {answered - begin:.2f} s, ready after {ready - begin:.2f} s")
    if last:
        _print_memory(port)
    keeper.send_signal(signal.SIGTERM)
    keeper.wait()


def _first_answer(port: int, keeper: subprocess.Popen[bytes]) -> float:
    while keeper.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/login/", timeout=60):
                return time.monotonic()
        except OSError:
            time.sleep(0.01)
    raise SystemExit("it did not start")


def _print_memory(port: int) -> None:
    for _ in range(20):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/login/", timeout=60):
            pass
    for pid in sorted(processes.marked(state.fingerprint())):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        print(f"{words[2].decode():<24} {resident / 2**20:6.0f} MB")


if __name__ == "__main__":
    main()
