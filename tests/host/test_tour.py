"""The tour: its first chapters here, the whole by `make tour` or FENGNI_TOUR=whole; the pictures of the READMEs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fengni.definitions import has_text
from fengni.demo.tour.pictures import SHOWN, is_blank
from fengni.demo.tour.walking import STEPS

ROOT = Path(__file__).resolve().parents[2]


def _tour(*arguments: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FENGNI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "fengni.cli.main", "demo", "tour", *arguments],
        env=kept | {"PATH": path, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "FENGNI_LANG": "en"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.browser
def test_every_step_holds_and_leaves_the_pictures_of_the_readme(tmp_path: Path) -> None:
    last = None if os.environ.get("FENGNI_TOUR") == "whole" else "preview"
    done = _tour("--in", "en", "--pictures", str(tmp_path), *(("--until", last) if last else ()))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("✓")]
    if last:
        assert len(lines) == [step.code for step in STEPS].index(last) + 1
        return
    assert len(lines) == len(STEPS)
    assert re.search(r"asked 11 of the usual 23 things; \d+ views by \d+ people", done.stdout)
    assert {file.stem for file in (tmp_path / "en").iterdir()} == set(SHOWN)


def test_without_chromium_it_says_what_to_install(tmp_path: Path) -> None:
    done = _tour(path=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "apt-get install chromium" in done.stderr


@pytest.mark.parametrize(("readme", "lang"), [("README.md", "zh"), ("README.en.md", "en")])
def test_a_readme_shows_pictures_that_exist_are_not_blank_and_have_a_counterpart(readme: str, lang: str) -> None:
    named = re.findall(r"docs/img/([\w/.-]+\.png)", (ROOT / readme).read_text("utf-8"))
    assert len(named) >= 6
    for name in named:
        own, other = ROOT / "docs/img" / name, ROOT / "docs/img" / {"zh": "en", "en": "zh"}[lang] / Path(name).name
        assert name.startswith(f"{lang}/")
        assert not is_blank(Image.open(own)), name
        assert other.exists(), name
        assert own.read_bytes() != other.read_bytes(), name
    assert {Path(name).stem for name in named} <= set(SHOWN)


def test_a_picture_that_shows_nothing_is_called_blank() -> None:
    plain = Image.new("RGB", (400, 300), "white")
    assert is_blank(plain)
    ImageDraw.Draw(plain).rectangle((0, 0, 60, 40), fill="navy")
    assert is_blank(plain)


def test_every_step_says_in_both_languages_what_it_does() -> None:
    codes = [step.code for step in STEPS]
    assert len(set(codes)) == len(codes) > 25
    assert [code for code in codes if not has_text(f"tour.{code}")] == []
