"""Every test has a key process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keys.running import KeyProcess


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyProcess]:
    """A demo key process that runs."""
    made = KeyProcess(tmp_path)
    made.start()
    yield made
    made.close()


@pytest.fixture
def real_keys(tmp_path: Path) -> Iterator[KeyProcess]:
    """A key process with a root of its own passphrase, not started."""
    made = KeyProcess(tmp_path, demo=False)
    yield made
    made.close()
