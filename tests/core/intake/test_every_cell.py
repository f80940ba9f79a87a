"""Whatever stands in a workbook, each cell has one outcome, nothing raises, and planning again gives the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengni.core import fictitious as made
from fengni.core.errors import BadInput
from fengni.core.intake.asking import CHOICES, base
from fengni.core.intake.building import build_plan
from fengni.core.intake.names import name_key, person_key
from fengni.core.intake.plan import Answer, Outcome, Plan, State
from fengni.core.intake.values import Setting, quick_reader, read_value
from fengni.core.intake.workbook import Attached, Cell, CellKind, Sheet, Workbook, address
from fengni.core.vault.blind_index import normalise
from fengni.core.vault.catalogue import ELEMENTS
from fengni.definitions import has_text

_HEADING_WORDS = """
企业名称 信用代码 法定代表人 法人身份证号 电话 股东1 股东1身份证 股东2 备注 民族 注册资本 成立日期 网银密码 登录账号
序号 神秘列 服务期限 邮箱 对公账户 简称 曾用名 姓名 身份证
"""
_VALUE_WORDS = """
示例·甲有限公司 示例·乙有限公司 示例(甲)有限公司 甲 示例·甲有限公司（原示例·丙有限公司） 990101880229021 15400000001
990101198802290000 9.9E+17 张三/李四 张三 陆知衡 15400000001/15400000002 1540 密码:abc123 24/1/5 2024-01-05 长期
100万 100 无 - 合计 a@example.com =1+1 汉 1 企业名称 姓名 2020-01-01至2024-01-01 Abc12345! 制表人：某 #N/A
"""
_VALUES = [
    *_VALUE_WORDS.split(), " ", "\u200b", made.uscc(1), made.uscc(2), made.uscc(1).replace("0", "O"),
    made.id_number("19880229", 21), made.id_number("19790314", 23), made.bank_account(3),
]  # fmt: skip
_NUMBERS = ["45292", "1.5", "990101198802290000", "2024-01-05", "100", "9.9e+17"]
_KINDS = [*[CellKind.TEXT] * 16, CellKind.NUMBER, CellKind.DATE, CellKind.PENDING]


def random_workbook(seed: int) -> Workbook:
    """Sheets with headings somewhere or nowhere, holes, hidden parts, merged cells, colours and things on cells."""
    chance = random.Random(seed)
    sheets = []
    for number in range(chance.randint(1, 3)):
        cells = list(_cells(chance, chance.randint(1, 7), chance.randint(1, 9), chance.randint(0, 3)))
        kinds = chance.choices(["comment", "picture", "shape", "validation", "page"], k=chance.randint(0, 3))
        merged = [(chance.randint(1, 4), chance.randint(1, 3)) for _ in range(chance.randint(0, 2))]
        sheets.append(
            Sheet(
                f"表{number}",
                tuple(cells),
                visibility=chance.choice(["visible", "visible", "hidden", "very-hidden"]),
                attached=tuple(
                    Attached(f"A{n}#{kind}{n}", kind, n, 1, chance.choice(_VALUES), content=b"x")
                    for n, kind in enumerate(kinds, 1)
                ),
                hidden_rows=frozenset(chance.sample(range(1, 9), chance.randint(0, 1))),
                hidden_columns=frozenset(chance.sample(range(1, 8), chance.randint(0, 1))),
                merged=tuple((r, c, r + chance.randint(0, 2), c + chance.randint(0, 2)) for r, c in merged),
            )
        )
    return Workbook(tuple(sheets), "xlsx", names=(Attached("#name1", "name", text='"x"'),))


def _cells(chance: random.Random, width: int, height: int, heading_row: int) -> Iterator[Cell]:
    for row in range(1, height + 1):
        for column in range(1, width + 1):
            kind = chance.choice(_KINDS)
            text = chance.choice(_HEADING_WORDS.split() if row == heading_row else [*_VALUES, "", ""])
            if text == "#N/A":
                kind = CellKind.ERROR
            if kind in (CellKind.NUMBER, CellKind.DATE):
                text = chance.choice(_NUMBERS)
            if kind is CellKind.PENDING:
                text = ""
            if text or kind is CellKind.PENDING:
                formula = kind is CellKind.PENDING or chance.random() < 0.1
                fill = chance.choice(["", "", "", "FFFF0000", "theme4"])
                yield Cell(row, column, text, kind, address(row, column), formula, fill)


workbooks = st.integers(0, 2**40).map(random_workbook)


def accounts_for_everything(workbook: Workbook, plan: Plan) -> None:
    wanted = [(s.name, c.label) for s in workbook.sheets for c in s.cells]
    wanted += [(s.name, a.label) for s in workbook.sheets for a in s.attached] + [("", "#name1")]
    assert sorted((o.sheet, o.cell) for o in plan.outcomes) == sorted(wanted)
    assert plan.counts.adds_up
    assert plan.counts.cells == len(wanted)
    for outcome in plan.outcomes:
        assert outcome.reason.split(".")[1] == outcome.outcome.value
        assert has_text(outcome.reason), outcome.reason


@given(workbooks)
@settings(max_examples=150)
def test_every_cell_has_one_outcome_and_every_asked_cell_its_question(workbook: Workbook) -> None:
    plan = build_plan(workbook, demo=True)
    accounts_for_everything(workbook, plan)
    asked = {(o.sheet, o.cell) for o in plan.outcomes if o.outcome is Outcome.ASKED}
    assert asked <= {tuple(p) for q in plan.open_questions() for p in q.places}
    kept = {o.cell for o in plan.outcomes if o.outcome in (Outcome.LOCKED,)} & {s.place.cell for s in plan.secrets}
    assert {s.place.cell for s in plan.secrets} == kept
    fields = [f for r in (*plan.enterprises, *plan.persons) for f in r.fields]
    assert all(f.kind in ELEMENTS for f in fields)
    assert all(not f.value for f in fields if f.state is State.DAMAGED)
    stored = {tuple(f.place) for f in fields if f.state in (State.READY, State.VERIFY)}
    of_outcome = {(o.sheet, o.cell): o.outcome for o in plan.outcomes}
    assert all(of_outcome[p] is Outcome.IMPORTED for p in stored)
    assert all(q.default == q.choices[0] and has_text(q.code) for q in plan.questions)
    known = {e.key for e in plan.enterprises} | {""}, {p.key for p in plan.persons}
    assert all(r.enterprise in known[0] and r.person in known[1] for r in plan.relations)


@given(workbooks, st.integers(0, 2**40))
@settings(max_examples=100)
def test_any_answers_keep_the_account_and_give_the_same_again(workbook: Workbook, seed: int) -> None:
    first = build_plan(workbook, demo=True)
    assert build_plan(workbook, demo=True) == first
    chance = random.Random(seed)
    answers = [Answer(q.id, chance.choice(q.choices), "标签") for q in first.questions]
    second = build_plan(workbook, demo=True, answers=answers)
    accounts_for_everything(workbook, second)
    assert {q.id: q.chosen for q in second.questions if q.id in {a.question for a in answers}} == {
        a.question: a.choice for a in answers if a.question in {q.id for q in second.questions}
    }
    assert build_plan(workbook, demo=True, answers=answers) == second


@given(workbooks)
@settings(max_examples=80)
def test_careful_answers_leave_nothing_open_for_long(workbook: Workbook) -> None:
    answers: list[Answer] = []
    for _ in range(4):
        plan = build_plan(workbook, demo=True, answers=answers)
        if not plan.open_questions():
            break
        answers += plan.default_answers()
    accounts_for_everything(workbook, plan)
    assert not plan.open_questions()
    assert plan.counts.asked == 0


@given(st.sampled_from(_VALUES) | st.text(max_size=8), st.sampled_from(sorted(ELEMENTS)), st.booleans(), st.booleans())
@settings(max_examples=200)
def test_the_short_test_agrees_with_reading_properly(text: str, kind: str, number: bool, demo: bool) -> None:
    quick = quick_reader(kind, demo=demo)
    if quick is not None and quick(text):
        parsed = read_value(kind, text, Setting(demo=demo))
        assert (parsed.values, parsed.question, parsed.skip) == (((kind, text),), "", "")
    assert read_value(kind, text, Setting(demo, number)) is not None


@given(st.text(max_size=12) | st.text("示例·（）() ａAb1", max_size=12))
def test_name_keys_are_those_of_the_index(name: str) -> None:
    for key, kind in ((name_key, "company_name"), (person_key, "name")):
        try:
            wanted = normalise(kind, name)
        except BadInput:
            wanted = ""
        assert key(name) == wanted


def test_every_question_and_choice_has_its_sentence() -> None:
    for question, choices in CHOICES.items():
        assert has_text(f"intake.question.{question}")
        assert all(has_text(f"intake.choice.{c}") for c in choices)
        assert question in ("unknown", "colour") or has_text(f"intake.asked.{question}")
    assert base("unknown:1!B") == "unknown"


@pytest.mark.parametrize("given", [{"answers": [Answer("date", "nonsense")]}, {"mapping": {"表!A": "person.unknown"}}])
def test_a_choice_or_target_that_does_not_exist_is_refused(given: dict[str, Any]) -> None:
    cells = tuple(
        Cell(r, c, text, CellKind.TEXT, address(r, c))
        for r, row in enumerate([["成立日期", "企业名称"], ["24/1/5", "示例·甲有限公司"]], 1)
        for c, text in enumerate(row, 1)
    )
    with pytest.raises(BadInput):
        build_plan(Workbook((Sheet("表", cells),), "csv"), demo=True, **given)


def test_nothing_personal_shows_in_a_repr() -> None:
    name, number = "陆知衡", made.id_number("19880229", 21)
    rows = [["企业名称", "法定代表人", "身份证号"], ["示例·甲有限公司", name, number]]
    rows.append(["示例·乙有限公司", "沈若溪", number[:-1]])
    cells = tuple(
        Cell(r, c, t, CellKind.TEXT, address(r, c)) for r, row in enumerate(rows, 1) for c, t in enumerate(row, 1)
    )
    workbook = Workbook((Sheet("表", cells),), "csv")
    plan = build_plan(workbook, demo=True)
    shown = repr(workbook) + repr(plan) + repr(plan.enterprises) + repr(plan.persons) + repr(plan.columns) + repr(cells)
    shown += "".join(q.id + repr(q) for q in plan.questions) + "".join(map(repr, plan.rows))
    assert name not in shown
    assert number[:-1] not in shown
