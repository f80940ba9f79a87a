"""Runs every benchmark, one after another, and writes what they print into docs/benchmarks.md: `make bench`.

The page is what the scripts said on the machine it names; nobody edits it. A script that fails stops the run and leaves
the page as it was.
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
PAGE = ROOT / "docs" / "benchmarks.md"
_NOT_SCRIPTS = {"__init__", "house", "report"}
_HEAD = """# Figures

What the scripts in `benchmarks/` printed, all in one evening on one machine. Absolute figures belong to that machine;
ratios are between things that ran in the same script. Written by `make bench`, never by hand.

Machine: {machine}. {cores} cores, Python {python}, {at}.
"""


def main() -> None:
    """Run all scripts; the page is written when the last one is done."""
    scripts = sorted(p for p in FOLDER.glob("*.py") if p.stem not in _NOT_SCRIPTS)
    scripts += sorted(FOLDER.glob("*/__main__.py"))
    parts = [_HEAD.format(machine=_machine(), cores=os.cpu_count(), python=platform.python_version(), at=_today())]
    for number, script in enumerate(scripts, 1):
        name = script.parent.name if script.stem == "__main__" else script.stem
        print(f"{number}/{len(scripts)} {name}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"{name} failed:\n{done.stdout[-4000:]}")
        parts.append(f"## {name}\n\n{_said(script)}\n\n```\n{_folded(done.stdout)}\n```\n")
    PAGE.write_text("\n".join(parts), "utf-8")
    print(PAGE.read_text("utf-8"))


def _said(script: Path) -> str:
    """The first paragraph of a script's own text."""
    return (ast.get_docstring(ast.parse(script.read_text("utf-8"))) or "").split("\n\n")[0]


def _folded(printed: str) -> str:
    """The lines printed, without progress that overwrote itself."""
    return "\n".join(line.rsplit("\r", 1)[-1].rstrip() for line in printed.strip().splitlines())


def _machine() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


if __name__ == "__main__":
    main()
