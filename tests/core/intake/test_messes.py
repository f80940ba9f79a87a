"""Messes 1 to 12: damaged and odd values, headings, clients that stand several times; each has one rule."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from fengni.core import fictitious as made
from fengni.core.intake.plan import Answer, State
from tests.core.intake.making import CODE, FIRM, ID, OTHER_CODE, OTHER_ID, fate, one, planned, value_of

# 1, 2: damaged by the spreadsheet ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [9.90101198802290e17, 990101198802290212, "9.90101E+17", "990101198802290000"])
def test_a_damaged_id_number_is_never_repaired(value: Any) -> None:
    plan = one("法人身份证号", value)
    assert fate(plan, "C2") == "asked.damaged-id"
    number = next(f for f in plan.persons[0].fields if f.kind == "id_number")
    assert (number.state, number.value, number.proposal, number.original) == (State.DAMAGED, "", "", "")
    assert "990101" not in number.hint
    assert plan.health.damaged_ids == 1
    done = one("法人身份证号", value, answers=plan.default_answers())
    assert fate(done, "C2") == "skipped.damaged"
    assert next(f for f in done.persons[0].fields if f.kind == "id_number").state is State.DAMAGED


def test_a_number_that_happens_to_end_in_000_is_right_when_its_check_is() -> None:
    right = next(n for n in (made.id_number("19880229", s) for s in range(0, 1000, 100)) if n[14:17] == "000")
    assert fate(one("法人身份证号", right), "C2") == "imported.as-typed"


# 3: odd characters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "990101 19880229 0212",
        "990101-19880229-0212",
        "９９０１０１１９８８０２２９０２１２",
        "\ufeff990101198802290212",
        "9901011988\u200b02290212",
        "990101198802290212\u00a0",
        "'990101198802290212",
    ],
)
def test_odd_characters_are_normalised_and_remembered(typed: str) -> None:
    plan = one("法人身份证号", typed)
    assert fate(plan, "C2") == "imported.normalised"
    number = plan.persons[0].first("id_number")
    assert number is not None
    assert (number.value, number.original, number.changed) == (ID, typed, True)


@pytest.mark.parametrize("letter", ["x", "Х", "х", "Ｘ"])
def test_every_x_is_the_check_character(letter: str) -> None:
    right = next(n for n in (made.id_number("19850121", s) for s in range(99)) if n.endswith("X"))
    assert value_of(one("法人身份证号", right[:-1] + letter), "id_number") == ("ready", right)


# 4, 5: old and wrong numbers --------------------------------------------------------------------------------------


def test_an_old_number_is_only_proposed_in_its_new_form() -> None:
    old = ID[:6] + ID[8:17]
    plan = one("法人身份证号", old)
    assert fate(plan, "C2") == "asked.old-id"
    number = next(f for f in plan.persons[0].fields if f.kind == "id_number")
    assert (number.state, number.value, number.proposal) == (State.HELD, old, ID)
    assert value_of(one("法人身份证号", old, answers=[Answer("old-id", "keep")]), "id_number") == ("verify", old)
    assert value_of(one("法人身份证号", old, answers=[Answer("old-id", "accept")]), "id_number") == ("ready", ID)


@pytest.mark.parametrize(
    ("number", "positions"),
    [
        (ID[:-1] + "3", (18,)),
        ("990101198802300212", (13, 14)),
        ("990101198813290212", (11, 12)),
        ("990101178802290212", (7, 8, 9, 10)),
        ("970101198802290212", (1, 2)),
    ],
)
def test_a_wrong_number_shows_what_cannot_be_right(number: str, positions: tuple[int, ...]) -> None:
    plan = one("法人身份证号", number)
    assert fate(plan, "C2") == "asked.id-check"
    held = next(f for f in plan.persons[0].fields if f.kind == "id_number")
    assert (held.state, held.value, held.positions, held.proposal) == (State.HELD, number, positions, "")
    kept = one("法人身份证号", number, answers=plan.default_answers())
    assert fate(kept, "C2") == "imported.verify"
    assert value_of(kept, "id_number") == ("verify", number)


@pytest.mark.parametrize("number", [ID[:-1], ID + "1", "12345"])
def test_a_number_of_another_length_is_asked(number: str) -> None:
    assert fate(one("法人身份证号", number), "C2") == "asked.id-length"


def test_a_cell_answer_replaces_what_was_typed() -> None:
    plan = one("法人身份证号", ID[:-1], answers=[Answer("cell:客户!C2", "replace", ID)])
    assert fate(plan, "C2") == "imported.normalised"
    assert value_of(plan, "id_number") == ("ready", ID)


# 6: two people ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["张三/李四", "张三\n李四", "张三、李四", "张三，李四", "张三 李四", "张三和李四"])
def test_two_people_in_a_cell_are_split_when_confirmed(typed: str) -> None:
    rows = [["企业名称", "股东", "股东身份证号", "股东电话"], [FIRM, typed, f"{ID}/{OTHER_ID}", made.mobile(1)]]
    plan = planned(rows)
    assert {fate(plan, c) for c in ("B2", "C2", "D2")} == {"asked.two-people"}
    assert not [p for p in plan.persons if not p.held]
    done = planned(rows, answers=plan.default_answers())
    assert [[f.value for f in p.fields] for p in done.persons] == [["张三", ID, made.mobile(1)], ["李四", OTHER_ID]]
    assert {(r.enterprise, r.person, r.role) for r in done.relations} == {
        ("e1", "p1", "shareholder"), ("e1", "p2", "shareholder"),
    }  # fmt: skip


# 7: telephones ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "reason", "values"),
    [
        ("15400000001", "as-typed", [("mobile", "15400000001")]),
        (15400000001, "as-typed", [("mobile", "15400000001")]),
        ("+86 154-0000-0001", "normalised", [("mobile", "15400000001")]),
        ("15400000001(微信同号)", "normalised", [("mobile", "15400000001")]),
        ("15400000001/15400000002", "split", [("mobile", "15400000001"), ("mobile", "15400000002")]),
        ("15400000001 15400000002", "split", [("mobile", "15400000001"), ("mobile", "15400000002")]),
        ("老板15400000001，财务0990-1234567", "split", [("mobile", "15400000001"), ("landline", "0990-1234567")]),
        ("0990-12345678-801", "normalised", [("landline", "0990-12345678-801")]),
        ("(0990)1234567转801", "normalised", [("landline", "0990-1234567-801")]),
        ("400-800-0001", "normalised", [("landline", "400-800-0001")]),
        ("+852 5555 0001", "normalised", [("mobile", "+85255550001")]),
    ],
)
def test_telephones_are_split_and_told_apart(typed: Any, reason: str, values: list[tuple[str, str]]) -> None:
    plan = one("法人电话", typed, demo=False)  # a demo takes the fictitious prefix only
    fields = [(f.kind, f.value) for f in plan.persons[0].fields if f.kind in ("mobile", "landline")]
    assert fields == values
    assert fate(plan, "C2") in {f"imported.{reason}", "imported.as-typed"}


@pytest.mark.parametrize("typed", ["1540000000", "154000000012", "1.54E+10", "微信号 example"])
def test_what_is_no_telephone_is_asked(typed: str) -> None:
    assert fate(one("法人电话", typed), "C2") == "asked.phone"


# 8: headings ------------------------------------------------------------------------------------------------------


def test_titles_groups_totals_and_remarks_are_told_from_data() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:F1")
        sheet.merge_cells("B3:D3")
        sheet.merge_cells("A5:F5")

    heading = ["企业名称", "法定代表人", None, None, "注册资本（万元）", "备注"]
    rows = [
        ["2024 年客户台账"], [], heading, [None, "姓名", "证件号码", "电话", None, None], ["一、老客户"],
        [FIRM, "陆知衡", ID, made.mobile(1), 100, "无"], heading,
        ["示例·乙有限公司", "沈若溪", OTHER_ID, made.mobile(2), 50, "正常"], ["合 计", None, None, None, 150, None],
        ["制表人：某某"],
    ]  # fmt: skip
    plan = planned(rows, merge)
    assert fate(plan, "A1") == "skipped.title"
    assert {fate(plan, c) for c in ("A3", "B3", "B4", "C4", "A7", "E7")} == {"skipped.heading"}
    assert fate(plan, "A5") == "skipped.section"
    assert fate(plan, "E9") == "skipped.subtotal"
    assert fate(plan, "A10") == "skipped.footer"
    assert {c.target for c in plan.columns} == {
        "enterprise.company_name", "legal_representative.name", "legal_representative.id_number",
        "legal_representative.mobile", "enterprise.registered_capital", "enterprise.note",
    }  # fmt: skip
    assert {c.header_row for c in plan.columns} == {4}
    assert plan.counts.rows == 2
    assert value_of(plan, "registered_capital") == ("ready", "100万元")


def test_a_merged_enterprise_holds_for_its_rows() -> None:
    rows = [["企业名称", "股东", "身份证号"], [FIRM, "陆知衡", ID], [None, "沈若溪", OTHER_ID]]
    plan = planned(rows, lambda sheet: sheet.merge_cells("A2:A3"))
    assert [(r.enterprise, r.role) for r in plan.relations] == [("e1", "shareholder")] * 2


def test_a_row_without_an_enterprise_is_asked() -> None:
    rows = [["企业名称", "股东", "身份证号"], [FIRM, "陆知衡", ID], [None, "沈若溪", OTHER_ID]]
    plan = planned(rows)
    assert fate(plan, "B3") == fate(plan, "C3") == "asked.no-enterprise"
    above = planned(rows, answers=[Answer("no-enterprise", "above")])
    assert [(r.enterprise, r.person) for r in above.relations] == [("e1", "p1"), ("e1", "p2")]
    alone = planned(rows, answers=plan.default_answers())
    assert [(r.enterprise, r.person) for r in alone.relations] == [("e1", "p1"), ("", "p2")]


def test_a_list_without_headings_is_read_by_its_values() -> None:
    plan = planned([[FIRM, "陆知衡", ID, made.mobile(1)], ["示例·乙有限公司", "沈若溪", OTHER_ID, made.mobile(2)]])
    assert [c.target for c in plan.columns] == [
        "enterprise.company_name", "contact.name", "contact.id_number", "contact.mobile",
    ]  # fmt: skip
    assert {o.outcome.value for o in plan.outcomes} == {"imported"}


def test_values_win_over_a_wrong_heading() -> None:
    plan = planned([["企业名称", "法人", "电话"], [FIRM, "陆知衡", ID], ["示例·乙有限公司", "沈若溪", OTHER_ID]])
    assert (plan.columns[2].target, plan.columns[2].by) == ("legal_representative.id_number", "values")


def test_a_value_of_another_column_is_asked() -> None:
    plan = planned([["企业名称", "法人", "电话"], [FIRM, "陆知衡", made.mobile(1)], ["示例·乙有限公司", "沈若溪", ID]])
    assert fate(plan, "C3") == "asked.other-kind"


# 9, 10: the same client several times -----------------------------------------------------------------------------


def test_one_code_is_one_enterprise_over_all_sheets() -> None:
    plan = planned({
        "2023": [["企业名称", "信用代码", "地址"], [FIRM, CODE, "示例省示例市演示区样例路1号"]],
        "2024": [["客户", "税号", "地址"], ["示例·甲 有限公司", CODE, "示例省示例市演示区样例路2号"]],
        "客户": [["公司名称", "备注"], [FIRM, "老客户"]],
    })  # fmt: skip
    assert len(plan.enterprises) == 1
    assert len(plan.enterprises[0].rows) == 3
    assert fate(plan, "B2", "2024") == "imported.same"
    assert fate(plan, "C2", "2024") == "asked.conflict"
    question = next(q for q in plan.questions if q.id == "conflict:registered_address")
    assert (question.count, question.default) == (1, "first")


@pytest.mark.parametrize(("choice", "kept"), [("first", "1号"), ("last", "2号")])
def test_the_survivor_of_a_conflict_is_chosen(choice: str, kept: str) -> None:
    rows = [["企业名称", "信用代码", "地址"], [FIRM, CODE, "示例路1号"], [FIRM, CODE, "示例路2号"]]
    plan = planned(rows, answers=[Answer("conflict:registered_address", choice)])
    found = plan.enterprises[0].first("registered_address")
    assert found is not None
    assert found.value.endswith(kept)
    assert [fate(plan, c) for c in ("C2", "C3")].count("skipped.other-kept") == 1


def test_spellings_former_and_short_names_are_one_enterprise() -> None:
    plan = planned([
        ["企业名称", "曾用名", "信用代码", "法人", "法人电话"],
        ["示例（北部）样例科技有限公司", "示例·旧名有限公司", CODE, "陆知衡", made.mobile(1)],
        ["示例(北部)样例科技有限责任公司", None, CODE, None, None],
        ["示例·旧名有限公司", None, None, None, None],
        ["样例科技", None, None, "陆知衡", made.mobile(1)],
        ["样例科技", None, None, None, None],
    ])  # fmt: skip
    assert fate(plan, "A3") == "imported.alias"
    assert fate(plan, "A4") == "imported.same"
    assert fate(plan, "A5") == "imported.alias"
    assert fate(plan, "A6") == "asked.maybe-same"
    assert [e.held for e in plan.enterprises] == [False, True]


def test_the_former_name_in_brackets_is_split_off() -> None:
    plan = planned([["企业名称", "备注"], ["示例·新名有限公司（原示例·旧名有限公司）", "正常"]])
    assert fate(plan, "A2") == "imported.split"
    assert [(f.kind, f.value) for f in plan.enterprises[0].fields][:2] == [
        ("company_name", "示例·新名有限公司"), ("former_name", "示例·旧名有限公司"),
    ]  # fmt: skip


def test_different_codes_are_never_joined() -> None:
    rows = [["企业名称", "信用代码"], [FIRM, CODE], [FIRM, OTHER_CODE]]
    plan = planned(rows)
    assert fate(plan, "A3") == fate(plan, "B3") == "asked.same-name"
    done = planned(rows, answers=plan.default_answers())
    assert [e.first("uscc").value for e in done.enterprises if not e.held] == [CODE, OTHER_CODE]  # type: ignore[union-attr]


def test_a_branch_is_an_enterprise_of_its_own() -> None:
    plan = planned([["企业名称", "信用代码"], [FIRM, CODE], ["示例·甲有限公司样例分公司", OTHER_CODE]])
    assert len(plan.enterprises) == 2
    assert {o.outcome.value for o in plan.outcomes if o.cell[1] != "1"} == {"imported"}


def test_another_name_for_the_same_code_is_asked() -> None:
    rows = [["企业名称", "信用代码"], [FIRM, CODE], ["示例·乙有限公司", CODE]]
    assert fate(planned(rows), "A3") == "asked.name-differs"
    last = planned(rows, answers=[Answer("name-differs", "last")]).enterprises[0]
    assert [(f.kind, f.value) for f in last.fields if f.kind != "uscc"] == [
        ("former_name", FIRM), ("company_name", "示例·乙有限公司"),
    ]  # fmt: skip


# 11: codes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "reason", "proposal"),
    [
        (CODE.lower(), "imported.normalised", ""),
        (CODE.replace("0", "O"), "asked.code-suggestion", CODE),
        (CODE.replace("1", "I", 1), "asked.code-suggestion", CODE),
        (CODE[:-1], "asked.code-length", ""),
        (CODE[:-1] + "8", "asked.code-check", ""),
        ("99010100000123", "asked.code-length", ""),
    ],
)
def test_codes_are_checked_and_only_a_single_reading_is_suggested(typed: str, reason: str, proposal: str) -> None:
    plan = one("统一社会信用代码", typed)
    assert fate(plan, "C2") == reason
    assert next(f for f in plan.enterprises[0].fields if f.kind == "uscc").proposal == proposal


def test_an_old_registration_number_keeps_its_own_kind() -> None:
    assert value_of(one("统一社会信用代码", "990101000001234"), "registration_number") == ("ready", "990101000001234")


def test_a_code_kept_as_a_number_is_damaged() -> None:
    assert fate(one("统一社会信用代码", 9.1990101e17), "C2") == "asked.damaged-code"


# 12: dates and amounts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (45296, "2024-01-05"), ("45296", "2024-01-05"), (datetime.date(2024, 1, 5), "2024-01-05"),
        ("2024.1.5", "2024-01-05"), ("2024/01/05", "2024-01-05"), ("20240105", "2024-01-05"), (20240105, "2024-01-05"),
        ("2024年1月5日", "2024-01-05"), ("二〇二四年一月五日", "2024-01-05"), ("二〇二四年一月", "2024-01"),
        ("2024年1月", "2024-01"), ("13/1/2024", "2024-01-13"), ("长期", "长期"), ("2024-01-05 00:00:00", "2024-01-05"),
    ],
)  # fmt: skip
def test_dates_with_one_reading_are_read(typed: Any, value: str) -> None:
    assert value_of(one("成立日期", typed), "established_on") == ("ready", value)


@pytest.mark.parametrize("typed", ["24/1/5", "1/5/2024", 2024.1, "2023-02-30", "去年"])
def test_other_dates_are_asked(typed: Any) -> None:
    plan = one("成立日期", typed)
    assert fate(plan, "C2") == "asked.date"
    assert fate(one("成立日期", typed, answers=plan.default_answers()), "C2") == "skipped.answered"


def test_the_order_of_a_date_may_be_told() -> None:
    assert value_of(one("成立日期", "24/1/5", answers=[Answer("date", "ymd")]), "established_on")[1] == "2024-01-05"
    assert fate(one("成立日期", "去年", answers=[Answer("date", "ymd")]), "C2") == "asked.date"


def test_a_span_gives_both_ends() -> None:
    assert value_of(one("营业期限", "2020-01-01 至 2040-01-01"), "valid_until")[1] == "2040-01-01"
    plan = one("服务期限", "2024.1.1-2024.12.31".replace("-", "至"))
    assert value_of(plan, "service_from")[1] == "2024-01-01"
    assert value_of(plan, "service_until")[1] == "2024-12-31"


@pytest.mark.parametrize(
    ("heading", "typed", "value"),
    [
        ("注册资本", "100万元", "100万元"),
        ("注册资本", "人民币壹佰万元整", "100万元"),
        ("注册资本", "1,000,000元", "100万元"),
        ("注册资本（万元）", 100, "100万元"),
        ("注册资本", 1000000, "100万元"),
        ("注册资本(元)", 500, "0.05万元"),
        ("注册资本", "50万美元", "50万美元"),
        ("注册资本", "1亿元", "10000万元"),
        ("注册资本", "叁佰伍拾万元", "350万元"),
    ],
)
def test_capital_is_given_in_ten_thousands(heading: str, typed: Any, value: str) -> None:
    assert value_of(one(heading, typed), "registered_capital") == ("ready", value)


def test_an_amount_without_a_unit_is_asked() -> None:
    assert fate(one("注册资本", 100), "C2") == "asked.amount"
    chosen = one("注册资本", 100, answers=[Answer("amount", "ten-thousand")])
    assert value_of(chosen, "registered_capital")[1] == "100万元"
