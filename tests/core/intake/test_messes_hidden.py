"""Messes 13 to 22: passwords, hidden things, colours, names, fictitious numbers, one person in many places."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from fengni.core import fictitious as made
from fengni.core.intake.building import build_plan
from fengni.core.intake.identifiers import id_check
from fengni.core.intake.plan import Answer, FieldValue, Plan
from fengni.core.intake.reading import read_workbook
from fengni.core.intake.workbook import Attached, Cell, CellKind, Sheet, Workbook
from tests.core.intake.making import CODE, FIRM, ID, OTHER_ID, PNG, fate, one, planned, saved, value_of

# 13: passwords ----------------------------------------------------------------------------------------------------

SECRET = "Zq7-Example!"


def test_passwords_are_locked_wherever_they_stand_and_never_in_the_plan() -> None:
    def hang(sheet: Worksheet) -> None:
        sheet["A3"].comment = Comment(f"网银密码：{SECRET}", "某")

    rows = [
        [f"客户台账 密码 {SECRET}"],
        ["企业名称", "电子税务局账号", "电子税务局密码", "网银密码", "Ukey密码", "备注"],
        [FIRM, "user1", SECRET, SECRET, SECRET, f"工商登录密码:{SECRET}，请保密"],
        ["示例·乙有限公司", "无", "无", None, None, "密码已重置"],
    ]
    plan = planned(rows, hang)
    assert [fate(plan, c) for c in ("A1", "B3", "C3", "F3", "A3#comment")] == [
        "locked.in-text", "locked.login", "locked.password", "locked.in-text", "locked.in-text",
    ]  # fmt: skip
    assert [fate(plan, c) for c in ("B4", "C4", "F4")] == [
        "skipped.placeholder", "skipped.placeholder", "imported.as-typed",
    ]  # fmt: skip
    assert {(s.place.cell, s.service, s.enterprise) for s in plan.secrets} == {
        ("A1", "other", ""), ("C3", "tax", "e1"), ("D3", "bank", "e1"), ("E3", "ukey", "e1"), ("F3", "registry", "e1"),
        ("A3#comment", "bank", "e1"),
    }  # fmt: skip
    assert plan.health.passwords == 6
    everything = [*plan.outcomes, *plan.questions, *plan.secrets, *plan.columns, *plan.rows]
    everything += [tuple(f) for r in (*plan.enterprises, *plan.persons) for f in r.fields]
    assert SECRET not in "".join(str(vars_of(x)) for x in everything)


def vars_of(thing: Any) -> Any:
    """All that a value holds, also what its repr leaves out."""
    return tuple(thing) if isinstance(thing, tuple) else [getattr(thing, name) for name in thing.__slots__]


# 14 to 17: pictures, hidden things, formulas, colours -------------------------------------------------------------


def test_pictures_on_rows_are_asked_about_and_taken_along_on_request() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, ["企业名称", "备注"])
    sheet.write_row(1, 0, [FIRM, "正常"])
    sheet.insert_image("B2", "card.png", {"image_data": io.BytesIO(PNG)})
    sheet.insert_textbox("D4", "文本框")
    book.close()
    workbook = read_workbook(target.getvalue())
    plan = build_plan(workbook, demo=True)
    assert [fate(plan, c) for c in ("B2#picture1", "D4#shape2")] == ["asked.picture", "skipped.text-box"]
    assert (plan.health.pictures, plan.materials) == (1, ())
    wanted = build_plan(workbook, demo=True, answers=[Answer("picture", "material")])
    assert fate(wanted, "B2#picture1") == "imported.material"
    assert [(m.place.cell, m.media_type, m.size, m.enterprise) for m in wanted.materials] == [
        ("B2#picture1", "image/png", len(PNG), "e1"),
    ]  # fmt: skip


def test_a_picture_without_a_file_to_lie_in_is_not_said_to_be_imported() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, ["企业名称", "统一社会信用代码"])
    sheet.write_row(1, 0, ["", CODE[:-1] + ("0" if CODE[-1] != "0" else "1")])  # an enterprise that is asked about
    sheet.write_row(2, 0, [FIRM, CODE])
    for cell in ("A2", "A3", "D9"):
        sheet.insert_image(cell, "card.png", {"image_data": io.BytesIO(PNG)})
    book.close()
    plan = build_plan(read_workbook(target.getvalue()), demo=True, answers=[Answer("picture", "material")])
    assert {e.held for e in plan.enterprises} == {True, False}
    assert [fate(plan, c) for c in ("A2#picture1", "A3#picture2", "D9#picture3")] == [
        "asked.picture-waits", "imported.material", "skipped.picture-nowhere",
    ]  # fmt: skip
    assert [m.place.cell for m in plan.materials] == ["A3#picture2"]
    assert plan.counts.adds_up


def test_a_picture_whose_content_the_file_does_not_hold_is_left_out() -> None:
    sheet = Sheet(
        "客户",
        (Cell(1, 1, "企业名称", CellKind.TEXT, "A1"), Cell(2, 1, FIRM, CellKind.TEXT, "A2")),
        attached=(Attached("A2#picture1", "picture", 2, 1, media_type="image/png"),),
    )
    plan = build_plan(Workbook((sheet,), "xlsx"), demo=True, answers=[Answer("picture", "material")])
    assert (fate(plan, "A2#picture1"), plan.materials) == ("skipped.picture-empty", ())


@pytest.mark.parametrize(
    "text", ["(" * 9999, "密码" * 9999, "a" * 9999 + "密码", "（原" * 9999, "张/" * 9999, "1" * 9999]
)
def test_an_overlong_text_is_planned_like_any_other(text: str) -> None:
    headings = ["企业名称", "信用代码", "法人", "法人身份证号", "电话", "成立日期", "注册资本", "邮箱", "备注"]
    plan = planned([headings, [text] * len(headings), [FIRM]])
    assert plan.counts.cells == 2 * len(headings) + 1


def test_hidden_places_are_asked_about_and_never_taken_silently() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    rows = [
        ["企业名称", "备注", "法人", "税务密码"],
        [FIRM, "正常", "陆知衡", "Ab123456"],
        ["示例·乙有限公司", "正常", "沈若溪", "Ab123456"],
    ]
    plan = planned(rows, hide)
    assert [fate(plan, c) for c in ("A2", "C2", "A3", "C3", "D3", "C1")] == [
        "imported.as-typed", "asked.hidden-column", "asked.hidden-row", "asked.hidden-row", "locked.password",
        "skipped.heading",
    ]  # fmt: skip
    assert (plan.health.hidden_rows, plan.health.hidden_columns, plan.health.hidden) == (1, 1, 2)
    done = planned(rows, hide, answers=plan.default_answers())
    assert [fate(done, c) for c in ("C2", "A3")] == ["imported.as-typed"] * 2
    refused = planned(rows, hide, answers=[Answer("hidden-row", "skip"), Answer("hidden-column", "skip")])
    assert [fate(refused, c) for c in ("C2", "A3", "D3")] == ["skipped.hidden", "skipped.hidden", "locked.password"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_asked_about(state: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["企业名称", "备注"])
    sheet = book.create_sheet("旧")
    sheet.append(["企业名称", "备注"])
    sheet.append([FIRM, "正常"])
    sheet.sheet_state = state
    workbook = read_workbook(saved(book))
    plan = build_plan(workbook, demo=True)
    assert fate(plan, "A2", "旧") == "asked.hidden-sheet"
    assert fate(build_plan(workbook, demo=True, answers=plan.default_answers()), "A2", "旧") == "skipped.hidden"
    assert not [e for e in plan.enterprises if not e.held]


def test_formulas_count_by_their_value_and_errors_have_none() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户"
    sheet.append(["企业名称", "注册资本（万元）", "备注"])
    sheet.append([FIRM, "=1+1", "#REF!"])
    plan = build_plan(read_workbook(saved(book)), demo=True)
    assert fate(plan, "B2") == "asked.not-computed"
    assert fate(plan, "C2") == "skipped.error-value"
    assert (plan.health.formulas, plan.health.error_cells) == (1, 1)


def test_text_that_looks_like_a_formula_stays_text() -> None:
    workbook = read_workbook(f'企业名称,备注\n{FIRM},=HYPERLINK("http://example.com")\n'.encode())
    plan = build_plan(workbook, demo=True)
    assert fate(plan, "B2", "Sheet1") == "imported.as-typed"


def test_a_colour_on_some_rows_becomes_a_tag_when_somebody_says_what_it_means() -> None:
    def paint(sheet: Worksheet) -> None:
        sheet["A2"].fill = PatternFill("solid", fgColor="FFFF0000")
        for row in range(1, 6):
            sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FF00FF00")

    rows = [["企业名称", "备注"], *[[f"示例·{n}号有限公司", "正常"] for n in "甲乙丙丁"]]
    plan = planned(rows, paint)
    assert [(q.id, q.count, q.default) for q in plan.questions] == [("colour:FFFF0000", 1, "ignore")]
    tagged = planned(rows, paint, answers=[Answer("colour:FFFF0000", "tag", "欠费")])
    assert [e.tags for e in tagged.enterprises] == [("欠费",), (), (), ()]
    assert tagged.rows[0].tags == ("欠费",)


def test_comments_become_notes_of_their_row() -> None:
    def hang(sheet: Worksheet) -> None:
        sheet["A2"].comment = Comment("老客户", "某")
        sheet["A1"].comment = Comment("全称", "某")

    plan = one("备注", "正常", hang)
    assert fate(plan, "A2#comment") == "imported.comment"
    assert fate(plan, "A1#comment") == "skipped.comment"
    assert [f.value for f in plan.enterprises[0].fields if f.kind == "note"] == ["正常", "老客户"]


# 18 is tested with the formats; 20: names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "示例𬭊",
        "阿依古丽·买买提",
        "买买提·阿卜杜拉·吐尔逊江·艾合买提",
        "Mary-Anne O'Example",
        "Example, Mary",
        "欧阳 示例",
        "示",
    ],
)
def test_no_name_is_refused(name: str) -> None:
    plan = planned([["企业名称", "法定代表人", "备注"], [FIRM, name, "正常"]])
    assert fate(plan, "B2").startswith("imported.")
    assert value_of(plan, "name") == ("ready", name.replace("欧阳 示例", "欧阳示例"))


def test_a_remark_behind_a_name_goes_and_digits_in_it_are_asked() -> None:
    assert value_of(planned([["企业名称", "法人"], [FIRM, "陆知衡（已离职）"]]), "name") == ("ready", "陆知衡")
    assert fate(planned([["企业名称", "法人"], [FIRM, "陆知衡15400000001"]]), "B2") == "asked.mixed"


# 21: fictitious and real numbers ------------------------------------------------------------------------------------


def numbers_of(plan: Plan) -> list[FieldValue]:
    """The codes and ID numbers of a plan."""
    return [f for r in (*plan.enterprises, *plan.persons) for f in r.fields if f.kind in ("uscc", "id_number")]


def test_region_99_belongs_into_a_demo_only() -> None:
    rows = [["企业名称", "信用代码", "法人", "身份证号"], [FIRM, CODE, "陆知衡", ID]]
    inside, outside = planned(rows), planned(rows, demo=False)
    assert [fate(inside, c) for c in ("B2", "D2")] == ["imported.as-typed"] * 2
    assert inside.health.fictitious == 2
    assert [f.fictitious for f in numbers_of(inside)] == [True, True]
    assert [fate(outside, c) for c in ("B2", "D2")] == ["skipped.fictitious"] * 2
    assert numbers_of(outside) == []


def test_a_demo_takes_no_number_of_a_real_region() -> None:
    real = "11010119000101000"  # the first number of a day, given to nobody
    real += id_check(real)
    plan = one("法人身份证号", real)
    assert fate(plan, "C2") == "skipped.real-data"
    assert "intake.notice.real-data" in plan.notices
    assert fate(one("法人身份证号", real, demo=False), "C2") == "imported.as-typed"


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("手机", "1400000" + "0001"),
        ("手机", "140 0000 0001"),
        ("手机", "154 0000 0001 / 140 0000 0001"),
        ("开户账号", "6000000000" + "000000007"),
    ],
)
def test_a_demo_takes_no_mobile_and_no_account_of_somebody(title: str, value: str) -> None:
    plan = one(title, value)
    assert fate(plan, "C2") == "skipped.real-data"
    assert "intake.notice.real-data" in plan.notices
    assert fate(one(title, value, demo=False), "C2") != "skipped.real-data"


# 22: one person, many relations -------------------------------------------------------------------------------------


def test_one_id_number_is_one_person_in_every_enterprise() -> None:
    plan = planned([
        ["企业名称", "法定代表人", "法人身份证号", "监事", "监事身份证"],
        [FIRM, "陆知衡", ID, "沈若溪", OTHER_ID],
        ["示例·乙有限公司", "沈若溪", OTHER_ID, "陆知衡", ID],
    ])  # fmt: skip
    assert len(plan.persons) == 2
    assert {(r.enterprise, r.person, r.role) for r in plan.relations} == {
        ("e1", "p1", "legal_representative"), ("e1", "p2", "supervisor"),
        ("e2", "p2", "legal_representative"), ("e2", "p1", "supervisor"),
    }  # fmt: skip


def test_a_name_joins_inside_one_enterprise_only() -> None:
    plan = planned([
        ["企业名称", "法定代表人", "法人身份证号", "股东"],
        [FIRM, "陆知衡", ID, "陆知衡"],
        ["示例·乙有限公司", "陆知衡", None, None],
        ["示例·丙有限公司", "陆知衡", made.id_number("19700101", 1), "陆知衡"],
    ])  # fmt: skip
    assert len(plan.persons) == 3
    assert sorted(len({r.role for r in plan.relations if r.person == p.key}) for p in plan.persons) == [1, 2, 2]


def test_two_people_of_one_name_stay_two() -> None:
    plan = planned([
        ["企业名称", "股东1", "股东1身份证", "股东2", "股东2身份证"],
        [FIRM, "陆知衡", ID, "陆知衡", made.id_number("19700101", 1)],
    ])  # fmt: skip
    assert len(plan.persons) == 2


# Columns ------------------------------------------------------------------------------------------------------------


def test_columns_without_purpose_stay_out_unless_asked_in() -> None:
    rows = [["企业名称", "法人", "民族", "家庭电话"], [FIRM, "陆知衡", "汉", made.mobile(9)]]
    plan = planned(rows)
    assert fate(plan, "C2") == fate(plan, "D2") == "skipped.no-purpose"
    assert [(q.id, q.count, q.default, q.titles) for q in plan.questions] == [
        ("no-purpose", 2, "skip", ("民族", "家庭电话")),
    ]  # fmt: skip
    wanted = planned(rows, answers=[Answer("no-purpose", "note")])
    assert fate(wanted, "C2") == "imported.answered"


def test_an_unknown_column_is_asked_and_may_be_mapped() -> None:
    rows = [["企业名称", "神秘列"], [FIRM, "值"]]
    plan = planned(rows)
    assert fate(plan, "B2") == "asked.unknown-column"
    assert planned(rows, answers=plan.default_answers()).counts.asked == 0
    mapped = planned(rows, mapping={"客户!B": "enterprise.tag"})
    assert (fate(mapped, "B2"), mapped.columns[1].by) == ("imported.as-typed", "mapping")
    assert fate(planned(rows, mapping={"客户!B": "skip"}), "B2") == "skipped.column"


def test_e_mail_and_accounts_are_checked() -> None:
    assert value_of(one("法人邮箱", "a@example.com；ｂ＠example.com"), "email") == ("ready", "a@example.com")
    assert fate(one("法人邮箱", "没有邮箱 example"), "C2") == "asked.email"
    account = made.bank_account(1)
    assert value_of(one("法人银行卡", f"{account[:4]} {account[4:]}"), "bank_account") == ("ready", account)
    assert fate(one("法人银行卡", account[:-1] + "9"), "C2") in {"asked.account", "imported.as-typed"}
    assert fate(one("对公账户", 6.2e18), "C2") == "asked.damaged-account"


def test_passports_and_permits_in_an_id_column_keep_their_kind() -> None:
    assert value_of(one("法人身份证号", "E12345678"), "passport") == ("ready", "E12345678")
    assert value_of(one("法人身份证号", "H1234567800"), "hk_macau_permit") == ("ready", "H1234567800")


def test_blanks_and_placeholders_are_skipped_with_their_reason() -> None:
    assert fate(one("备注", " \u200b "), "C2") == "skipped.blank"
    for typed in ("无", "-", "／", "N/A", "待补"):
        assert fate(one("法人身份证号", typed), "C2") == "skipped.placeholder"
