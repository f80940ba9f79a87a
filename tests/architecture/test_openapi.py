"""The REST interface describes itself (OpenAPI 3.1), needs a caller everywhere, and has a door for every act."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from fengni.api.main import api
from fengni.apps.acts.acting import FUNCTIONS, REGISTRY
from fengni.config import urls  # noqa: F401  # imports every area, so that every act is registered

APPS = Path(__file__).resolve().parents[2] / "src" / "fengni" / "apps"
_CODES = {"state", "waiting", "types", "region", "counted_from", "kind", "act"}
_CODES |= {"outcome", "purpose", "cursor", "form", "measure_id", "lang", "right"}
_DOORS = ("views.py", "portal.py", "answering.py", "api.py", "authentication.py", "tasks.py")
SCHEMA: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS = [(path, verb, operation) for path, verbs in SCHEMA["paths"].items() for verb, operation in verbs.items()]


def _called() -> set[str]:
    """Names of functions that views, REST, sign-in and jobs call."""
    found = set()
    for path in [p for door in _DOORS for p in [*APPS.glob(f"*/{door}"), *APPS.glob(f"*/{door[:-3]}/*.py")]]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found.add(getattr(node.func, "attr", getattr(node.func, "id", "")))
    return found


def test_the_document_is_openapi_3_1() -> None:
    assert SCHEMA["openapi"].startswith("3.1")
    assert len(OPERATIONS) > 25


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(("path", "verb", "operation"), OPERATIONS, ids=lambda v: v if isinstance(v, str) else "")
def test_every_operation_says_what_it_does_and_needs_a_caller(path: str, verb: str, operation: dict[str, Any]) -> None:
    assert operation.get("summary")
    assert operation.get("description")
    assert operation.get("security")


@pytest.mark.parametrize("act", sorted(name for name, rule in REGISTRY.items() if rule.roles != {"system"}))
def test_every_act_of_a_person_has_a_door(act: str) -> None:
    assert FUNCTIONS[act].__name__ in _called()


def test_an_operation_that_answers_with_a_list_gives_a_list() -> None:
    """A tuple of exactly two would be read as a status code and a body."""
    wrong = []
    for path in [*APPS.glob("*/api.py"), *APPS.glob("*/api/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            if "response=list[" in " ".join(map(ast.unparse, node.decorator_list)):
                returned = ast.unparse(node.returns) if node.returns else ""
                wrong += [] if returned.startswith("list[") else [f"{path.parent.name}.{node.name}"]
    assert wrong == []


def test_no_operation_takes_a_clear_value_in_its_address() -> None:
    """Addresses stand in logs: they carry ids, codes, pages and sizes only."""
    allowed = {"uuid", "integer", "boolean"}
    wrong = []
    for path, verb, operation in OPERATIONS:
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            kinds = {s.get("format", s.get("type")) for s in schema.get("anyOf", [schema])} - {"null", None}
            if not kinds <= allowed and parameter["name"] not in _CODES:
                wrong.append(f"{verb} {path}: {parameter['name']}")
    assert wrong == []
