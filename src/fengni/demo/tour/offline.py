"""What a client or auditor does at home: `fengni verify`, in a process that knows no installation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from fengni.demo.tour.report import TourFailed

Report = dict[str, Any]  # what `fengni verify --json` says of a file


def verified(file: Path, key: str) -> Report:
    """What the file proves to whoever holds the fingerprint. Raises TourFailed for one that does not verify."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FENGNI_", "DJANGO_"))}
    command = [sys.executable, "-m", "fengni.cli.main", "verify", str(file), "--key", key, "--json"]
    done = subprocess.run(command, env=kept, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TourFailed(f"verify: exit code {done.returncode}")
    report: Report = json.loads(done.stdout)
    return report
