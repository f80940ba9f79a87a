"""What pages show of a plan: masked, as JSON that is sealed under the display key.

Rules: a value goes through `masking.mask_list` first; a cell whose kind nobody knows shows its first ideograph at most;
a password shows nothing. Reasons and questions stay codes, so that the page speaks the reader's language.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from string import ascii_uppercase
from typing import Any, Final

from fengni.apps.imports.planning import Planned
from fengni.core.intake.plan import CellOutcome, FieldValue, Outcome, Place, Plan, Question, RowResult, State
from fengni.core.intake.workbook import Workbook
from fengni.core.vault.blind_index import is_ideograph
from fengni.core.vault.masking import HIDDEN, mask_list

_NOT_ABOUT_THE_VALUE: Final = frozenset({
    "no-purpose", "hidden-sheet", "hidden-row", "hidden-column", "colour", "picture", "no-table", "no-enterprise",
})  # fmt: skip
_GRAVEST: Final = (Outcome.ASKED, Outcome.LOCKED, Outcome.IMPORTED, Outcome.SKIPPED)
_PLACES_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One row of the workbook as the page lists it; `body` is JSON."""

    number: int
    outcome: str
    body: str = field(repr=False)


def view_of(planned: Planned, *, outside: int = 0) -> str:
    """The plan without its cells: figures, columns, questions, places of passwords; `outside`: colleagues' clients."""
    plan = planned.plan
    body = {
        "format": planned.workbook.format,
        "health": asdict(plan.health),
        "counts": asdict(plan.counts),
        "columns": [asdict(c) | {"id": c.id} for c in plan.columns],
        "questions": [_question(q) for q in plan.questions],
        "secrets": [{"sheet": s.place.sheet, "cell": s.place.cell, "service": s.service} for s in plan.secrets],
        "enterprises": sum(not e.held for e in plan.enterprises),
        "persons": sum(not p.held for p in plan.persons),
        "materials": len(plan.materials),
        "notices": list(plan.notices),
        "outside": outside,
        "demo": plan.demo,
        "keeps_passwords": planned.keeps_passwords,
    }
    return json.dumps(body, ensure_ascii=False)


def _question(question: Question) -> dict[str, Any]:  # Any: JSON
    places = [str(p) for p in question.places[:_PLACES_SHOWN]]
    return asdict(question) | {"places": places, "more": max(0, len(question.places) - _PLACES_SHOWN)}


def lines_of(planned: Planned) -> Iterator[ShownLine]:
    """Every row that holds a cell, in the order of the workbook; each cell with its outcome."""
    plan = planned.plan
    cells: dict[tuple[str, int], list[CellOutcome]] = defaultdict(list)
    for cell in plan.outcomes:
        cells[cell.sheet, row_of(cell.cell)].append(cell)
    shower = _Shower(planned.workbook, plan)
    for number, ((sheet, row), members) in enumerate(cells.items(), start=1):
        found = {cell.outcome for cell in members}
        outcome = next(o for o in _GRAVEST if o in found)
        body = {"sheet": sheet, "row": row, **shower.about(sheet, row), "cells": [shower.cell(c) for c in members]}
        yield ShownLine(number, outcome.value, json.dumps(body, ensure_ascii=False))


def row_of(label: str) -> int:
    """The row a cell or a thing that hangs on it belongs to; 0 for the sheet or workbook as a whole.

    >>> row_of("AB7"), row_of("B12#comment"), row_of("#name1")
    (7, 12, 0)
    """
    return int(label.partition("#")[0].lstrip(ascii_uppercase) or 0)


class _Shower:
    """Looks values, questions and names up by place."""

    def __init__(self, workbook: Workbook, plan: Plan) -> None:
        self._values: dict[Place, list[FieldValue]] = {}
        for value in (v for records in (plan.enterprises, plan.persons) for record in records for v in record.fields):
            self._values.setdefault(value.place, []).append(value)
        self._questions = {place: q for q in plan.questions for place in q.places}
        self._workbook = workbook
        self._rows: Mapping[tuple[str, int], RowResult] = {(r.sheet, r.row): r for r in plan.rows}
        self._firms = {e.key: e.first("company_name") for e in plan.enterprises}

    def about(self, sheet: str, row: int) -> dict[str, Any]:  # Any: JSON
        """Whom a row is about: the enterprise's name, which is display-class, and whether it is a row of data."""
        result = self._rows.get((sheet, row))
        firm = self._firms.get(result.enterprise) if result else None
        return {"firm": firm.value if firm else "", "data": result is not None}

    def cell(self, cell: CellOutcome) -> dict[str, Any]:  # Any: JSON
        """One cell: what became of it, masked, and what may be answered. What is empty is left out."""
        place = Place(cell.sheet, cell.cell)
        values = self._values.get(place, ())
        shown: dict[str, Any] = {"cell": cell.cell, "outcome": cell.outcome.value, "reason": cell.reason}
        if text := self._shown(cell, place, values):
            shown["shown"] = text
        if values:
            shown |= _about_value(values)
        question = self._questions.get(place)
        if question:
            shown["choices"] = question.choices
            shown["replaceable"] = question.id.partition(":")[0] not in _NOT_ABOUT_THE_VALUE
        return shown

    @cached_property
    def _texts(self) -> Mapping[Place, str]:
        return {Place(sheet.name, cell.label): cell.text for sheet in self._workbook.sheets for cell in sheet.cells}

    def _shown(self, cell: CellOutcome, place: Place, values: Sequence[FieldValue]) -> str:
        if cell.outcome is Outcome.LOCKED:
            return HIDDEN
        if len(values) == 1:
            return _masked(values[0]) or self._glimpse(cell, place)
        shown = [masked for value in values if (masked := _masked(value))]
        return " / ".join(dict.fromkeys(shown)) if shown else self._glimpse(cell, place)

    def _glimpse(self, cell: CellOutcome, place: Place) -> str:
        """Of a cell that a question is about and whose kind nobody knows: that there is something."""
        if cell.outcome is not Outcome.ASKED:
            return ""
        text = self._texts.get(place, "").strip()
        if not text:
            return ""
        return (text[0] if is_ideograph(text[0]) else "") + HIDDEN


def _about_value(values: Sequence[FieldValue]) -> dict[str, Any]:  # Any: JSON
    first = values[0]
    found: dict[str, Any] = {"kind": first.kind}
    if first.state is not State.READY:
        found["state"] = first.state.value
    if any(v.fictitious for v in values):
        found["fictitious"] = True
    for value in values:
        if value.proposal:
            found["proposal"] = mask_list(value.kind, value.proposal)
    return found


def _masked(value: FieldValue) -> str:
    if value.state is State.DAMAGED:
        return value.hint
    return mask_list(value.kind, value.value or value.original)
