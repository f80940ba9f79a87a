"""Every code has its sentence in both languages: acts, errors, denials, roles, purposes, field kinds."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from fengni.apps.acts.acting import REGISTRY
from fengni.config import urls  # noqa: F401  # imports every area, so that every act is registered
from fengni.core.access.actor import ROLES
from fengni.definitions import texts

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fengni"
_RAISERS = {
    "FengniError", "BadInput", "UnreadableFile", "Denied", "KeysUnavailable", "LedgerRefused", "VerificationFailed",
    "HostProblem",
}  # fmt: skip


def _raised_codes() -> set[tuple[str, str]]:
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in _RAISERS and isinstance(node.args[0].value, str):
                    found.add((node.args[0].value, f"{path.relative_to(SOURCE)}:{node.lineno}"))
    return found


def test_every_raised_code_has_a_sentence() -> None:
    known = texts()
    assert sorted(where + " " + code for code, where in _raised_codes() if code not in known) == []


@pytest.mark.parametrize("act", sorted(REGISTRY))
def test_every_act_has_a_label(act: str) -> None:
    assert act in texts()


def test_every_role_and_purpose_has_a_name() -> None:
    wanted = {f"role.{r}" for r in ROLES | {"system"}} | {p for rule in REGISTRY.values() for p in rule.purposes}
    assert wanted - set(texts()) == set()


@pytest.mark.parametrize("code", sorted(texts()))
def test_a_text_has_both_languages_and_the_same_placeholders(code: str) -> None:
    entry = texts()[code]
    assert set(entry) == {"zh", "en"}
    assert all(isinstance(v, str) and v.strip() for v in entry.values())
    fields = [{name for _, name, _, _ in Formatter().parse(t) if name} for t in (entry["zh"], entry["en"])]
    assert fields[0] == fields[1]
    own = re.sub(r"\{\w+\}|[（）：，。、·]", "", entry["zh"])  # what is left besides placeholders and their commas
    assert re.search(r"[\u4e00-\u9fff]", own) or own.isascii()
    assert not re.search(r"[\u4e00-\u9fff]", entry["en"])


@pytest.mark.parametrize("code", sorted(texts()))
def test_chinese_has_chinese_punctuation(code: str) -> None:
    assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;?!][\u4e00-\u9fff]", texts()[code]["zh"])
