"""Carrying a rotation on: batch after batch, each an act of its own, until a whole pass found nothing more to move.

Whatever ends the process, the next call goes on where it stopped. Two callers at once, a person and the worker, take
turns at the lock of the rotation's row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.rotations import queries, services
from fengni.core.access.actor import Actor

Told = Callable[[int], None]


def carry_on(
    *, actor: Actor, rotation_id: UUID, clock: Callable[[], datetime], told: Told = lambda moved: None,
    until: datetime | None = None,
) -> bool:  # fmt: skip
    """Move what is left. Returns whether all of it is moved; False when `until` came first, or when a whole pass moved
    nothing: what is left then does not open. `told(moved)` after each batch."""
    moved, from_the_beginning = 0, False
    while until is None or clock() < until:
        step = services.step_rotation(actor=actor, at=clock(), rotation_id=rotation_id).value
        moved += step.moved
        told(step.moved)
        if not step.whole:
            continue
        with tenant(actor.tenant_id), transaction.atomic():
            if not queries.keys_left():
                return True
        if from_the_beginning and not moved:
            return False
        moved, from_the_beginning = 0, True
    return False
