"""The first sentence a machine that lacks something gets to say."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "check_python.py"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_python", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 6), (2, 7)])
def test_an_old_python_is_told_what_to_do(script: ModuleType, version: tuple[int, ...]) -> None:
    said = script.complaint(version, True)
    assert ".".join(map(str, version[:2])) in said
    assert "make PYTHON=" in said
    assert "需要 3.11" in said


def test_a_python_without_venv_is_told_which_package_is_missing(script: ModuleType) -> None:
    assert "python3-venv" in script.complaint((3, 11), False)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13), (4, 0)])
def test_a_good_python_is_not_bothered(script: ModuleType, version: tuple[int, ...]) -> None:
    assert script.complaint(version, True) == ""
    assert subprocess.run([sys.executable, str(SCRIPT)], check=False).returncode == 0


def test_make_passes_the_sentence_on(tmp_path: Path) -> None:
    """A Python that says it is old stops make before anything is made."""
    old = tmp_path / "python3"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 9, 2); '
                   'sys.argv = sys.argv[1:]; exec(open(sys.argv[0]).read())" "$@"\n')  # fmt: skip
    old.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "check_python.py").write_bytes(SCRIPT.read_bytes())
    done = subprocess.run(["make", "setup", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "This is Python 3.9" in done.stderr
    assert not (tmp_path / ".venv").exists()
