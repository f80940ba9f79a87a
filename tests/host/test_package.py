"""`pip install .` alone gives the core library, `fengni scan` and `fengni verify`, without the server part."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.xdist_group("package")  # one worker, so that what is shared is made once
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that holds the package and its core dependencies, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    packages = next((folder / "lib").glob("python3*/site-packages"))
    for name in sorted(set(_core_dependencies())):
        _copy(name, packages)
    quiet = ("--quiet", "--no-index", "--no-deps", "--disable-pip-version-check")
    pip = (sys.executable, "-m", "pip")
    subprocess.run([*pip, "wheel", *quiet, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("fengni-*.whl")
    subprocess.run([*pip, "--python", str(python), "install", *quiet, str(wheel)], check=True)
    return folder / "bin" / "fengni"


def _core_dependencies() -> Iterator[str]:
    waiting = list(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"])
    seen: set[str] = set()
    while waiting:
        wanted = Requirement(waiting.pop())
        if wanted.name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(wanted.name)
        yield wanted.name
        waiting += metadata.requires(wanted.name) or []


def _copy(name: str, packages: Path) -> None:
    for file in metadata.files(name) or []:
        if ".." in file.parts or "__pycache__" in file.parts:
            continue
        target = packages / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(str(file.locate())).read_bytes())


def _run(bare: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(bare), *arguments], env={"FENGNI_LANG": "en"}, cwd=bare.parent, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
def test_scan_finds_without_the_server_part(bare: Path, tmp_path: Path) -> None:
    from fengni.core import fictitious

    (tmp_path / "notes.txt").write_text(f"手机 {fictitious.mobile(7)}", "utf-8")
    done = _run(bare, "scan", str(tmp_path / "notes.txt"), "--json")
    assert done.returncode == 0, done.stderr
    assert "CN_MOBILE" in done.stdout


@pytest.mark.slow
def test_verify_answers_without_the_server_part(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text("{}")
    done = _run(bare, "verify", str(tmp_path / "proof.json"), "--key", "0" * 64)
    assert done.returncode in {1, 2, 5, 6}
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("doctor",), ("run",), ("user", "list"), ("ledger", "verify"), ("openapi",)])
def test_other_commands_say_what_they_need(bare: Path, arguments: tuple[str, ...]) -> None:
    done = _run(bare, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert "fengni[server]" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_no_framework_is_loaded(bare: Path) -> None:
    script = (
        "import sys\n"
        "from fengni.cli.main import run\n"
        "run(['scan', '--help']); run(['verify', '--help'])\n"
        "print(sorted({'django', 'psycopg', 'ninja', 'granian'} & set(sys.modules)))"
    )
    done = subprocess.run([str(bare.parent / "python"), "-c", script], capture_output=True, text=True, cwd=bare.parent)
    assert done.stdout.endswith("[]\n"), done.stderr
