"""Two client lists as agencies keep them: one of 60 rows with every mess we know of, one of 10,000 rows.

    messy()       three sheets, one of them hidden; titles, two-row headers, subtotals, comments, a picture, passwords
    large(rows)   one tidy sheet, nine columns

What is to become of each cell of the messy one stands in tests/demo/messy_expected.py, written without looking at
the code that reads it. The bytes are the same in every run.
"""

from __future__ import annotations

import io
import zlib
from datetime import UTC, date, datetime

import xlsxwriter

from fengni.core import fictitious
from fengni.demo.people import company, person

MESSY_NAME = "示例-客户台账(真实般混乱).xlsx"
LARGE_NAME = "示例-一万家客户.xlsx"
MAIN, SECOND, HIDDEN = "客户台账2024", "小高的客户", "旧表勿删"
_MADE = datetime(2026, 1, 17, tzinfo=UTC).replace(tzinfo=None)  # the format knows no zones
_RED = "#FF9999"
_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}

Cells = dict[int, object]  # column, from 0 → what is typed


def messy() -> bytes:
    """The 60-row workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MADE, "author": "示例·启明"})
    _main_sheet(book)
    _second_sheet(book)
    _hidden_sheet(book)
    book.close()
    return out.getvalue()


def _main_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(MAIN)
    red = book.add_format({"bg_color": _RED})
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range("A1:O1", "示例·启明企业服务有限公司 客户台账(2024年更新)", book.add_format({"bold": True}))
    sheet.write("A2", "红色=欠费,找小陈;密码在M列,别外传")
    groups = (("B3:F3", "企业"), ("G3:I3", "法定代表人"), ("J3:K3", "股东"), ("L3:O3", "其他"))
    for place, title in groups:
        sheet.merge_range(place, title, book.add_format({"align": "center"}))
    sheet.write_row("A4", (
        "序号", "公司名称", "统一社会信用代码", "注册地址", "注册资本", "成立日期", "姓名", "身份证号", "手机",
        "姓名", "身份证号", "民族", "电子税务局密码", "备注", "合同到期",
    ))  # fmt: skip
    for number in range(1, 41):
        cells = _main_row(number)
        for column, value in cells.items():
            row = number + 3
            if isinstance(value, date):
                sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            elif isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row, column, value, value=_RESULTS.get(value, 0))
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value), red if number in (9, 27) and column == 1 else None)
    sheet.write("A45", "小计")
    sheet.write_formula("B45", "=COUNTA(B5:B44)", value=40)
    sheet.write_comment("B7", "老板电话 15400000777,别打座机")
    sheet.write_comment("B10", "网银密码 Qm@2024yl")
    sheet.insert_image("H12", "card.png", {"image_data": io.BytesIO(specimen()), "x_scale": 0.5, "y_scale": 0.5})
    sheet.set_column("L:L", None, None, {"hidden": True})
    sheet.set_row(30, None, None, {"hidden": True})


_RESULTS: dict[str, object] = {'=B5&""': company(1).name, "=1/0": "#DIV/0!"}


def _main_row(number: int) -> Cells:
    """Row `number` of the main sheet (Excel row number + 4): tidy, then spoiled as `_SPOILED` says."""
    firm, legal, holder = company(number), person(2 * number), person(2 * number + 1)
    cells: Cells = {
        0: number, 1: firm.name, 2: firm.uscc, 3: firm.address, 4: firm.capital,
        5: date.fromisoformat(firm.established_on), 6: legal.name, 7: legal.id_number, 8: legal.mobile,
        9: holder.name, 10: holder.id_number, 14: date(2026, number % 12 + 1, number % 28 + 1),
    }  # fmt: skip
    if number % 3 == 0:
        cells[11] = "汉族"
    if number % 4 == 1:
        cells[12] = f"Sl{number:03d}#tax"
    if number % 5 == 2:
        cells[13] = "每月5号前联系"
    cells.update(_SPOILED.get(number, {}))
    return {column: value for column, value in cells.items() if value is not None}


def _digit(text: str, place: int, value: str) -> str:
    return text[: place - 1] + value + text[place:]


# Row number → column → what somebody typed instead. None empties the cell.
_SPOILED: dict[int, Cells] = {
    2: {7: float(person(4).id_number[:15] + "000")},  # typed as a number: Excel keeps fifteen digits
    3: {7: person(6).id_number[:15] + "000"},  # the same, saved as text afterwards
    4: {7: person(8).id_number.translate(_FULL_WIDTH), 8: " 154-0000-0008 "},
    5: {7: f"{person(10).id_number[:6]} {person(10).id_number[6:14]} {person(10).id_number[14:]}"},
    6: {7: "99010119850121008x", 10: "990101760312005"},  # lower case; an old number of fifteen digits
    7: {7: _digit(person(14).id_number, 18, "0" if person(14).id_number[17] != "0" else "1")},  # wrong check digit
    8: {7: fictitious.id_number("19860215", 8)[:17] + "Х"},  # a Cyrillic letter
    10: {6: "张三/李四", 7: None, 8: None},
    11: {8: "15400000022/15400000999(微信同号)"},
    12: {8: "+86 154 0000 0024"},
    13: {8: "010-20000001"},
    14: {2: company(14).uscc.replace("0", "O", 1)},
    15: {2: company(15).uscc[:-1]},
    16: {2: "990101000001234"},
    17: {5: 45292},  # a date whose cell lost its format
    18: {5: "2024.1.5"},
    19: {5: "24/1/5"},
    20: {5: "二〇二四年一月五日"},
    21: {14: "长期"},
    22: {13: "税务局登录密码:Yh2024@sl 账号同税号"},
    23: {6: "𬭊小雨", 9: "阿卜杜热西提·买买提明江"},
    24: {9: "Anna-Maria Schmidt", 10: None},
    25: {1: f"{company(25).name}(原示例·旧川商贸有限公司)"},
    28: {1: '=B5&""', 2: company(1).uscc, 6: person(2).name, 7: person(2).id_number, 8: person(2).mobile},
    29: {13: "=1/0"},
    31: {4: "人民币伍佰万元整"},
    33: {13: "一般户 9900000000000000010"},
    35: {7: f"\u200b{person(70).id_number}\u00a0"},
    38: {9: person(2).name, 10: person(2).id_number},  # the same person in another client
    40: {7: _digit(person(80).id_number, 11, "9")},  # month 9x: that date cannot be
}


def _second_sheet(book: xlsxwriter.Workbook) -> None:
    """Another salesman's list: other headings, two people in one cell, clients of the first sheet again."""
    sheet = book.add_worksheet(SECOND)
    sheet.write_row("A1", ("客户名称", "税号", "法人", "证件号码", "联系人", "联系电话", "网银U盾密码", "说明"))
    for number in range(1, 18):
        known = number <= 5
        firm = company(number if known else 40 + number)
        legal = person(2 * number if known else 200 + number)
        contact = person(300 + number)
        row: list[object] = [
            firm.short_name if number == 3 else firm.name,
            firm.uscc if number != 4 else "",
            legal.name,
            legal.id_number,
            contact.name,
            contact.mobile,
            f"uk{number:04d}!" if number % 2 else "",
            "",
        ]
        if number == 2:
            row[3] = person(4).id_number  # the whole number of somebody whom the first sheet damaged
        if number == 8:
            row[7] = "吕姐代办,邮箱 lvjie@example.com"
        if number == 10:
            row[4] = "王姐、小刘"
        for column, value in enumerate(row):
            if value != "":
                sheet.write_string(number, column, str(value))
    sheet.write_comment("A4", "2023年改过名")


def _hidden_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(HIDDEN)
    sheet.write_row("A1", ("公司名称", "法人", "身份证号", "家庭电话"))
    for number in (61, 62, 63):
        row = number - 60
        sheet.write_string(row, 0, company(number).name)
        sheet.write_string(row, 1, person(400 + number).name)
        sheet.write_string(row, 2, person(400 + number).id_number)
        sheet.write_string(row, 3, fictitious.mobile(900 + number))
    sheet.very_hidden()


_LARGE_HEADINGS = (
    *("公司名称", "统一社会信用代码", "注册地址", "注册资本"),
    *("法人姓名", "法人身份证号", "法人手机", "备注", "合同到期"),
)


def large(rows: int = 10_000) -> bytes:
    """One sheet of `rows` clients with their legal representatives: nine columns, nothing wrong with them.

    None of them is a client of the demonstration: some of those are in a colleague's hands, and would be refused.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet("客户")
    sheet.write_row("A1", _LARGE_HEADINGS)
    for number in range(1, rows + 1):
        firm, legal = company(number + 1000), person(number + 1000)
        until = f"{2026 + number % 3}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        values = (
            *(firm.name, firm.uscc, firm.address, firm.capital),
            *(legal.name, legal.id_number, legal.mobile, "", until),
        )
        for column, value in enumerate(values):
            if value:
                sheet.write_string(number, column, value)
    book.close()
    return out.getvalue()


def specimen() -> bytes:
    """A small PNG: a plain card with a stroke across it, in the colour of clay. Shows nobody."""
    width, height = 96, 60
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            stroke = abs(x * height - y * width) < width * 3
            rows += bytes((143, 91, 61) if stroke else (244, 233, 224))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
