"""From a workbook to a plan: every cell gets exactly one outcome, every row its records, every doubt one question.

Rules: docs/spec/import.md says what becomes of what; the same workbook, answers and mapping always give the same plan.

>>> from fengni.core.intake.reading import read_workbook
>>> plan = build_plan(read_workbook("企业名称,法定代表人\\n示例·甲有限公司,陆知衡".encode()), demo=True)
>>> [(o.cell, o.outcome.value, o.reason) for o in plan.outcomes][2:]
[('A2', 'imported', 'intake.imported.as-typed'), ('B2', 'imported', 'intake.imported.as-typed')]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fengni.core.intake.asking import Desk
from fengni.core.intake.attachments import Attachments
from fengni.core.intake.colours import ask_about_colours
from fengni.core.intake.columns import Column, find_columns, guesses
from fengni.core.intake.health import NUMBERS, examine, personal_counts
from fengni.core.intake.joining import Joiner, records
from fengni.core.intake.passwords import holds_password, service_of
from fengni.core.intake.pausing import collection_paused
from fengni.core.intake.plan import (
    Answer,
    CellOutcome,
    ColumnGuess,
    Counts,
    LockedSecret,
    Outcome,
    Place,
    Plan,
    RowResult,
)
from fengni.core.intake.rows import Draft, RowReader
from fengni.core.intake.tables import Table, find_table
from fengni.core.intake.texts import visible
from fengni.core.intake.workbook import Cell, CellKind, Progress, Workbook

GRAVEST: Final = (Outcome.ASKED, Outcome.LOCKED, Outcome.IMPORTED, Outcome.SKIPPED)
_new = tuple.__new__  # half the cost of the constructor


def build_plan(
    workbook: Workbook,
    *,
    answers: Iterable[Answer] = (),
    mapping: Mapping[str, str] | None = None,
    demo: bool = False,
    progress: Progress | None = None,
) -> Plan:
    """The plan of a workbook under the answers given so far.

    `mapping` says what columns hold ({"Sheet1!C": "legal_representative.id_number"}). `demo` accepts identifiers that
    can belong to nobody, and only those. `progress(done, total)` counts sheets' rows; what it raises ends the work.
    Raises BadInput for a mapping or choice that does not exist.
    """
    with collection_paused():
        builder = _Builder(workbook, Desk(answers), mapping or {}, demo=demo, progress=progress)
        builder.read()
        return builder.plan()


class _Builder:
    """The steps of one plan."""

    def __init__(
        self, workbook: Workbook, desk: Desk, mapping: Mapping[str, str], *, demo: bool, progress: Progress | None
    ) -> None:
        self.workbook = workbook
        self.desk = desk
        self.mapping = mapping
        self.demo = demo
        self.progress = progress
        self.reasons: list[dict[str, str]] = []  # per sheet, by label
        self.tables: list[Table] = []
        self.table_columns: list[dict[int, Column]] = []
        self.columns: list[ColumnGuess] = []
        self.secrets: list[LockedSecret] = []
        self.drafts: list[Draft] = []
        self.spans: list[range] = []  # the drafts of each sheet
        self.joiner = Joiner(desk)

    def read(self) -> None:
        """Reads every sheet and joins the rows."""
        unknown: dict[str, str] = {}
        total = sum(len(s.cells) for s in self.workbook.sheets)
        done = 0
        for index, sheet in enumerate(self.workbook.sheets, 1):
            table = find_table(sheet)
            self.tables.append(table)
            columns = find_columns(table, self.mapping) if table.found else {}
            self.columns += guesses(table, columns)
            self.table_columns.append(columns)
            reasons = self._around(table)
            start = len(self.drafts)
            if table.found:
                self._rows(table, columns, index, unknown, reasons)
            self.reasons.append(reasons)
            self.spans.append(range(start, len(self.drafts)))
            done += len(sheet.cells)
            if self.progress:
                self.progress(done, total)
        self.joiner.join(self.drafts)

    def _rows(
        self, table: Table, columns: dict[int, Column], index: int, unknown: dict[str, str], reasons: dict[str, str]
    ) -> None:
        reader = RowReader(table, columns, self.desk, index=index, demo=self.demo)
        reader.unknown = unknown
        reader.read()
        offset = len(self.secrets)
        for draft in reader.drafts:
            draft.secrets[:] = [n + offset for n in draft.secrets]
        ask_about_colours(table, reader.drafts, self.desk)
        self.secrets += reader.secrets
        self.drafts += reader.drafts
        reasons |= reader.reasons

    def _around(self, table: Table) -> dict[str, str]:
        """Reasons of all cells that are no data."""
        reasons: dict[str, str] = {}
        numbers = table.parts if table.found else table.rows
        for row in numbers:
            part = table.parts.get(row, "no-table")
            for cell in table.rows[row]:
                reasons[cell.label] = self._aside(table.sheet.name, cell, part)
        return reasons

    def _aside(self, sheet: str, cell: Cell, part: str) -> str:
        place = Place(sheet, cell.label)
        if not visible(cell.text) and cell.kind is not CellKind.PENDING:
            return "intake.skipped.blank"
        if holds_password(cell.text):
            self.secrets.append(LockedSecret(place, service_of(cell.text)))
            return "intake.locked.in-text"
        if cell.kind is CellKind.ERROR:
            return "intake.skipped.error-value"
        if part == "no-table" and any(personal_counts(cell.text)):
            return "intake.skipped.answered" if self.desk.ask("no-table", place) else "intake.asked.no-table"
        return f"intake.skipped.{part}"

    # The plan ----------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """Everything together."""
        enterprises, persons, relations = records(self.joiner)
        firms = self._firm_keys()
        secrets = self._secrets_with_firms(firms)
        outcomes, attachments = self._outcomes(firms, {e.key for e in enterprises if not e.held})
        rows = self._row_results(firms)
        by_reason = Counter([o[3] for o in outcomes])
        counted = dict.fromkeys(Outcome, 0)
        for reason, number in by_reason.items():
            counted[outcome_of(reason)] += number
        values = [f for found in (enterprises, persons) for record in found for f in record[1]]
        secrets += attachments.secrets
        notices = list(self.workbook.notices)
        if by_reason["intake.skipped.real-data"]:
            notices.append("intake.notice.real-data")
        return Plan(
            outcomes=tuple(outcomes),
            counts=Counts(
                rows=len(rows),
                cells=len(outcomes),
                imported=counted[Outcome.IMPORTED],
                asked=counted[Outcome.ASKED],
                locked=counted[Outcome.LOCKED],
                skipped=counted[Outcome.SKIPPED],
            ),
            health=examine(
                self.workbook, self._texts(), values, passwords=len(secrets), damaged_ids=self.desk.count("damaged-id")
            ),
            columns=tuple(self.columns),
            questions=self.desk.questions(),
            rows=tuple(rows),
            enterprises=enterprises,
            persons=persons,
            relations=relations,
            secrets=tuple(secrets),
            materials=tuple(attachments.materials),
            notices=tuple(notices),
            demo=self.demo,
        )

    def _texts(self) -> list[str]:
        """All texts but those of columns of numbers, which are counted by their values."""
        texts: list[str] = []
        for table, columns in zip(self.tables, self.table_columns, strict=True):
            texts += [thing.text for thing in table.sheet.attached]
            texts += [c.text for row in (table.parts if table.found else table.rows) for c in table.rows[row]]
            texts += [c[2] for column in columns.values() if column.kind not in NUMBERS for c in column.cells]
        return [text for text in texts if len(text) > 9]  # no shorter text holds a number of a person

    def _firm_keys(self) -> list[str]:
        """The key of each draft's enterprise, "" for none."""
        found = [self.joiner.of_draft.get(i) for i in range(len(self.drafts))]
        return [record.key if record is not None else "" for record in found]

    def _secrets_with_firms(self, firms: Sequence[str]) -> list[LockedSecret]:
        secrets = list(self.secrets)
        for draft, firm in zip(self.drafts, firms, strict=True):
            for n in draft.secrets:
                secrets[n] = replace(secrets[n], enterprise=firm)
        return secrets

    def _outcomes(self, firms: Sequence[str], ready: Collection[str]) -> tuple[list[CellOutcome], Attachments]:
        """One outcome per cell and per thing that hangs on cells, in the order of the workbook."""
        outcomes: list[CellOutcome] = []
        attachments = Attachments(self.desk, ready)
        known = _Outcomes()
        for sheet, reasons, span in zip(self.workbook.sheets, self.reasons, self.spans, strict=True):
            name = sheet.name
            firm_of_row = {self.drafts[i].row: firms[i] for i in span}
            hung = attachments.of_sheet(sheet, reasons, firm_of_row) if sheet.attached else {}
            for place, reason in self.joiner.reasons.items():
                if place.sheet == name:
                    (hung if place.cell in hung else reasons)[place.cell] = reason
            found = [reasons[cell[4]] for cell in sheet.cells]
            outcomes += [
                _new(CellOutcome, (name, cell[4], known[reason], reason))
                for cell, reason in zip(sheet.cells, found, strict=True)
            ]
            outcomes += [CellOutcome(name, label, outcome_of(reason), reason) for label, reason in hung.items()]
        if self.workbook.names:
            hung = attachments.of_workbook(self.workbook.names)
            outcomes += [CellOutcome("", label, outcome_of(reason), reason) for label, reason in hung.items()]
        return outcomes, attachments

    def _row_results(self, firms: Sequence[str]) -> list[RowResult]:
        rows: list[RowResult] = []
        gravest: dict[tuple[str, ...], Outcome] = {}
        for number, (sheet, reasons, span) in enumerate(
            zip(self.workbook.sheets, self.reasons, self.spans, strict=True)
        ):
            cells = self.tables[number].rows
            changed = any(place.sheet == sheet.name for place in self.joiner.reasons)
            for i in span:
                draft = self.drafts[i]
                found = _ALL_AS_TYPED
                if changed or not draft.plain:
                    found = tuple(dict.fromkeys([reasons[c[4]] for c in cells[draft.row]]))
                if found not in gravest:
                    outcomes = {outcome_of(r) for r in found}
                    gravest[found] = next(o for o in GRAVEST if o in outcomes)
                people = tuple(dict.fromkeys([r.key for r, _, _ in self.joiner.people_of.get(i, ())]))
                fields = (sheet.name, draft.row, gravest[found], found, firms[i], people, tuple(draft.tags))
                rows.append(_new(RowResult, fields))
        return rows


class _Outcomes(dict[str, Outcome]):
    """Reason → outcome, each worked out once."""

    def __missing__(self, reason: str) -> Outcome:
        self[reason] = outcome_of(reason)
        return self[reason]


def outcome_of(reason: str) -> Outcome:
    """The outcome a reason belongs to: its second word."""
    return _BY_WORD[reason.split(".", 2)[1]]


_ALL_AS_TYPED: Final[tuple[str, ...]] = ("intake.imported.as-typed",)
_BY_WORD: Final = {o.value: o for o in Outcome}
