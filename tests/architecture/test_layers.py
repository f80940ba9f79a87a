"""The tree is the architecture: imports, names of files, model relations, sizes."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps as installed

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "fengni"
APP_FILES = {
    "__init__", "models", "queries", "services", "forms", "views", "api", "tasks", "urls", "apps",
    "migrations", "templates", "management", "templatetags", "locale",
    "portal",
}  # fmt: skip
# Below the areas lie mechanisms with names of their own; above them one adapter to the identity package.
MORE_FILES = {
    "common": {
        "postgresql",
        "tenancy",
        "identifiers",
        "custodian",
        "logs",
        "language",
        "requests",
        "ranges",
        "bulk",
        "display",
        "resealing",
        "typesetting",
    },
    "ledger": {"inbox", "sealer", "verification"},
    "acts": {"acting", "facts", "reasons", "second_person"},
    "accounts": {"authentication", "contact"},
    "parties": {"register"},
    "vault": {"store", "resources"},
    "guests": {"links", "codes", "gateways", "doors", "sessions"},
    "consents": {"register", "telling"},
    "agreements": {"assessing", "papers", "sharing", "signing"},
    "matters": {
        "checklist", "difference", "items", "notices", "papers", "resources", "teams", "custody", "custody_views",
    },
    "approvals": {"askable", "asking", "signs"},
    "disposals": {
        "retention", "files", "running", "certificates", "horizon", "asked", "holding", "papers", "calendar",
        "stopping",
    },
    "cases": {
        "clocks", "answering", "effects", "verifying", "wording", "rights", "copies", "vouchers", "papers", "strips",
        "grounds", "where",
    },
    "measures": {"declaring", "evidence", "overview", "policies", "probing"},
    "tokens": {"spaces", "sheets", "standins", "tracing"},
    "rotations": {"moving", "running"},
    "reach": {"alarms", "lending"},
    "imports": {"sealing", "planning", "showing", "wording", "staging", "opening", "proposing", "folder_views"},
}  # fmt: skip


def _layers(name_starts: str) -> list[set[str]]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    contract = next(c for c in contracts if c["name"].startswith(name_starts))
    return [{part.strip() for part in layer.split("|")} for layer in contract["layers"]]


def test_imports_point_down_the_layers() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_model_relations_point_down_the_layers() -> None:
    order = {app: depth for depth, layer in enumerate(_layers("Areas")) for app in layer}
    wrong = []
    for model in installed.get_models():
        if not model.__module__.startswith("fengni.apps."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is None or not getattr(target, "__module__", "").startswith("fengni.apps."):
                continue
            if order[target._meta.app_label] < order[model._meta.app_label]:
                wrong.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert wrong == []


@pytest.mark.parametrize("app", sorted(p.name for p in (SOURCE / "apps").iterdir() if p.is_dir() and p.name[0] != "_"))
def test_an_app_holds_the_agreed_files_and_no_others(app: str) -> None:
    allowed = APP_FILES | MORE_FILES.get(app, set())
    found = {p.stem for p in (SOURCE / "apps" / app).iterdir() if p.name != "__pycache__"}
    assert found <= allowed, sorted(found - allowed)


def test_files_and_functions_stay_small() -> None:
    wrong = []
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        text = path.read_text("utf-8")
        if text.count("\n") > 500:
            wrong.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.name}: {length} lines")
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_signals_and_no_template_response() -> None:
    """Areas speak upward by the ledger; a lazily rendered response would render outside its transaction."""
    banned = ("django.dispatch", "TemplateResponse", "from django.db.models.signals")
    wrong = [
        str(path.relative_to(ROOT))
        for path in (SOURCE / "apps").rglob("*.py")
        if any(word in path.read_text("utf-8") for word in banned)
    ]
    assert wrong == []


def test_no_machine_path_and_no_registry_address() -> None:
    """Nothing tracked names a place of ours or a package index."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    needles = ("/" + "work/", "/" + "root/", "--index" + "-url", "--extra-index" + "-url", "--find" + "-links")
    wrong = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".png", ".ico", ".woff2"} or not path.is_file():
            continue
        text = path.read_text("utf-8", errors="ignore")
        wrong += [f"{name}: {needle}" for needle in needles if needle in text]
    assert wrong == []
