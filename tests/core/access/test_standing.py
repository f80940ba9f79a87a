"""Who may be here at all: a role, no block in force, something besides the password outside a demonstration."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from fengni.core.access.actor import Actor
from fengni.core.access.decision import Block
from fengni.core.access.standing import Standing, check_standing
from fengni.core.errors import Denied

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ME = Actor(id=UUID(int=1), tenant_id=UUID(int=2), roles=frozenset({"agent"}), session="ab" * 16, address="192.0.2.7")
SOUND = Standing(demo=False, has_factor=True)


def _answer(actor: Actor, standing: Standing) -> str:
    try:
        check_standing(actor, standing, AT)
    except Denied as denied:
        return denied.code
    return "in"


def test_a_factor_is_asked_for_outside_a_demonstration_only() -> None:
    answers = {
        (demo, factor): _answer(ME, Standing(demo=demo, has_factor=factor)) for demo, factor in product((0, 1), (0, 1))
    }
    assert answers == {(0, 0): "access.factor-required", (0, 1): "in", (1, 0): "in", (1, 1): "in"}


@pytest.mark.parametrize("kind", ["account", "session", "address"])
def test_a_block_holds_until_its_instant(kind: str) -> None:
    subject = {"account": ME.id.hex, "session": ME.session, "address": ME.address}[kind]
    for until, code in ((None, "access.blocked"), (AT + timedelta(seconds=1), "access.blocked"), (AT, "in")):
        assert _answer(ME, replace(SOUND, blocks=(Block(kind, subject, until),))) == code
    assert _answer(ME, replace(SOUND, blocks=(Block(kind, "somebody else"), Block("device", subject)))) == "in"


def test_the_first_check_that_fails_names_the_refusal() -> None:
    worst = Standing(demo=False, has_factor=False, blocks=(Block("account", ME.id.hex),))
    assert _answer(replace(ME, roles=frozenset()), worst) == "access.role"
    assert _answer(ME, worst) == "access.blocked"
    assert _answer(ME, replace(worst, blocks=())) == "access.factor-required"
