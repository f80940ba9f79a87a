"""May somebody who is signed in be here at all? Asked before every page, REST call and command, whatever it reads.

`decide` binds acts. A read has no rule of its own, so what stops a person altogether is checked at the door, purely.
Order of the checks (the first that fails names the refusal):

1. role     at least one; a member whose access was closed has none
2. block    no block in force binds the account, session or address
3. factor   something besides the password, outside a demonstration

>>> from uuid import UUID
>>> from datetime import UTC, datetime
>>> me = Actor(id=UUID(int=1), tenant_id=UUID(int=2), roles=frozenset({"agent"}))
>>> check_standing(me, Standing(demo=True, has_factor=False), datetime.now(UTC))
>>> check_standing(me, Standing(demo=False, has_factor=False), datetime.now(UTC))
Traceback (most recent call last):
    ...
fengni.core.errors.Denied: access.factor-required
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fengni.core.access.actor import Actor
from fengni.core.access.decision import Block, check_blocks
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a member: whether the tenant is a demonstration, a second factor is set up, and the blocks."""

    demo: bool
    has_factor: bool
    blocks: tuple[Block, ...] = ()


def check_standing(actor: Actor, standing: Standing, at: datetime) -> None:
    """Raise Denied: access.role, access.blocked or access.factor-required."""
    if not actor.roles:
        raise Denied("access.role")
    check_blocks(actor, standing.blocks, at)
    check_factor(standing)


def check_factor(standing: Standing) -> None:
    """Raise Denied ("access.factor-required") when a member of a real tenant has a password and nothing besides."""
    if not (standing.demo or standing.has_factor):
        raise Denied("access.factor-required")
