"""A workbook of tokens that comes back: what each token stands for, what was changed beside it, what is no value.

Rules: nothing is opened. Where a token stands for what lists show whole (a company's name and code, a person's name)
the planner gets that; any other token is left out of the planning and counts as unchanged. Whose a row is, its tokens
say, never its words. A token of another house or space, of a file that is not the reader's, of a destroyed value or
mistyped is named by its cell. Rows of nobody (core/vault/marks.py) are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.facts import frozen_for
from fengni.apps.tokens import spaces, tracing
from fengni.apps.tokens.spaces import Standing
from fengni.apps.vault.queries.files import seed_of
from fengni.apps.vault.queries.lists import displays, scope
from fengni.apps.vault.store.house import House, house
from fengni.apps.vault.store.shown import LIST
from fengni.core.access.actor import Actor
from fengni.core.intake.plan import (
    CellOutcome,
    Counts,
    EnterpriseRecord,
    FieldValue,
    Outcome,
    PersonRecord,
    Place,
    Plan,
)
from fengni.core.intake.workbook import Cell, CellKind, Workbook, position
from fengni.core.vault import marks
from fengni.core.vault.masking import contains_mask
from fengni.core.vault.tokens import looks_like_token
from fengni.definitions import text

SAME: Final = "intake.skipped.stand-in"
_STANDS: Final = "intake.imported.stand-in"
_CODE: Final = "91990101"
_WHOLE: Final = {"company_name": "company_name", "uscc": "uscc", "name": "name" + LIST}
_CLEAR: Final = ("service_until", "tag")
_WRONG: Final = {spaces.GONE: "gone", spaces.UNKNOWN: "foreign", spaces.MISTYPED: "mistyped"}
_Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook without its tokens, and what they said. `left`: reason by cell; `same`: cells that change nothing."""

    workbook: Workbook = field(repr=False)
    original: Workbook = field(repr=False)
    left: Mapping[Place, str] = field(default_factory=dict)
    same: frozenset[Place] = frozenset()
    clients: Mapping[_Row, UUID] = field(default_factory=dict)
    persons: Mapping[_Row, UUID] = field(default_factory=dict)

    def settled(self, plan: Plan) -> Plan:
        """The plan with an outcome for each cell that was left out of it."""
        told = {Place(one.sheet, one.cell): one for one in plan.outcomes}
        for place in self.same & told.keys():
            if told[place].outcome is Outcome.IMPORTED:
                told[place] = told[place]._replace(reason=_STANDS)
        told |= {place: CellOutcome(*place, Outcome.SKIPPED, reason) for place, reason in self.left.items()}
        order = [Place(sheet.name, cell.label) for sheet in self.original.sheets for cell in sheet.cells]
        outcomes = [told.pop(place) for place in order if place in told] + list(told.values())
        found = Counter(one.outcome for one in outcomes)
        counts = Counts(
            plan.counts.rows, len(outcomes), found[Outcome.IMPORTED], found[Outcome.ASKED], found[Outcome.LOCKED],
            found[Outcome.SKIPPED],
        )  # fmt: skip
        return replace(plan, outcomes=tuple(outcomes), counts=counts)

    def to_store(self, plan: Plan) -> tuple[Plan, dict[str, UUID]]:
        """The plan without what stays as it is, and whose its records are by the tokens beside them."""
        named: dict[str, UUID] = {}
        for records, ids in ((plan.enterprises, self.clients), (plan.persons, self.persons)):
            for one in records:
                known = {ids[row] for row in _rows_of(one) if row in ids}
                if len(known) == 1:
                    named[one.key] = known.pop()
        enterprises = tuple(one._replace(fields=self._changed(one.fields)) for one in plan.enterprises)
        persons = tuple(one._replace(fields=self._changed(one.fields)) for one in plan.persons)
        return replace(plan, enterprises=enterprises, persons=persons), named

    def _changed(self, fields: Sequence[FieldValue]) -> tuple[FieldValue, ...]:
        return tuple(one for one in fields if one.place not in self.same)


def read(workbook: Workbook, *, actor: Actor, at: datetime) -> Reading | None:
    """What a workbook's tokens and rows of nobody say; None for a workbook without either."""
    cells = {Place(sheet.name, cell.label): cell for sheet in workbook.sheets for cell in sheet.cells}
    meant = [place for place, cell in cells.items() if looks_like_token(cell.text)]
    codes = [place for place, cell in cells.items() if cell.text.startswith(_CODE) and len(cell.text) == 18]
    if not meant and not codes:
        return None
    home = house()
    standing = dict(zip(meant, spaces.standing(home, [cells[place].text for place in meant]), strict=True))
    nobody = _nobody(home) if codes or any(one.state == spaces.UNKNOWN for one in standing.values()) else frozenset()
    if not meant and not any(cells[place].text in nobody for place in codes):
        return None
    return _Reader(workbook, cells, standing, nobody, home, actor, at).reading()


class _Reader:
    """The steps of one reading."""

    def __init__(
        self, workbook: Workbook, cells: Mapping[Place, Cell], standing: Mapping[Place, Standing],
        nobody: frozenset[str], home: House, actor: Actor, at: datetime,
    ) -> None:  # fmt: skip
        self.workbook, self.cells, self.nobody = workbook, cells, nobody
        self.standing = dict(standing)
        self.left: dict[Place, str] = {}
        self.same: set[Place] = set()
        self.texts: dict[Place, str] = {}
        self.clients: dict[_Row, UUID] = {}
        self.persons: dict[_Row, UUID] = {}
        self._refuse(scope(actor, at), frozen_for(actor, at))
        fields = {one.field for one in self.standing.values() if one.field and one.state == spaces.STANDS}
        wanted = {(one.client, one.client, "service") for one in fields}
        wanted |= {(one.client, one.client, "enterprise") for one in fields}
        wanted |= {(one.client, one.subject, "identity") for one in fields if one.client != one.subject}
        self.shown = displays(list(wanted), home)

    def reading(self) -> Reading:
        """Row by row, then namesakes."""
        rows: dict[_Row, list[Place]] = defaultdict(list)
        for place, cell in self.cells.items():
            rows[place.sheet, cell.row].append(place)
        titles = _titles(self.cells)
        for row, places in rows.items():
            self._row(row, places, titles)
        self._namesakes(rows)
        sheets = tuple(
            replace(sheet, cells=tuple(self._kept(sheet.name, sheet.cells))) for sheet in self.workbook.sheets
        )
        return Reading(
            replace(self.workbook, sheets=sheets), self.workbook, self.left, frozenset(self.same), self.clients,
            self.persons,
        )  # fmt: skip

    def _refuse(self, within: set[UUID] | None, frozen: frozenset[UUID]) -> None:
        """What is of another space than most, outside the reader's files, or about whom the reader may not see now."""
        counted = Counter(one.space for one in self.standing.values() if one.space)
        space = counted.most_common(1)[0][0] if counted else None
        for place, one in self.standing.items():
            about = one.field
            if about and (
                one.space != space or about.subject in frozen or (within is not None and about.client not in within)
            ):
                self.standing[place] = Standing(spaces.UNKNOWN)

    def _row(self, row: _Row, places: Sequence[Place], titles: Mapping[tuple[str, int], str]) -> None:
        if any(self.cells[place].text.removeprefix("'") in self.nobody for place in places):
            self._leave(places, "canary")
            return
        mine = [(place, self.standing[place]) for place in places if place in self.standing]
        about = [one.field for _, one in mine if one.field and one.state == spaces.STANDS]
        clients = {one.client for one in about}
        persons = {one.subject for one in about if one.subject != one.client}
        if len(clients) > 1 or len(persons) > 1:
            self._leave(places, "stand-in-mixed")
            return
        for place, one in mine:
            self._token(place, one)
        if clients:
            [self.clients[row]] = clients
            self._beside(self.clients[row], [p for p in places if p not in self.standing], titles)
        if persons:
            [self.persons[row]] = persons

    def _token(self, place: Place, one: Standing) -> None:
        if one.state != spaces.STANDS or one.field is None:
            self._leave([place], f"stand-in-{_WRONG.get(one.state, 'foreign')}")
            return
        kind, record_class = one.field.kind, "identity" if one.field.subject != one.field.client else "enterprise"
        shown = self.shown.get((one.field.client, one.field.subject, record_class))
        words = shown.masks.get(_WHOLE[kind], "") if shown and kind in _WHOLE else ""
        if words:
            self.texts[place] = words
            self.same.add(place)
        else:
            self.left[place] = SAME

    def _beside(self, client: UUID, places: Sequence[Place], titles: Mapping[tuple[str, int], str]) -> None:
        """Cells in clear that the workbook had from us."""
        service = self.shown.get((client, client, "service"))
        for place in places:
            cell = self.cells[place]
            kind = titles.get((place.sheet, cell.column), "")
            if contains_mask(cell.text):
                self.left[place] = SAME
            elif kind == "roles":
                self._leave([place], "stand-in-roles")
            elif kind in _CLEAR and service and cell.text == " ".join(service.masks.get(kind, "").splitlines()):
                self.left[place] = SAME

    def _namesakes(self, rows: Mapping[_Row, Sequence[Place]]) -> None:
        """Two persons of one name in one file: words could not tell them apart."""
        called: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
        for row, person in self.persons.items():
            for name in self._names(rows[row]):
                called[self.clients[row], name].add(person)
        for row in self.persons:
            if any(len(called[self.clients[row], name]) > 1 for name in self._names(rows[row])):
                self._leave([place for place in rows[row] if place not in self.left], "stand-in-namesake")

    def _names(self, places: Sequence[Place]) -> list[str]:
        return [
            self.texts[place]
            for place in places
            if place in self.texts and (about := self.standing[place].field) and about.kind == "name"
        ]

    def _leave(self, places: Sequence[Place], why: str) -> None:
        self.left |= dict.fromkeys(places, f"intake.skipped.{why}")

    def _kept(self, sheet: str, cells: Sequence[Cell]) -> Iterator[Cell]:
        for cell in cells:
            place = Place(sheet, cell.label)
            if place not in self.left:
                given = self.texts.get(place)
                yield cell if given is None else cell._replace(text=given, kind=CellKind.TEXT)


def _titles(cells: Mapping[Place, Cell]) -> dict[tuple[str, int], str]:
    """What a column of our own workbook is for, by its title in either language."""
    known = {
        text(f"vault.column.{kind}", lang): kind for kind in ("roles", *_CLEAR) for lang in ("zh", "en")
    }  # fmt: skip
    found: dict[tuple[str, int], str] = {}
    for place, cell in cells.items():
        if cell.text in known:
            found.setdefault((place.sheet, cell.column), known[cell.text])
    return found


def _nobody(home: House) -> frozenset[str]:
    """What rows of nobody are recognised by: codes and tokens of every export of the house."""
    found: set[str] = set()
    for job in tracing.jobs():
        if job.canaries:
            found |= marks.of_canaries(seed_of(home, job.id), job.canaries)
    return frozenset(found)


def _rows_of(one: EnterpriseRecord | PersonRecord) -> set[_Row]:
    places = [*one.rows, *(value.place for value in one.fields)]
    rows = set()
    for place in places:
        label = place.cell.partition("#")[0]
        if label:
            rows.add((place.sheet, position(label)[0]))
    return rows
