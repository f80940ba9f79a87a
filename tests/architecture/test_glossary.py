"""docs/glossary.md and the product use the same words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fengni.definitions import texts

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "fengni"


def _rows() -> list[tuple[str, str, str, list[str]]]:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    found = []
    for line in lines:
        cells = [c.strip() for c in line.strip("|").split("|")]
        if len(cells) == 5 and re.fullmatch(r"[a-z_]+", cells[0]) and cells[0] != "code":
            found.append((cells[0], cells[1], cells[2], [w.strip() for w in cells[4].split(",") if w.strip()]))
    return found


def _screens() -> str:
    """Everything people read on screens: sentences of codes, templates and their translations."""
    sentences = [t for entry in texts().values() for t in entry.values()]
    files = [*SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("*.po")]
    return "\n".join([*sentences, *(f.read_text("utf-8") for f in files)])


def test_the_glossary_has_both_languages() -> None:
    rows = _rows()
    assert len(rows) > 30
    assert [code for code, zh, en, _ in rows if not re.search(r"[\u4e00-\u9fff]", zh) or not en] == []
    assert len({code for code, *_ in rows}) == len(rows)


@pytest.mark.parametrize("code", [row[0] for row in _rows()])
def test_a_name_of_the_glossary_exists_in_code(code: str) -> None:
    word = re.compile(rf"(?<![a-z]){code}")
    assert any(word.search(path.read_text("utf-8")) for path in SOURCE.rglob("*.py"))


@pytest.mark.parametrize("word", sorted({word for row in _rows() for word in row[3]}))
def test_screens_do_not_use_another_word(word: str) -> None:
    screens = _screens()
    if word.isascii():
        assert not re.search(rf"\b{re.escape(word)}\b", screens, re.IGNORECASE)
    else:
        assert word not in screens
