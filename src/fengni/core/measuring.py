"""The status of a measure: a pure function of what its tests found, and never stored.

A test ends passed, failed or missing (the evidence is not there), with the instant of its evidence. Rules: one failed
test makes the measure failing; one missing test, or evidence older than the window, makes it insufficient; due says
that less than a fifth of the window is left. Evidence that lasts longer or shorter than its measure's window says so
itself (`days`). Nobody types a status.

>>> now = datetime(2026, 11, 25, tzinfo=UTC)
>>> fresh, old = Ended("a", "passed", now), Ended("b", "passed", now - timedelta(days=27))
>>> [status(tests, window_days=30, at=now) for tests in ([fresh], [fresh, old], [fresh, missing("c")], [])]
['effective', 'due', 'insufficient', 'insufficient']
>>> status([fresh, Ended("d", "failed", now), missing("c")], window_days=30, at=now)
'failing'
>>> status([fresh, Ended("yearly", "passed", now - timedelta(days=100), days=365)], window_days=30, at=now)
'effective'
>>> left([fresh, old], window_days=30, at=now)
(10, datetime.datetime(2026, 11, 28, 0, 0, tzinfo=datetime.timezone.utc))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta  # noqa: F401  # UTC is for the examples
from types import MappingProxyType
from typing import Final, Literal

Outcome = Literal["passed", "failed", "missing"]
Status = Literal["effective", "due", "insufficient", "failing"]
_DUE: Final = 5  # a fifth of the window


@dataclass(frozen=True, slots=True)
class Mark:
    """A row that a test points at: a kind of thing, its id or number in addresses, and what people call it."""

    kind: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a test ended. `params` fill the sentence `measure-found.<test>.<outcome>`, `marks` are rows that show it.

    None of it is personal. `days`: how long this evidence lasts; 0 for the measure's window.
    """

    test: str
    outcome: Outcome
    at: datetime | None
    params: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))
    days: int = 0
    marks: tuple[Mark, ...] = ()


def missing(test: str, **params: int | str) -> Ended:
    """A test whose evidence is not there."""
    return Ended(test, "missing", None, MappingProxyType(params))


def status(tests: Sequence[Ended], *, window_days: int, at: datetime) -> Status:
    """The status that the tests give at an instant. Evidence from the future counts as missing."""
    if any(test.outcome == "failed" for test in tests):
        return "failing"
    passed = [(test.at, test.days or window_days) for test in tests if test.outcome == "passed" and test.at is not None]
    if not tests or len(passed) < len(tests) or max(when for when, _ in passed) > at:
        return "insufficient"
    ages = [(at - when, timedelta(days=days)) for when, days in passed]
    if any(age >= lasts for age, lasts in ages):
        return "insufficient"
    return "due" if any((lasts - age) * _DUE < lasts for age, lasts in ages) else "effective"


def left(tests: Sequence[Ended], *, window_days: int, at: datetime) -> tuple[int, datetime | None]:
    """Hundredths that are left of the evidence that ends first, and when that is; (0, None) without any."""
    ends = [
        (100 * (when + lasts - at) / lasts, when + lasts)
        for when, lasts in (
            (test.at, timedelta(days=test.days or window_days)) for test in tests if test.outcome == "passed"
        )
        if when is not None
    ]
    share, day = min(ends, default=(0.0, None))
    return max(0, round(share)), day
