"""The messy workbook: every cell ends as the independently written page says, and none is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from fengni.core.intake.building import build_plan
from fengni.core.intake.plan import Plan
from fengni.core.intake.reading import read_workbook
from fengni.demo import ledger_sheet
from fengni.demo.people import person
from tests.demo.messy_expected import ROWS, Places, careful, first


@pytest.fixture(scope="module")
def untouched() -> Plan:
    return build_plan(read_workbook(ledger_sheet.messy()), demo=True)


@pytest.fixture(scope="module")
def answered(untouched: Plan) -> Plan:
    return build_plan(read_workbook(ledger_sheet.messy()), answers=untouched.default_answers(), demo=True)


def _outcomes(plan: Plan) -> Places:
    return {(line["sheet"], line["cell"]): line["outcome"] for line in plan.as_lines()}


def _differences(plan: Plan, expected: Places) -> list[str]:
    found = _outcomes(plan)
    reasons = {(line["sheet"], line["cell"]): line["reason"] for line in plan.as_lines()}
    return [
        f"{sheet}!{cell}: {found.get((sheet, cell), 'no such cell')} ({reasons.get((sheet, cell), '')}), not {wanted}"
        for (sheet, cell), wanted in sorted((expected | dict.fromkeys(found.keys() - expected, "mentioned")).items())
        if found.get((sheet, cell)) != wanted
    ]


def test_each_cell_ends_as_written_down(untouched: Plan) -> None:
    assert _differences(untouched, first()) == []


def test_each_cell_ends_as_written_down_after_the_careful_answers(answered: Plan) -> None:
    assert _differences(answered, careful()) == []
    assert answered.open_questions() == ()


@pytest.mark.parametrize("which", ["untouched", "answered"])
def test_the_counts_add_up(which: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(which)
    lines = list(plan.as_lines())
    counts = Counter(line["outcome"] for line in lines)
    told = plan.counts_line()["counts"]
    by_outcome = {outcome: counts[outcome] for outcome in ("imported", "asked", "locked", "skipped")}
    assert told == {"rows": ROWS, "cells": len(lines), **by_outcome}
    assert len({(line["sheet"], line["cell"]) for line in lines}) == len(lines)
    assert plan.counts.adds_up


def test_no_password_is_in_the_plan(answered: Plan) -> None:
    fields = [f for record in (*answered.enterprises, *answered.persons) for f in record.fields]
    told = "".join(f.value + f.original + f.proposal for f in fields)
    assert not any(secret in told for secret in ("Sl001#tax", "Qm@2024yl", "Yh2024@sl", "uk0001!"))
    assert len(answered.secrets) == 10 + 2 + 9


def test_a_damaged_number_is_replaced_by_a_whole_one_and_never_repaired(answered: Plan) -> None:
    numbers = {f.value for p in answered.persons for f in p.fields if f.kind == "id_number"}
    assert person(4).id_number in numbers  # the other salesman had it whole
    assert person(6).id_number in numbers
    assert not any(n.endswith("000") for n in numbers)


def test_the_leak_check_counts_what_excel_damaged(untouched: Plan) -> None:
    assert untouched.health.damaged_ids == 2
    assert untouched.health.passwords == 10 + 2 + 9


def test_one_person_in_two_clients_is_one_person(answered: Plan) -> None:
    [same] = [p for p in answered.persons if (f := p.first("id_number")) and f.value == person(2).id_number]
    relations = {(r.enterprise, r.role) for r in answered.relations if r.person == same.key}
    assert len({enterprise for enterprise, _ in relations}) == 2


def test_the_workbooks_are_the_same_in_every_run() -> None:
    assert ledger_sheet.messy() == ledger_sheet.messy()
    assert ledger_sheet.large(50) == ledger_sheet.large(50)
