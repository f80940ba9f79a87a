"""The registry of acts: every public function of a services.py is an act, with a test file, a route and a heading."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fengni.apps.acts.acting import REGISTRY
from fengni.config import urls  # noqa: F401  # imports every area, so that every act is registered

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "src" / "fengni" / "apps"


def _public_functions() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in [*APPS.glob("*/services.py"), *APPS.glob("*/services/*.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        found += [
            (str(path.relative_to(APPS)), node)
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]
    return found


def _is_act(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "act" for d in node.decorator_list)


# Helpers that acts of a higher area call inside their own transaction: named here, so that a new one is a decision.
PARTS_OF_ACTS = {
    "accounts/services.py:check_roles",
    "accounts/services.py:end_sessions",
}


def test_every_public_function_of_a_services_file_is_an_act() -> None:
    others = {f"{where}:{node.name}" for where, node in _public_functions() if not _is_act(node)}
    assert others - PARTS_OF_ACTS == set()


@pytest.mark.parametrize("act", sorted(REGISTRY))
def test_every_act_has_a_test_file(act: str) -> None:
    area, thing, verb = act.split(":")
    wanted = ROOT / "tests" / "apps" / area / f"test_{thing}_{verb}.py"
    assert wanted.exists(), f"missing {wanted.relative_to(ROOT)}"


@pytest.mark.parametrize("act", sorted(REGISTRY))
def test_every_act_has_a_heading_in_the_docs(act: str) -> None:
    assert f"### `{act}`" in (ROOT / "docs" / "acts.md").read_text("utf-8")
