"""Workbooks for the tests of intake, made of rows; all identifiers are fictitious."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from fengni.core import fictitious as made
from fengni.core.intake.building import build_plan
from fengni.core.intake.plan import Plan
from fengni.core.intake.reading import read_workbook

ID = made.id_number("19880229", 21)
OTHER_ID = made.id_number("19790314", 23)
CODE, OTHER_CODE = made.uscc(1), made.uscc(2)
FIRM = "示例·甲有限公司"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
Rows = Sequence[Sequence[Any]]
Change = Callable[[Worksheet], None]


def xlsx(sheets: Rows | Mapping[str, Rows], change: Change | None = None) -> bytes:
    """A workbook of one sheet "客户", or of several by name; `change` may alter the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"客户": sheets}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book.worksheets[0])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same archive with parts added or replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename not in parts:
                new.writestr(item.filename, old.read(item.filename))
        for name, data in parts.items():
            new.writestr(name, data)
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    """One part of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def planned(
    sheets: Rows | Mapping[str, Rows], change: Change | None = None, *, demo: bool = True, **given: Any
) -> Plan:
    """The plan of a workbook made of rows; every plan a test sees accounts for every cell."""
    workbook = read_workbook(xlsx(sheets, change))
    plan = build_plan(workbook, demo=demo, **given)
    cells = sum(len(s.cells) + len(s.attached) for s in workbook.sheets) + len(workbook.names)
    assert plan.counts.adds_up
    assert plan.counts.cells == cells == len({(o.sheet, o.cell) for o in plan.outcomes})
    return plan


def fate(plan: Plan, cell: str, sheet: str = "客户") -> str:
    """The end of a cell's reason: "imported.as-typed"."""
    return next(o.reason for o in plan.outcomes if (o.sheet, o.cell) == (sheet, cell)).removeprefix("intake.")


def one(heading: str, value: Any, change: Change | None = None, **given: Any) -> Plan:
    """A list of one client whose third column is the value."""
    return planned([["企业名称", "法定代表人", heading], [FIRM, "陆知衡", value]], change, **given)


def value_of(plan: Plan, kind: str) -> tuple[str, str]:
    """(state, value) of the first value of a kind."""
    fields = [f for r in (*plan.enterprises, *plan.persons) for f in r.fields if f.kind == kind]
    return fields[0].state.value, fields[0].value
