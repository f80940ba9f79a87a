"""What is due when: over all days, and with as many statements for many files as for one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import queries, retention
from fengni.apps.vault.store.destroying import UnitRow
from fengni.core.errors import Denied
from tests.apps.disposals.closing import close, destroyed, scene
from tests.apps.vault.files import make_client
from tests.cast import now

_DAYS = st.dates(date(2020, 1, 1), date(2050, 12, 31))


def _unit(kept: str, *, state: str = "live", sealed: date | None = None) -> UnitRow:
    one = UUID(int=1)
    return UnitRow(one, "person", one, one, kept, state, sealed, bytes(32), now())


@given(
    kept=st.sampled_from(["matter", "use_then_destroy", "secret_box", "practice_record", "unheard_of"]),
    closed=st.none() | _DAYS, today=_DAYS, held=st.booleans(), state=st.sampled_from(["live", "destroyed"]),
    sealed=st.none() | _DAYS, asked=st.booleans(),
)  # fmt: skip
def test_nothing_is_due_too_early_nothing_held_and_nothing_twice(
    kept: str, closed: date | None, today: date, held: bool, state: str, sealed: date | None, asked: bool
) -> None:
    unit = _unit(kept, state=state, sealed=sealed)
    fate = retention.fate_of(unit, closed=closed, held=held, today=today, asked=asked)
    if asked and closed and closed <= today and not held and state == "live" and sealed is None:
        assert fate.state == "due" or retention.rule(kept) is None  # at once, long before fifteen working days
    if fate.state == "due":
        assert state == "live"
        assert not held
        assert closed is not None
        rule = retention.rule(kept)
        if sealed is not None:
            assert (fate.fate, sealed <= today) == ("destroy", True)
        elif fate.fate == "seal":
            assert rule is not None
            assert fate.until is not None
            assert closed + timedelta(days=0 if asked else rule.days) <= today < fate.until
        else:
            assert rule is not None
            assert closed + timedelta(days=0 if asked else rule.days) <= today
            assert not rule.years or closed.year + rule.years <= today.year
    assert (fate.state == "destroyed") == (state == "destroyed")


@given(closed=_DAYS)
def test_ten_years_are_ten_years_whatever_the_day(closed: date) -> None:
    rule = retention.rule("practice_record")
    assert rule is not None
    due, until = retention.after(closed, rule)
    assert due == closed + timedelta(days=30)
    assert until is not None
    assert (until.year, until.month) == (closed.year + 10, closed.month)


def test_the_list_asks_as_much_for_many_files_as_for_one() -> None:
    at = scene()
    counts = []
    for number in range(10, 13):
        with tenant(at.cast.tenant_id), transaction.atomic(), CaptureQueriesContext(connection) as asked:
            rows = queries.retention_page(actor=at.cast.lead, at=now())
        counts.append((len(rows), len(asked)))
        close(at.cast, make_client(at.cast.owner, number), f"M-2026-02{number}", days=number)
    assert [rows for rows, _ in counts] == [1, 2, 3]
    assert len({statements for _, statements in counts}) == 1


def test_the_list_says_what_stands_how() -> None:
    at = scene()
    with tenant(at.cast.tenant_id), transaction.atomic():
        [row] = queries.retention_page(actor=at.cast.auditor, at=now())
        assert (row.client_id, row.state, row.counts) == (at.client, "due", {"due": 6})
    destroyed(at)
    with tenant(at.cast.tenant_id), transaction.atomic():
        [row] = queries.retention_page(actor=at.cast.auditor, at=now())
        assert (row.state, row.counts) == ("sealed", {"destroyed": 4, "sealed": 2})
        for who in (at.cast.agent, at.cast.security, at.cast.admin, at.cast.intruder):
            with pytest.raises(Denied, match=r"access\.role"):
                queries.retention_page(actor=who, at=now())
