"""What a granted right does to the data. This is the one place where effects are plugged in.

Rules: for every right somebody registers what would happen (`foresee`, shown before anything is asked) and what shows
that it happened or makes it happen (`carry_out`, inside the running act of the answer). `carry_out` raises when its
post-condition does not hold, so a case cannot be closed as done without it; a right without effect cannot be granted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from fengni.apps.cases.models import Case
from fengni.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Consequences:
    """The three lists: kinds that are destroyed, that the law keeps sealed until a day; what cannot be recalled.

    `stops`: partners who lose at once what they may see.
    """

    destroyed: tuple[str, ...] = ()
    sealed: tuple[tuple[str, date], ...] = ()
    beyond: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: codes and counts for the ledger entry of the answer, and the row or entry that shows it."""

    facts: Mapping[str, int | str] = field(default_factory=dict)
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose information a right is about: a person in one client file, asked in one matter where that is known."""

    person_id: UUID
    client_id: UUID | None
    matter_id: UUID | None = None


Foresee = Callable[[Whose, datetime], Consequences | None]
CarryOut = Callable[[Case, datetime], Deed]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a right would do to one person's information in one client file, and the doing for one case."""

    foresee: Foresee
    carry_out: CarryOut


_EFFECTS: Final[dict[str, Effect]] = {}


def register(right: str, effect: Effect) -> None:
    """Say what a right does. Called once, by the area that can do it."""
    _EFFECTS[right] = effect


def foresee(right: str, whose: Whose, at: datetime) -> Consequences | None:
    """What a right would do, or None where nothing is registered or it changes nothing."""
    effect = _EFFECTS.get(right)
    return effect.foresee(whose, at) if effect else None


def carry_out(case: Case, at: datetime) -> Deed:
    """Do it, inside the running act. Raises BadInput ("cases.no-effect-yet") where nobody registered how."""
    effect = _EFFECTS.get(case.right)
    if effect is None:
        raise BadInput("cases.no-effect-yet")
    return effect.carry_out(case, at)
