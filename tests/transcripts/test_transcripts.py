"""What the command says to people, kept word for word in both languages.

A transcript is a text file: `$ fengni …` lines, each followed by what stdout and stderr showed and, unless it is 0, the
exit code as `→ 2`. `FENGNI_TRANSCRIPTS=write` writes them anew; then read the difference.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from fengni.cli.main import run

HERE = Path(__file__).resolve().parent
TRANSCRIPTS = sorted(HERE.glob("*/*.txt"))
WRITE = os.environ.get("FENGNI_TRANSCRIPTS") == "write"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_command_says_what_the_transcript_says(
    path: Path,
    own_state: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("FENGNI_LANG", path.parent.name)
    asked = [line for line in path.read_text("utf-8").splitlines() if line.startswith("$ fengni")]
    shown = "\n".join(_shown(line, own_state, capfd) for line in asked)
    if WRITE:
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


def _shown(line: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> str:
    code = run(shlex.split(line)[2:])
    out, err = capfd.readouterr()
    said = (out + err).replace(str(folder), "/srv/fengni")
    return f"{line}\n{said}" + (f"→ {code}\n" if code else "")


def test_every_command_has_help_in_both_languages() -> None:
    from fengni.cli.main import COMMANDS
    from fengni.definitions import has_text

    assert [name for name in COMMANDS if not has_text(f"cli.{name}")] == []
