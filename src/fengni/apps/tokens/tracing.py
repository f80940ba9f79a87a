"""Whose export a list is: every export of the ledger compared with a sample of its rows.

Rules: nothing of the sample is kept. An export is named when the chance that any of the house's exports fits the sample
as well is below LIMIT; the chance is stated (docs/spec/tokens.md). No export is named for want of a better one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.ledger import queries as ledger
from fengni.apps.vault.queries.files import NAMED_BY, seed_of
from fengni.apps.vault.store.house import House
from fengni.core.intake.workbook import Workbook
from fengni.core.vault import marks
from fengni.definitions import text

ACTS: Final = ("vault:list:export", "tokens:sheet:export")
LIMIT: Final = 1e-6  # a name said wrongly accuses somebody
_FIRST_COLUMN: Final = {
    "clients": ("company_name", "uscc"),
    "persons": ("name", "id_number"),
    "sheet": ("company_name",),
}


@dataclass(frozen=True, slots=True)
class Job:
    """An export as the ledger tells it. `list` is clients, persons or sheet (of tokens)."""

    id: UUID
    at: datetime
    member_id: UUID
    list: str
    form: str
    rows: int
    canaries: int


@dataclass(frozen=True, slots=True)
class Named:
    """An export that fits a sample, and the chance that any export of the house fits it as well by accident."""

    job: Job
    fit: marks.Fit
    chance: float


@dataclass(frozen=True, slots=True)
class Traced:
    """What a sample says. `named`: best first, empty when none fits. `rows` of the sample, `jobs` compared."""

    named: tuple[Named, ...]
    rows: int
    jobs: int


def jobs() -> list[Job]:
    """Every export in the ledger."""
    return [
        Job(
            row.id, row.at, row.actor_id, str(row.facts["list"]), str(row.facts["form"]), int(row.facts["rows"]),
            int(row.facts.get("canaries", 0)),
        )
        for row in ledger.done(ACTS)
    ]  # fmt: skip


def trace(home: House, known: Sequence[Job], sample: Workbook) -> Traced:
    """Compare a sample with exports."""
    rows = list(_rows(sample))
    cells = {cell for row in rows for cell in row.values()}
    seeds = {job.id: seed_of(home, job.id) for job in known if job.rows >= marks.ORDER_FROM}
    names = {what: [one for row in rows if (one := _name(row, what, _columns(rows, what)))] for what in NAMED_BY}
    found = []
    for job in known:
        if job.id not in seeds or job.list not in names:
            continue
        nobody = {one.removeprefix("示例·") for one in marks.of_canaries(seeds[job.id], job.canaries)}
        told = [one for one in names[job.list] if one.split("\x1f")[0].removeprefix("示例·") not in nobody]
        fit = marks.fit(seeds[job.id], job.canaries, told, cells)
        chance = min(1.0, fit.chance * len(seeds))
        if chance < LIMIT:
            found.append(Named(job, fit, chance))
    found.sort(key=lambda one: one.chance)
    return Traced(tuple(found), max(len(one) for one in names.values()), len(seeds))


def _rows(sample: Workbook) -> Iterator[dict[int, str]]:
    """The texts of each row by column, without the apostrophe that guards formulas."""
    for sheet in sample.sheets:
        row: dict[int, str] = {}
        number = 0
        for cell in sheet.cells:
            if cell.row != number and row:
                yield row
                row = {}
            number = cell.row
            row[cell.column] = cell.text.strip().removeprefix("'")
        if row:
            yield row


def _titles(kind: str) -> frozenset[str]:
    return frozenset({text(f"vault.column.{kind}", "zh"), text(f"vault.column.{kind}", "en")})


def _columns(rows: Sequence[dict[int, str]], what: str) -> tuple[int, ...]:
    """The columns that name a row: by their titles in one of the first rows, else the first ones."""
    wanted = [_titles(kind) for kind in _FIRST_COLUMN[what][: NAMED_BY[what]]]
    for row in rows[:5]:
        places = [next((at for at, cell in row.items() if cell in titles), 0) for titles in wanted]
        if all(places):
            return tuple(places)
    return tuple(range(1, NAMED_BY[what] + 1))


def _name(row: dict[int, str], what: str, columns: tuple[int, ...]) -> str:
    """What a row is called, empty for a row of titles or one that says nothing."""
    cells = [row.get(column, "") for column in columns]
    if not cells[0] or any(cell in _titles(kind) for cell, kind in zip(cells, _FIRST_COLUMN[what], strict=False)):
        return ""
    return marks.named(cells)
