"""A short run of the fuzzer; `make fuzz` runs it long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris")  # has wheels for Linux on x86_64 only

ROOT = Path(__file__).resolve().parents[3]


def test_no_reader_fails_over_changed_files(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.pii.fuzzing", "200"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Done 200 runs" in done.stderr
    assert list(tmp_path.iterdir()) == []
