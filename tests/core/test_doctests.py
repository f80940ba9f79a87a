"""Every module of the core runs its own examples."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import fengni.core

MODULES = sorted(m.name for m in pkgutil.walk_packages(fengni.core.__path__, "fengni.core.") if not m.ispkg)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    failed, attempted = doctest.testmod(importlib.import_module(name))
    assert not failed
    assert attempted or name.split(".")[2] in ("intake", "pii", "documents") or "custody" in name, (
        f"{name} has no example"
    )
