"""The status of a measure is a function of its tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.measuring import Ended, missing, status

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OUTCOMES = st.sampled_from(["passed", "failed", "missing"])
ENDED = st.builds(
    lambda outcome, hours: Ended("a", outcome, None if outcome == "missing" else NOW - timedelta(hours=hours)),
    OUTCOMES,
    st.integers(0, 24 * 400),
)


def passed(days: float) -> Ended:
    return Ended("a", "passed", NOW - timedelta(days=days))


@pytest.mark.parametrize(("days", "expected"), [
    (0, "effective"), (23.9, "effective"), (24, "effective"), (24.1, "due"), (29.9, "due"), (30, "insufficient"),
    (400, "insufficient"), (-0.1, "insufficient"),
])  # fmt: skip
def test_evidence_ages(days: float, expected: str) -> None:
    assert status([passed(days)], window_days=30, at=NOW) == expected


@given(st.lists(ENDED, max_size=6), st.integers(1, 400))
def test_the_worst_test_decides(tests: list[Ended], window: int) -> None:
    found = status(tests, window_days=window, at=NOW)
    if any(one.outcome == "failed" for one in tests):
        assert found == "failing"
    elif not tests or any(one.outcome == "missing" for one in tests):
        assert found == "insufficient"
    else:
        assert found in {"effective", "due", "insufficient"}
        oldest = min(one.at for one in tests if one.at)
        assert (found == "insufficient") == (NOW - oldest >= timedelta(days=window))


@given(st.lists(ENDED, min_size=1, max_size=6), st.integers(1, 400))
def test_taking_evidence_away_never_helps(tests: list[Ended], window: int) -> None:
    if status(tests, window_days=window, at=NOW) in {"effective", "due"}:
        assert status([*tests, missing("b")], window_days=window, at=NOW) == "insufficient"
