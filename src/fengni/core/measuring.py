"""The status of a measure: a pure function of what its tests found, and never stored.

A test ends passed, failed or missing (the evidence is not there), with the instant of its evidence. Rules: one failed
test makes the measure failing; one missing test, or evidence older than the window, makes it insufficient; due says
that less than a fifth of the window is left. Nobody types a status.

>>> now = datetime(2026, 11, 25, tzinfo=UTC)
>>> fresh, old = Ended("a", "passed", now), Ended("b", "passed", now - timedelta(days=27))
>>> [status(tests, window_days=30, at=now) for tests in ([fresh], [fresh, old], [fresh, missing("c")], [])]
['effective', 'due', 'insufficient', 'insufficient']
>>> status([fresh, Ended("d", "failed", now), missing("c")], window_days=30, at=now)
'failing'
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
class Ended:
    """How a test ended. `params` fill the sentence `measure-found.<test>.<outcome>`; never personal."""

    test: str
    outcome: Outcome
    at: datetime | None
    params: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))


def missing(test: str, **params: int | str) -> Ended:
    """A test whose evidence is not there."""
    return Ended(test, "missing", None, MappingProxyType(params))


def status(tests: Sequence[Ended], *, window_days: int, at: datetime) -> Status:
    """The status that the tests give at an instant. Evidence from the future counts as missing."""
    if any(test.outcome == "failed" for test in tests):
        return "failing"
    instants = [test.at for test in tests if test.outcome == "passed" and test.at is not None]
    if not tests or len(instants) < len(tests) or max(instants) > at:
        return "insufficient"
    left = min(instants) + timedelta(days=window_days) - at
    if left <= timedelta(0):
        return "insufficient"
    return "due" if left * _DUE < timedelta(days=window_days) else "effective"
