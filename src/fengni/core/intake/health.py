"""泄露体检: how much personal information lies in a workbook, and where nobody looks. Counts only.

>>> personal_counts("990101198802290212, 154 0000 0001")
(1, 1, 0)
"""

from __future__ import annotations

import re
from typing import Final

from fengni.core.intake.identifiers import id_number_faults, is_luhn, is_uscc
from fengni.core.intake.plan import Health
from fengni.core.intake.texts import fold
from fengni.core.intake.workbook import CellKind, Sheet, Workbook

_LONG: Final = re.compile(r"(?<![0-9A-Za-z])[0-9][0-9 -]{9,26}[0-9Xx](?![0-9A-Za-z])")
_JOINTS: Final = re.compile("[ -]")
_MOBILE: Final = re.compile("(?:86)?1[3-9][0-9]{9}")
_ID: Final = re.compile("[0-9]{17}[0-9Xx]")


def personal_counts(text: str) -> tuple[int, int, int]:
    """(ID numbers, mobile numbers, bank card numbers) in a text."""
    ids = mobiles = cards = 0
    for found in _LONG.findall(fold(text)):
        number = _JOINTS.sub("", found) if not found.isalnum() else found
        if len(number) in (11, 13):
            mobiles += _MOBILE.fullmatch(number) is not None
        elif len(number) == 18 and _ID.fullmatch(number) and not id_number_faults(number.upper()):
            ids += not is_uscc(number)
        elif len(number) in (16, 17, 19) and number.isdecimal():
            cards += is_luhn(number)
    return ids, mobiles, cards


def examine(workbook: Workbook, *, passwords: int, damaged: int, fictitious: int) -> Health:
    """The counts of a workbook; what only planning knows is given."""
    ids = mobiles = cards = hidden_cells = formulas = errors = 0
    hidden_rows = hidden_columns = 0
    kinds: dict[str, int] = {}
    for sheet in workbook.sheets:
        texts = [c.text for c in sheet.cells]
        texts += [thing.text for thing in sheet.attached]
        found = personal_counts("\n".join(texts))
        ids, mobiles, cards = ids + found[0], mobiles + found[1], cards + found[2]
        rows, columns, cells = _hidden(sheet)
        hidden_rows, hidden_columns, hidden_cells = hidden_rows + rows, hidden_columns + columns, hidden_cells + cells
        formulas += sum([c.formula for c in sheet.cells])
        errors += sum([c.kind is CellKind.ERROR for c in sheet.cells])
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
        id_numbers=ids,
        damaged_ids=damaged,
        mobiles=mobiles,
        bank_accounts=cards,
        passwords=passwords,
        pictures=kinds.get("picture", 0),
        objects=kinds.get("object", 0),
        formulas=formulas,
        error_cells=errors,
        external_links=workbook.external_links,
        macros=workbook.macros,
        dde=workbook.dde,
        defined_names=kinds.get("name", 0),
        fictitious=fictitious,
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
