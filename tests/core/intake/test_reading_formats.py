"""Every format gives the same workbook: xlsx by two ways, xls, and delimited text in the encodings people have."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from fengni.core.intake.plan import Place
from fengni.core.intake.reading import read_workbook
from fengni.core.intake.workbook import CellKind, Workbook
from fengni.core.intake.xlsx_cells import CellContext, _parsed_cells, read_cells
from tests.core.intake.making import PNG, part, saved, with_parts, xlsx

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["企业名称", "备注"], ["示例·甲有限公司", "正常"]]


def texts(book: Workbook) -> list[str]:
    return [c.text for c in book.sheets[0].cells]


def xls(fill: object) -> bytes:
    book = xlwt.Workbook()
    fill(book)  # type: ignore[operator]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# XLSX ------------------------------------------------------------------------------------------------------------

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)


@given(st.lists(st.lists(_TEXT | st.integers(-(10**15), 10**15) | st.booleans() | st.none(), max_size=5), max_size=6))
@settings(max_examples=60)
def test_the_short_way_and_the_parser_read_the_same_cells(rows: list[list[object]]) -> None:
    data = part(xlsx([["始"], *rows]), SHEET)
    context = CellContext([], (), epoch_1904=False)
    quick, _ = read_cells(data, context)
    slow, _ = _parsed_cells(data, context)
    assert quick.cells == slow.cells


@given(_TEXT.filter(lambda text: not text.startswith("=")))  # the writer would make a formula of it
@settings(max_examples=40)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert texts(read_workbook(xlsx([["始", text]]))) == ["始", *([text] if text else [])]


def test_shared_strings_rich_text_and_prefixes_are_read() -> None:
    content = xlsx(ROWS)
    sheet = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        b'<x:c r="A1" t="inlineStr"><x:is><x:r><x:t>\xe7\x94\xb2</x:t></x:r><x:r><x:t>&amp;</x:t></x:r></x:is></x:c>'
        b'<x:c r="B1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert texts(read_workbook(with_parts(content, {SHEET: sheet}))) == ["甲&", "7"]


def test_dates_numbers_truth_and_errors_keep_what_the_file_says() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([datetime.date(2024, 1, 5), 990101198802290000, 1.5, True, "#N/A"])
    cells = read_workbook(saved(book)).sheets[0].cells
    assert [(c.kind, c.text) for c in cells] == [
        (CellKind.DATE, "2024-01-05"),
        (CellKind.NUMBER, "9.9010119880229e+17"),
        (CellKind.NUMBER, "1.5"),
        (CellKind.BOOL, "TRUE"),
        (CellKind.ERROR, "#N/A"),
    ]


def test_hidden_things_and_things_on_cells_are_found() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户"
    sheet.append(["企业名称", "备注"])
    sheet.append(["示例·甲有限公司", "正常"])
    sheet["B2"].comment = Comment("示例批注", "作者")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("D1:E1")
    choices = DataValidation(type="list", formula1='"甲,乙"')
    choices.add("D2")
    sheet.add_data_validation(choices)
    sheet.oddHeader.center.text = "内部资料"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    read = read_workbook(saved(book))
    first = read.sheets[0]
    assert (first.hidden_rows, first.hidden_columns, first.merged) == ({2}, {2}, ((1, 4, 1, 5),))
    assert {(a.label, a.kind) for a in first.attached} == {
        ("B2#comment", "comment"),
        ("D2#list1", "validation"),
        ("#page2", "page"),
    }
    assert read.sheets[1].visibility == "very-hidden"
    assert read.text_at(Place("客户", "B2#comment")) == "示例批注"


def test_pictures_are_found_on_their_cells() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, ["企业名称", "证件"])
    sheet.insert_image("B2", "card.png", {"image_data": io.BytesIO(PNG)})
    sheet.insert_textbox("D4", "文本框")
    book.close()
    read = read_workbook(target.getvalue())
    assert [(a.label, a.kind, a.media_type) for a in read.sheets[0].attached] == [
        ("B2#picture1", "picture", "image/png"),
        ("D4#shape2", "shape", ""),
    ]
    assert read.attachment(Place("客户", "B2#picture1")) == PNG


def test_progress_may_end_the_reading() -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_workbook(xlsx([["企业名称", "备注"]] * 4000), progress=stop)


# XLS -------------------------------------------------------------------------------------------------------------


def test_an_old_workbook_is_read_with_what_is_hidden_in_it() -> None:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("客户")
        for column, text in enumerate(["企业名称", "成立日期", "注册资本"]):
            sheet.write(0, column, text)
        sheet.write(1, 0, "示例·甲有限公司")
        sheet.write(1, 1, datetime.date(2024, 1, 5), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
        sheet.write(1, 2, 100)
        sheet.write(2, 2, xlwt.Formula("C2*2"))
        sheet.write_merge(3, 4, 0, 1, "合并")
        sheet.row(1).hidden = True
        sheet.col(2).hidden = True
        book.add_sheet("深藏").visibility = 2

    book = read_workbook(xls(fill))
    sheet = book.sheets[0]
    assert book.format == "xls"
    assert texts(book)[:6] == ["企业名称", "成立日期", "注册资本", "示例·甲有限公司", "2024-01-05", "100"]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {3})
    assert (4, 1, 5, 2) in sheet.merged
    assert [c.label for c in sheet.cells if c.formula] == ["C3"]
    assert book.sheets[1].visibility == "very-hidden"


def test_an_old_workbook_cut_off_is_refused_or_read_but_never_breaks() -> None:
    from fengni.core.errors import UnreadableFile

    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("客户")
        for row in range(200):
            sheet.write(row, 0, f"示例·{row}有限公司")

    content = xls(fill)
    outcomes = set()
    for cut in range(16, len(content), len(content) // 40):
        try:
            outcomes.add(len(read_workbook(content[:cut]).sheets))
        except UnreadableFile as e:
            outcomes.add(e.code)
    assert outcomes & {"intake.truncated", "intake.not-a-workbook"}


# Delimited text --------------------------------------------------------------------------------------------------

TABLE = "企业名称{d}备注\n示例·甲有限公司{d}正常\n示例·乙有限公司{d}欠费\n"
WANTED = ["企业名称", "备注", "示例·甲有限公司", "正常", "示例·乙有限公司", "欠费"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_and_delimiter_gives_the_same_table(encoding: str, delimiter: str) -> None:
    assert texts(read_workbook(TABLE.format(d=delimiter).encode(encoding))) == WANTED


def test_gb18030_is_said() -> None:
    assert read_workbook(TABLE.format(d=",").encode("gb18030")).notices == ("intake.notice.gb18030",)


def test_quoted_fields_keep_their_line_ends() -> None:
    assert texts(read_workbook('企业名称,备注\n示例·甲有限公司,"一,\n二"\n'.encode())) == [
        "企业名称", "备注", "示例·甲有限公司", "一,\n二",
    ]  # fmt: skip


def test_a_stray_quote_mark_swallows_no_row() -> None:
    lines = ["企业名称,备注", '示例·甲有限公司,"没有结束', *[f"示例·{n}有限公司,正常" for n in range(9)]]
    book = read_workbook("\n".join(lines).encode())
    assert max(c.row for c in book.sheets[0].cells) == 11
    assert "intake.notice.stray-quotes" in book.notices


def test_characters_beyond_the_basic_plane_survive_every_way() -> None:
    name = "示例𬭊·阿依古丽"
    assert texts(read_workbook(xlsx([["姓名", name]])))[1] == name
    assert texts(read_workbook(f"姓名,{name}\n".encode("gb18030")))[1] == name
