"""A database and a key process of a benchmark's own, with fsync on; both are gone afterwards.

Prints the machine first: figures without it say nothing.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fengni.host import cluster, keyholder, state
from fengni.keys import roots

_DATABASE = "fengni_benchmark"


@contextlib.contextmanager
def running_house() -> Iterator[None]:
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
        yield
    finally:
        keys.terminate()
        keys.wait(10)
        cluster.stop(server)
        shutil.rmtree(base, ignore_errors=True)


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
