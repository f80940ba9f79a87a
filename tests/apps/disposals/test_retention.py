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
from fengni.apps.disposals import calendar, queries, retention
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


@given(today=_DAYS)
def test_every_unit_stands_in_the_calendar_where_retention_says(today: date) -> None:
    counting = calendar.Counting(today)
    closed = today - timedelta(days=5)
    fates = [
        retention.fate_of(_unit(kept), closed=closed, held=held, today=today)
        for kept, held in (("matter", False), ("practice_record", False), ("secret_box", False), ("matter", True))
    ]
    used = retention.fate_of(_unit("matter"), closed=None, held=False, today=today)
    sealed = _unit("practice_record", sealed=today + timedelta(days=4100))
    over = _unit("practice_record", sealed=today - timedelta(days=1))
    counting.add([*fates, used, retention.fate_of(sealed, closed=closed, held=False, today=today)])
    counting.add([retention.fate_of(over, closed=None, held=False, today=today)])  # a matter of its file is open again
    found = counting.done()
    assert (found.files, found.due.destroys, found.due.seals) == (2, {"secret_box": 1}, {})
    assert (found.held, found.used, found.kept) == ({"matter": 1}, {"matter": 1}, {"practice_record": 2})
    due, until = retention.after(closed, retention._RULES["practice_record"])
    assert until is not None
    months = {one.name: one for one in found.months}
    assert months[f"{due:%Y-%m}"].seals == {"practice_record": 1}
    assert months[f"{due:%Y-%m}"].destroys == {"matter": 1}
    assert sum(one.destroyed for one in found.months) == 1
    years = {one.name: one for one in found.years}
    assert years[f"{until.year}"].destroys["practice_record"] >= 1
    assert sum(one.destroyed for one in found.years) == 3
    assert sum(one.sealed for one in found.years) == 1
    assert max(one.share_destroyed + one.share_sealed for one in found.years) in (99, 100)
    assert sum(line.units for line in calendar.lines(found)) == 1 + (1 + 1) + (3 + 1) + 1 + 1 + 2
