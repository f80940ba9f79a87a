"""Installations and clusters of their own, removed afterwards."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fengni.host import cluster, state
from tests.installation import Installation, eventually

PASSWORDS = {role: f"only-{role}" for role in state.ROLES}


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="fgn-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[cluster.Cluster]:
    """A cluster with its roles that is never run, only copied."""
    folder = Path(tempfile.mkdtemp(prefix="fgn-"))
    folder.chmod(0o711)
    pattern = cluster.Cluster(folder / "pg", folder / "s", durable=False)
    pattern.create(PASSWORDS, databases=("fengni",))
    yield pattern
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def made(pattern: cluster.Cluster, reachable: Path) -> cluster.Cluster:
    """A cluster with its roles, not running."""
    subprocess.run(["cp", "-a", str(pattern.home), str(pattern.sockets), str(reachable)], check=True)
    return cluster.Cluster(reachable / "pg", reachable / "s", durable=False)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that nothing was done to yet."""
    one = Installation(tmp_path / "state")
    yield one
    one.remove()


@pytest.fixture(scope="session")
def once_founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A real installation that is never run, only copied: to found one takes a cluster and all migrations."""
    one = Installation(tmp_path_factory.mktemp("founded") / "state")
    try:
        one.found()
        yield one
    finally:
        one.remove()


@pytest.fixture
def founded(once_founded: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A real installation that does not run."""
    one = once_founded.copied_to(tmp_path / "state")
    yield one
    one.remove()


@pytest.fixture(scope="session")
def running(once_founded: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A real installation that runs, for all tests of the group `supervisor`."""
    one = once_founded.copied_to(tmp_path_factory.mktemp("installation") / "state")
    try:
        one.start()
        eventually(lambda: one.ills() == [])  # the worker begins after the web
        yield one
    finally:
        one.remove()
