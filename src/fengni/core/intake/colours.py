"""Colours that seem to mean something: a fill on some rows of a table but not on most of them.

Rules: colours of headings and of whole columns say nothing; one question per colour for the whole workbook.
"""

from __future__ import annotations

from collections.abc import Sequence

from fengni.core.intake.asking import Desk
from fengni.core.intake.plan import Place
from fengni.core.intake.rows import Draft
from fengni.core.intake.tables import Table


def ask_about_colours(table: Table, drafts: Sequence[Draft], desk: Desk) -> None:
    """Asks about each colour and gives the rows of those that were given a tag this tag."""
    if not any(c.fill for c in table.sheet.cells):
        return
    by_row = {d.row: d for d in drafts}
    seen: dict[str, dict[int, Place]] = {}
    for row in table.data:
        for cell in table.rows[row]:
            if cell.fill and row in by_row:
                seen.setdefault(cell.fill, {}).setdefault(row, Place(table.sheet.name, cell.label))
    for fill, rows in seen.items():
        if len(rows) * 2 >= len(table.data):
            continue
        question = f"colour:{fill}"
        for row, place in rows.items():
            if desk.ask(question, place, title=_shown(fill)) == "tag" and desk.value(question):
                by_row[row].tags.append(desk.value(question))


def _shown(fill: str) -> str:
    """A colour as pages write it: "#FF0000", or its place in the theme.

    >>> _shown("FFFF0000"), _shown("theme4")
    ('#FF0000', 'theme4')
    """
    return f"#{fill[2:]}" if len(fill) == 8 and fill[:2] == "FF" else fill
