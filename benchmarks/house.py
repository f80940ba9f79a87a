"""A database and a key process of a benchmark's own, with fsync on; both are gone afterwards.

Prints the machine first: figures without it say nothing. On a busy machine only processor time and ratios do.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fengni.host import cluster, keyholder, state
from fengni.keys import roots

_DATABASE = "fengni_benchmark"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class House:
    """The processes of a running house."""

    keys: int
    database: int

    def keys_time(self) -> float:
        """Seconds of processor time the key process has taken."""
        return _processor(self.keys)[0]

    def database_time(self) -> float:
        """Seconds of processor time all processes of PostgreSQL have taken."""
        own, ended = _processor(self.database)
        children = Path(f"/proc/{self.database}/task/{self.database}/children").read_text("ascii").split()
        return own + ended + sum(_processor(int(child))[0] for child in children)


@contextlib.contextmanager
def running_house() -> Iterator[House]:
    """Everything that acts need, with Django loaded."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    base = Path(tempfile.mkdtemp(prefix="fengni-bench-"))
    base.chmod(0o711)
    passwords = {role: f"bench-{role}" for role in state.ROLES}
    kept = cluster.Cluster(base / "pg", base / "sockets")
    _set_environment(base, passwords)
    kept.create(passwords, databases=(_DATABASE,))
    server = kept.start(passwords["super"])
    roots.create(base / "root.key", passphrase=roots.DEMO_PASSPHRASE, demo=True)
    (base / "run").mkdir(mode=0o700)
    with (base / "keys.log").open("ab") as log:
        keys = keyholder.start(
            socket_path=base / "run" / "keys.sock",
            root=base / "root.key",
            state=base / "keys",
            passphrase=None,
            log=log,
        )
    try:
        keyholder.wait_for(keys, base / "run" / "keys.sock")
        from fengni.host import installation

        installation.load_django()
        installation.migrate()
        yield House(keys.pid, server.pid)
    finally:
        keys.terminate()
        keys.wait(10)
        cluster.stop(server)
        shutil.rmtree(base, ignore_errors=True)


def _processor(process: int) -> tuple[float, float]:
    """Seconds of processor time of a process, and of its children that have ended; nothing of one that is gone."""
    try:
        told = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except FileNotFoundError:
        return 0.0, 0.0
    return (int(told[11]) + int(told[12])) / _TICKS, (int(told[13]) + int(told[14])) / _TICKS


def _set_environment(base: Path, passwords: dict[state.Role, str]) -> None:
    for role in state.ROLES:
        url = state.socket_url(role, passwords[role], base / "sockets", database=_DATABASE)
        os.environ[f"FENGNI_DATABASE_URL_{role.upper()}"] = url
    os.environ |= {
        "FENGNI_STATE": str(base / "state"),
        "FENGNI_KEYS_SOCKET": str(base / "run" / "keys.sock"),
        "FENGNI_SECRET_KEY": "only-for-benchmarks-" + "0" * 40,
        "FENGNI_DEMO": "1",
    }
