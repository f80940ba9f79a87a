"""Budgets of releases: per act, person and hour; what goes beyond is refused whole, counted nowhere else, and seen."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from fengni.core.errors import Denied
from fengni.core.vault.custody.requests import WrappedKey
from fengni.core.vault.suites import Suite
from fengni.keys.budgets import Budgets, Limits, Row, defined
from tests.keys.running import KeyProcess

TENANT, OTHER = UUID(int=1), UUID(int=2)
READING, OTHERS = "purpose.fill_form", "vault:client:create"
LIMITS = Limits(
    rows=(Row("reading", "purpose.", act=10, hour=25), Row("other", "", act=100, hour=100)), person=12, mass=5
)


class Hours:
    """The time of a test, in seconds."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def _refused(code: str, budgets: Budgets, tenant: UUID, entry: UUID, purpose: str, persons: list[UUID | None]) -> None:
    before = budgets.withheld
    with pytest.raises(Denied) as refusal:
        budgets.spend(tenant, entry, purpose, persons)
    assert refusal.value.code == code
    assert budgets.withheld == before + 1


def test_an_act_a_person_and_an_hour_have_each_their_own_end() -> None:
    budgets, act, person = Budgets(LIMITS, Hours()), uuid4(), uuid4()
    budgets.spend(TENANT, act, READING, [person] * 9)
    _refused("keys.budget-act", budgets, TENANT, act, READING, [None] * 2)
    budgets.spend(TENANT, act, READING, [None])  # a refused request has spent nothing
    _refused("keys.budget-act", budgets, TENANT, act, READING, [None])
    _refused("keys.budget-person", budgets, TENANT, uuid4(), READING, [person] * 4)
    _refused("keys.budget-person", budgets, TENANT, uuid4(), OTHERS, [person, *[None] * 5, *[person] * 3])
    budgets.spend(OTHER, act, READING, [uuid4()] * 3)  # another tenant's acts are others
    budgets.spend(TENANT, uuid4(), READING, [person] * 3)
    budgets.spend(TENANT, uuid4(), READING, [uuid4() for _ in range(10)])
    _refused("keys.budget-hour", budgets, TENANT, uuid4(), READING, [None] * 3)
    budgets.spend(TENANT, uuid4(), READING, [None] * 2)
    _refused("keys.budget-hour", budgets, TENANT, uuid4(), READING, [None])
    budgets.spend(TENANT, uuid4(), OTHERS, [None] * 100)  # another kind has another hour
    _refused("keys.budget-hour", budgets, TENANT, uuid4(), OTHERS, [None])
    assert budgets.mass == 3  # one act of ten in one request, one in two, one of a hundred


def test_what_was_spent_comes_back_after_an_hour_minute_by_minute() -> None:
    clock = Hours()
    budgets = Budgets(LIMITS, clock)
    for _ in range(5):
        budgets.spend(TENANT, uuid4(), READING, [None] * 5)
        clock.now += 600
    _refused("keys.budget-hour", budgets, TENANT, uuid4(), READING, [None])
    clock.now += 599
    _refused("keys.budget-hour", budgets, TENANT, uuid4(), READING, [None])
    clock.now += 60  # the first five are an hour old
    budgets.spend(TENANT, uuid4(), READING, [None] * 5)
    _refused("keys.budget-hour", budgets, TENANT, uuid4(), READING, [None])
    clock.now += 7200
    budgets.spend(TENANT, uuid4(), READING, [None] * 10)
    assert len(budgets._sums) == 2  # nothing of the hours before is kept


def test_the_defined_budgets_leave_room_for_the_sizes_that_exist() -> None:
    limits = defined()
    assert limits.of("imports:job:run").name == limits.of("imports.job").name == "imports"
    assert limits.of("purpose.fill_form").name == "reading"
    assert limits.of("disposals:disposal:run").name == limits.of("").name == "other"
    assert all(limits.mass < row.act <= row.hour for row in limits.rows)
    budgets = Budgets(limits)
    persons = [UUID(int=number) for number in range(1, 10_001)]
    for act in (uuid4(), uuid4()):  # a list of 10,000 persons with four units each, and the same list again
        for _ in range(8):
            budgets.spend(TENANT, act, "imports:job:run", persons[:5_000])
    budgets.spend(TENANT, uuid4(), READING, persons[5_000:])  # an export of a thousand clients
    assert (budgets.mass, budgets.withheld) == (3, 0)


def test_the_key_process_refuses_what_goes_beyond_and_counts_only_what_left(keys: KeyProcess) -> None:
    tenant, unit, person, limits = uuid4(), uuid4(), uuid4(), defined()
    made = keys.custodian.new_units(tenant, Suite.AES_256_GCM, [unit])
    one = WrappedKey(unit, made.epoch, made.wrapped[0], made.commitments[0], person)
    ask = keys.custodian.unwrap
    for size in (limits.person - 1, 1):
        assert len(ask(tenant, Suite.AES_256_GCM, [one] * size, entry=uuid4(), purpose=READING)) == size
    with pytest.raises(Denied) as refusal:
        ask(tenant, Suite.AES_256_GCM, [one], entry=uuid4(), purpose=READING)
    assert (refusal.value.code, refusal.value.params) == ("keys.budget-person", {"most": limits.person})
    assert len(ask(tenant, Suite.AES_256_GCM, [one._replace(person=None)], entry=uuid4(), purpose=READING)) == 1
    seen = keys.custodian.status()
    assert (seen.withheld, seen.mass, seen.refused, seen.releases) == (1, 1, 1, limits.person + 1)
    assert keys.custodian.releases(tenant, [person]) == [limits.person]
