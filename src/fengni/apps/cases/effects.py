"""What a granted right does to the data. This is the one place where effects are plugged in.

Rules: an area above registers, for "delete" or "withdraw", what would happen (`foresee`, shown before anything is
asked) and what makes it happen (`carry_out`, inside the running act of the answer). `carry_out` raises when its
post-condition does not hold, so a case cannot be closed as done without it. Rights in NEEDED have no effect of their
own to wait for until somebody registers one: they cannot be answered "done" before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from fengni.core.errors import BadInput

NEEDED: Final = frozenset({"delete", "withdraw"})


@dataclass(frozen=True, slots=True)
class Consequences:
    """The three lists: field kinds that will be destroyed, that stay sealed until a day; what cannot be recalled."""

    destroyed: tuple[str, ...] = ()
    sealed: tuple[tuple[str, date], ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """`carry_out` returns facts for the ledger entry of the answer: codes and counts."""

    foresee: Callable[[UUID, UUID | None, datetime], Consequences]
    carry_out: Callable[[UUID, UUID | None, datetime], Mapping[str, int | str]]


_EFFECTS: dict[str, Effect] = {}


def register(right: str, effect: Effect) -> None:
    """Say what a right does. Called once, by the area that can do it."""
    _EFFECTS[right] = effect


def foresee(right: str, *, person_id: UUID, client_id: UUID | None, at: datetime) -> Consequences | None:
    """What a right would do, or None where nothing is registered."""
    effect = _EFFECTS.get(right)
    return effect.foresee(person_id, client_id, at) if effect else None


def carry_out(right: str, *, person_id: UUID, client_id: UUID | None, at: datetime) -> Mapping[str, int | str]:
    """Do it, inside the running act. Raises BadInput ("cases.no-effect-yet") where it is needed and not registered."""
    effect = _EFFECTS.get(right)
    if effect is None:
        if right in NEEDED:
            raise BadInput("cases.no-effect-yet")
        return {}
    return effect.carry_out(person_id, client_id, at)
