"""ARCHITECTURE.md, docs/acts.md and docs/catalogue.md say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _generator() -> object:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "docs/acts.md", "docs/catalogue.md"])
def test_generated_page_is_fresh(name: str) -> None:
    pages = _generator().PAGES  # type: ignore[attr-defined]  # a module loaded by path
    assert (ROOT / name).read_text("utf-8") == pages[name](), "run: make docs"
