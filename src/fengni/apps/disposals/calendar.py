"""The retention calendar: how many units of which class are sealed or destroyed when. Counts only.

Rules: computed from the same fates as everything else of retention, so no two pages can differ. What is due already
stands apart from the months to come. A unit that is sealed first counts twice: on the day of its sealing, and in the
year in which it may be destroyed. Units on hold and units in use have no day.

>>> months(date(2026, 11, 30))[:3]
('2026-11', '2026-12', '2027-01')
>>> years(date(2026, 11, 30))[-1]
'2036'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from fengni.apps.disposals.retention import DESTROY, SEAL, Fate

NOW: Final = "now"
LATER: Final = "later"
_MONTHS: Final = 12
_YEARS: Final = 11


@dataclass(frozen=True, slots=True)
class Period:
    """Units by retention class that become due in a month ("2026-12"), a year ("2031"), now or later.

    `destroyed` and `sealed` are their sums; `share_destroyed` and `share_sealed` hundredths of the longest bar.
    """

    name: str
    destroys: dict[str, int]
    seals: dict[str, int]
    destroyed: int
    sealed: int
    share_destroyed: int
    share_sealed: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is due, what becomes due by month and by year; `held`, `used` and `kept` (sealed today): units by class.

    `years` begin with this one and include its months to come; the last of them says what comes after. `files`: client
    files that it is about, those of which a matter was closed.
    """

    today: date
    files: int
    due: Period
    months: tuple[Period, ...]
    years: tuple[Period, ...]
    held: dict[str, int]
    used: dict[str, int]
    kept: dict[str, int]


def months(today: date) -> tuple[str, ...]:
    """This month and the eleven after it."""
    first = today.year * 12 + today.month - 1
    return tuple(f"{(first + n) // 12}-{(first + n) % 12 + 1:02d}" for n in range(_MONTHS))


def years(today: date) -> tuple[str, ...]:
    """This year and the ten after it: the practice record ends in the last of them."""
    return tuple(str(today.year + n) for n in range(_YEARS))


@dataclass(frozen=True, slots=True)
class Line:
    """One count of a calendar as a list: `what` is destroy or seal in a period, or a state where there is none."""

    period: str
    what: str
    kept: str
    units: int


def lines(calendar: Calendar) -> list[Line]:
    """The calendar as a list, what is due first, then months, years, and what has no day."""
    found = []
    for one in (calendar.due, *calendar.months, *calendar.years):
        for fate, counts in ((DESTROY, one.destroys), (SEAL, one.seals)):
            found += [Line(one.name, fate, kept, number) for kept, number in counts.items()]
    for state, counts in (("held", calendar.held), ("used", calendar.used), ("sealed", calendar.kept)):
        found += [Line("", state, kept, number) for kept, number in counts.items()]
    return found


class Counting:
    """Counts fates as they come, a client file at a time."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._files = 0
        self._events: Counter[tuple[str, str, str]] = Counter()  # (period, destroy or seal, class)
        self._states: dict[str, Counter[str]] = {state: Counter() for state in ("held", "used", "sealed")}

    def add(self, fates: Iterable[Fate]) -> None:
        """Count the units of one client file."""
        self._files += 1
        for one in fates:
            kept = one.unit.retention_class
            if one.state in self._states:
                self._states[one.state][kept] += 1
            for what, day in _events(one):
                if one.state == "sealed" and day <= self._today:
                    continue  # its days are over, but a matter of its file is open again
                for period in self._periods(day):
                    self._events[period, what, kept] += 1

    def done(self) -> Calendar:
        """The calendar of everything counted."""
        by_month = self._drawn(months(self._today))
        by_year = self._drawn((*years(self._today), LATER))
        [due] = self._drawn((NOW,))
        states = {state: dict(sorted(counts.items())) for state, counts in self._states.items()}
        return Calendar(
            self._today, self._files, due, by_month, by_year, states["held"], states["used"], states["sealed"]
        )

    def _periods(self, day: date) -> tuple[str, ...]:
        if day <= self._today:
            return (NOW,)
        year = str(day.year) if day.year < self._today.year + _YEARS else LATER
        return (f"{day.year}-{day.month:02d}", year)

    def _drawn(self, names: Iterable[str]) -> tuple[Period, ...]:
        found = [(name, self._classes(name, DESTROY), self._classes(name, SEAL)) for name in names]
        longest = max((sum(down.values()) + sum(up.values()) for _, down, up in found), default=0) or 1
        drawn = []
        for name, destroys, seals in found:
            destroyed, sealed = sum(destroys.values()), sum(seals.values())
            shares = (100 * destroyed // longest, 100 * sealed // longest)
            drawn.append(Period(name, destroys, seals, destroyed, sealed, *shares))
        return tuple(drawn)

    def _classes(self, period: str, what: str) -> dict[str, int]:
        return {kept: n for (at, fate, kept), n in sorted(self._events.items()) if (at, fate) == (period, what)}


def _events(one: Fate) -> Iterator[tuple[str, date]]:
    """What happens to a unit, and on which day it may."""
    if one.state not in ("due", "running", "sealed") or one.on is None:
        return
    yield one.fate, one.on
    if one.fate == SEAL and one.until is not None:
        yield DESTROY, one.until
