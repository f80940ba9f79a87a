"""What the tour says: a line per step while it walks, figures at the end, and whether every step held."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fengni.core.errors import FengniError

if TYPE_CHECKING:
    from fengni.demo.tour.cast import Tour


class TourFailed(FengniError):
    """A step did not end as it must. `what` says where, without anybody's information."""

    def __init__(self, what: str) -> None:
        super().__init__("tour.failed", what=what)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its text is `tour.<code>`, what it does and checks, which step of the story it tells ("" for none)."""

    code: str
    walk: Callable[[Tour], None]
    of: str = ""


@dataclass
class Figures:
    """What was counted on the way, from the screens; nothing here is written down beforehand."""

    asked: int = 0
    usual: int = 0
    viewers: int = 0
    views: int = 0
    shares: int = 0
    left: int = 0
    returns: int = 0
    previews: int = 0
    destroyed: int = 0
    sealed: int = 0

    def named(self) -> dict[str, int]:
        """By name."""
        return {name: int(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass
class Report:
    """How a walk went. `failed` is the code of the step that did not hold, `why` what was found there."""

    lang: str
    steps: int = 0
    seconds: float = 0.0
    failed: str = ""
    why: str = ""
    figures: Figures = field(default_factory=Figures)


@dataclass
class Clock:
    """Seconds since it was made."""

    begun: float = field(default_factory=time.monotonic)

    def read(self) -> float:
        """Seconds."""
        return time.monotonic() - self.begun
