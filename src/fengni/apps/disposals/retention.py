"""What of a client file is due when: computed on reading, from the closing of its last matter. Nothing is scheduled.

Rules: as long as a matter of the file is open, nothing of it is due. A legal hold stops everything. Days count from the
local date of the closing; a person who asked for deletion waives the time for objections
(docs/adr/0011-ends.md). What the law keeps is sealed when its days are over, until its years are over; then it is due
for destruction like the rest. A unit of no listed class is never due: nobody decided about it.

>>> rule("practice_record").years, rule("matter").days
(10, 30)
>>> after(date(2024, 2, 29), rule("practice_record"))
(datetime.date(2024, 3, 30), datetime.date(2034, 2, 28))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from fengni.apps.vault.store.destroying import UnitRow
from fengni.definitions import load

DESTROY: Final = "destroy"
SEAL: Final = "seal"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a class: `days` after closing it is due; with `years` it is sealed first."""

    days: int
    law: str
    years: int = 0


@dataclass(frozen=True, slots=True)
class Fate:
    """A unit as it stands on a day.

    `state`: used (a matter is open, or none was ever closed), held, running (due on `on`), due, sealed (until `on`) or
    destroyed. `fate`: what is due or comes next, destroy or seal; empty for none. `until`: where it is sealed to.
    """

    unit: UnitRow
    state: str
    fate: str = ""
    on: date | None = None
    until: date | None = None


_RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {code: Rule(row["days"], row["law"], row.get("years", 0)) for code, row in load("retention")["classes"].items()}
)


def rule(retention_class: str) -> Rule | None:
    """The rule of a class."""
    return _RULES.get(retention_class)


def after(closed: date, kept: Rule) -> tuple[date, date | None]:
    """(the day something is due after closing, the day it is sealed until)."""
    due = closed + timedelta(days=kept.days)
    if not kept.years:
        return due, None
    try:
        return due, closed.replace(year=closed.year + kept.years)
    except ValueError:  # 29 February
        return due, closed.replace(year=closed.year + kept.years, day=28)


def fate_of(unit: UnitRow, *, closed: date | None, held: bool, today: date, asked: bool = False) -> Fate:
    """What is to become of a unit. `closed`: when the last matter of the file was closed, None while one is open or
    none ever was. `asked`: the person it is about asked for deletion, so the days after closing are not waited for."""
    kept = rule(unit.retention_class)
    if unit.state == "destroyed":
        return Fate(unit, "destroyed")
    if held:
        return Fate(unit, "held")
    if unit.sealed_until is not None:
        over = unit.sealed_until <= today and closed is not None
        return Fate(unit, "due" if over else "sealed", DESTROY, unit.sealed_until)
    if closed is None or kept is None:
        return Fate(unit, "used")
    due, until = after(closed, kept)
    due = closed if asked else due
    if until is not None and until <= today:
        return Fate(unit, "due", DESTROY, until)
    fate = SEAL if until is not None else DESTROY
    return Fate(unit, "due" if due <= today else "running", fate, due, until)
