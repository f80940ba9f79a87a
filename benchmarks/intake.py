"""How fast a workbook becomes a plan: reading and planning apart, beside a plain reading by calamine in the same run.

Run: .venv/bin/python -m benchmarks.intake [rows]
The workbook has one client and one person per row in nine columns, then two persons in twelve. Every tenth row of the
third workbook is a mess (a damaged number, a password in a note, two people in a cell). The best of five is printed,
as time on the clock and as time of the processor: on a busy machine only the second and the ratio say something.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable

import python_calamine
import xlsxwriter

from fengni.core import fictitious
from fengni.core.intake.building import build_plan
from fengni.core.intake.reading import read_workbook

RUNS = 5
HEADINGS = [
    "企业名称", "统一社会信用代码", "法定代表人", "法人身份证号", "法人手机", "注册地址", "注册资本", "成立日期",
    "备注", "经办人", "经办人手机", "纳税人类型",
]  # fmt: skip


def row(number: int, columns: int, *, messy: bool) -> list[str]:
    """One client; the twelve columns have a second person."""
    birth = f"{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}"
    cells = [
        f"示例·样例{number}有限公司",
        fictitious.uscc(number),
        f"示{chr(0x4E00 + number % 5000)}{chr(0x4E00 + number // 7)}",
        fictitious.id_number(birth, number % 1000),
        fictitious.mobile(number),
        f"示例省示例市演示区样例路{number}号",
        "100万元",
        f"2020-01-{1 + number % 28:02d}",
        "按季申报" if number % 3 else "",
        f"例{chr(0x4E00 + number % 300)}",
        fictitious.mobile(50_000 + number % 300),
        "小规模",
    ]
    if messy and number % 10 == 0:
        cells[3], cells[4], cells[8] = cells[3][:15] + "000", cells[4] + "(微信同号)", "税务密码:Abc12345"
    if messy and number % 10 == 5:
        cells[2], cells[7] = "示甲/示乙", "24/1/5"
    return cells[:columns]


def workbook(rows: int, columns: int, *, messy: bool = False) -> bytes:
    """The bytes of a workbook of one sheet."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, HEADINGS[:columns])
    for number in range(1, rows + 1):
        for column, text in enumerate(row(number, columns, messy=messy)):
            if text:
                sheet.write_string(number, column, text)
    book.close()
    return target.getvalue()


def best(work: Callable[[], object]) -> tuple[float, float]:
    """(clock, processor) seconds of the fastest of five runs."""
    times = []
    for _ in range(RUNS):
        clock, processor = time.perf_counter(), time.process_time()
        kept = work()
        times.append((time.perf_counter() - clock, time.process_time() - processor))
        del kept
    return min(t[0] for t in times), min(t[1] for t in times)


def main(rows: int) -> None:
    """Print a table and one JSON line."""
    found: dict[str, float] = {"load_at_begin": round(os.getloadavg()[0], 1)}
    for name, columns, messy in (("9 columns", 9, False), ("12 columns", 12, False), ("12 columns, messy", 12, True)):
        content = workbook(rows, columns, messy=messy)
        book = read_workbook(content)
        plan = build_plan(book, demo=True)
        if not plan.counts.adds_up:
            raise AssertionError("cells are lost")
        plainly = best(lambda content=content: python_calamine.CalamineWorkbook.from_filelike(  # type: ignore[misc]
            io.BytesIO(content)).get_sheet_by_index(0).to_python())  # fmt: skip
        reading = best(lambda content=content: read_workbook(content))  # type: ignore[misc]
        planning = best(lambda book=book: build_plan(book, demo=True))  # type: ignore[misc]
        clock, processor = reading[0] + planning[0], reading[1] + planning[1]
        print(
            f"{name:18} {plan.counts.cells:>8,} cells  read {reading[1]:.3f} s  plan {planning[1]:.3f} s  "
            f"together {processor:.3f} s processor, {clock:.3f} s clock = {rows / processor:,.0f} rows/s  "
            f"({processor / plainly[1]:.1f} x calamine alone)"
        )
        found[name] = round(processor, 3)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
