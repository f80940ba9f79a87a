"""Every code that can stand in an entry has plain words in both languages: derived from registry and source."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from fengni.apps.acts.acting import REGISTRY
from fengni.config import urls  # noqa: F401  # imports every area, so that every act is registered
from fengni.core.access.actor import ROLES, SYSTEM
from fengni.core.vault.catalogue import ELEMENTS
from fengni.definitions import texts

SOURCE = Path(__file__).resolve().parents[3] / "src" / "fengni"
_ACT = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")


@cache
def _nodes() -> list[ast.Call | ast.Assign]:
    """The calls and assignments of the whole source, parsed once."""
    trees = (ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py"))
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Assign)]


def _literals(names: set[str], keyword: str = "") -> set[str]:
    """First arguments (or a keyword's values) of calls of these names, wherever they are literals."""
    found = set()
    for node in _nodes():
        if not isinstance(node, ast.Call):
            continue
        values = [k.value for k in node.keywords if k.arg == keyword] if keyword else node.args[:1]
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in names or keyword:
            found |= {one for value in values for one in _strings(value)}
    return found


def _strings(value: ast.expr) -> set[str]:
    """A literal, or both of what a condition chooses from."""
    if isinstance(value, ast.IfExp):
        return _strings(value.body) | _strings(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value else set()


def _recorded_acts() -> set[str]:
    """Acts, and what else is written as one (refused pages): constants that look like an act's name."""
    found = set(REGISTRY)
    for node in _nodes():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            value = node.value.value
            if isinstance(value, str) and _ACT.fullmatch(value):
                found.add(value)
    return found


def _channels() -> set[str]:
    return _literals(set(), "channel") | {"web"}


WANTED = sorted(
    _recorded_acts()
    | {f"cases.why.{act.partition(':')[0]}" for act in _recorded_acts()}
    | {purpose for rule in REGISTRY.values() for purpose in rule.purposes}
    | {f"basis.{one.basis}" for one in ELEMENTS.values()}
    | {f"field.{kind}" for kind in ELEMENTS}
    | {f"role.{role}" for role in ROLES | {SYSTEM}}
    | {f"channel.{one}" for one in _channels()}
    | _literals({"Denied"})
)


@pytest.mark.parametrize("code", WANTED)
def test_a_code_of_an_entry_has_plain_words(code: str) -> None:
    entry = texts().get(code)
    assert entry is not None, f"no words for {code}"
    assert re.search(r"[\u4e00-\u9fff]", entry["zh"])
    assert entry["en"].strip()
    assert not re.search(r"[\u4e00-\u9fff]", entry["en"])
    assert code not in (entry["zh"], entry["en"])


def test_the_derivation_finds_what_is_known() -> None:
    known = {"vault:field:reveal", "web:page:read", "purpose.fill_form", "basis.legal_duty", "field.id_number"}
    known |= {"access.scope", "channel.portal", "channel.cli", "channel.api", "channel.worker", "cases.why.vault"}
    assert known <= set(WANTED)
