"""泄露体检: how much personal information lies in a workbook, and where nobody looks. Counts only.

>>> personal_counts("990101198802290212, 154 0000 0001")
(1, 1, 0)
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from fengni.core.intake.identifiers import is_luhn
from fengni.core.intake.plan import FieldValue, Health, State
from fengni.core.intake.workbook import CellKind, Sheet, Workbook

NUMBERS: Final = frozenset(
    ("id_number", "mobile", "bank_account", "corporate_account", "uscc", "company_name", "established_on")
)
"""Columns that are counted by their values, or in which no number of a person stands unasked."""
_WIDE_DIGIT: Final = re.compile("[０-９]")
_RUN: Final = re.compile("[0-9][0-9 -]{9,24}[0-9Xx]")
_JOINTS: Final = re.compile("[ -]")
_ID: Final = re.compile("[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
_MOBILE: Final = re.compile("(?:86)?1[3-9][0-9]{9}")


def personal_counts(text: str) -> tuple[int, int, int]:
    """(ID numbers, mobile numbers, bank card numbers) in a text, by their form; cards also by their last digit."""
    ids = mobiles = cards = 0
    for run in _RUN.findall(_WIDE_DIGIT.sub(lambda m: chr(ord(m[0]) - 0xFEE0), text)):
        number = _JOINTS.sub("", run)
        if _ID.fullmatch(number):
            ids += 1
        elif _MOBILE.fullmatch(number):
            mobiles += 1
        elif len(number) in (16, 19) and number.isdecimal():
            cards += is_luhn(number)
        elif " " in run:
            inside = [personal_counts(part) for part in run.split(" ") if len(part) >= 11]
            ids, mobiles = ids + sum(i for i, _, _ in inside), mobiles + sum(m for _, m, _ in inside)
    return ids, mobiles, cards


def examine(
    workbook: Workbook, texts: list[str], values: list[FieldValue], *, passwords: int, damaged_ids: int
) -> Health:
    """The counts of a workbook: `values` of its columns of numbers, and what stands in all other `texts`.

    `damaged_ids` are the cells a spreadsheet program spoilt, also those for which another cell held the whole number.
    """
    hidden_cells = formulas = errors = hidden_rows = hidden_columns = 0
    kinds: dict[str, int] = {}
    ids, mobiles, cards = personal_counts("\n".join(texts))
    held = Counter([f[0] for f in values if f[1] is not State.DAMAGED])
    for sheet in workbook.sheets:
        rows, columns, cells = _hidden(sheet)
        hidden_rows, hidden_columns, hidden_cells = hidden_rows + rows, hidden_columns + columns, hidden_cells + cells
        formulas += sum([c[5] for c in sheet.cells])
        errors += [c[3] for c in sheet.cells].count(CellKind.ERROR)
        for thing in sheet.attached:
            kinds[thing.kind] = kinds.get(thing.kind, 0) + 1
    for thing in workbook.names:
        kinds[thing.kind] = kinds.get(thing.kind, 0) + 1
    return Health(
        sheets=len(workbook.sheets),
        hidden_sheets=sum(s.visibility != "visible" for s in workbook.sheets),
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        hidden_cells=hidden_cells,
        comments=kinds.get("comment", 0),
        id_numbers=ids + held["id_number"] + damaged_ids,
        damaged_ids=damaged_ids,
        mobiles=mobiles + held["mobile"],
        bank_accounts=cards + held["bank_account"] + held["corporate_account"],
        passwords=passwords,
        pictures=kinds.get("picture", 0),
        objects=kinds.get("object", 0),
        formulas=formulas,
        error_cells=errors,
        external_links=workbook.external_links,
        macros=workbook.macros,
        dde=workbook.dde,
        defined_names=kinds.get("name", 0),
        fictitious=sum([f[7] for f in values]),
    )


def _hidden(sheet: Sheet) -> tuple[int, int, int]:
    """Hidden rows and columns that hold something, and the cells the eye does not see."""
    if sheet.visibility != "visible":
        return 0, 0, len(sheet.cells)
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return 0, 0, 0
    unseen = [c for c in sheet.cells if c.row in sheet.hidden_rows or c.column in sheet.hidden_columns]
    rows = {c.row for c in unseen} & sheet.hidden_rows
    columns = {c.column for c in unseen} & sheet.hidden_columns
    return len(rows), len(columns), len(unseen)
