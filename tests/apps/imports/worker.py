"""A real worker process for tests: started on this test worker's database, killed or ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.apps.imports.owner import connect


@contextmanager
def working(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m fengni.worker` with its log and its temporary files in `folder`. Ended if it still runs."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fengni.worker"],
            env=os.environ | {"TMPDIR": str(temporary)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def killed() -> None:
    """Every worker of this database was killed: the ten seconds of silence by which the next one knows are over."""
    with connect() as connection:
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


def wait_until(come: Callable[[], bool], *, process: subprocess.Popen[bytes], within: float = 300.0) -> None:
    """Wait for something the worker does. Fails when it never comes or the worker has ended.

    `within` seconds are patience with a busy machine and not a measurement."""
    until = time.monotonic() + within
    while not come():
        assert process.poll() is None, "the worker has ended"
        assert time.monotonic() < until, "the worker did not do it"
        time.sleep(0.02)
