"""Data rows of one table as drafts: the values each cell gives to the enterprise and the persons of its row.

Rules: rules 1, 2 and 7 to 15 of docs/spec/import.md. Every cell gets a reason here; joining rows may change it later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fengni.core.intake.amounts import read_capital
from fengni.core.intake.asking import Desk
from fengni.core.intake.columns import Column, masked
from fengni.core.intake.dates import read_in_order
from fengni.core.intake.passwords import holds_password, service_of
from fengni.core.intake.plan import FieldValue, LockedSecret, Place, State
from fengni.core.intake.tables import Table
from fengni.core.intake.texts import fold, tidy_text, visible
from fengni.core.intake.values import Parsed, Setting, quick_reader, read_value
from fengni.core.intake.workbook import Attached, Cell, CellKind
from fengni.core.vault.masking import mask_list
from fengni.definitions import load

PLACEHOLDERS: Final = frozenset(load("intake")["placeholders"])
IDENTITY: Final = frozenset(("company_name", "short_name", "former_name", "uscc", "registration_number"))
_LONGEST_PLACEHOLDER: Final = max(map(len, PLACEHOLDERS))
FICTITIOUS_KINDS: Final = frozenset(("id_number", "uscc"))
_MOST_MERGED: Final = 500_000  # rows under merged cells that are looked at, in all
AS_TYPED: Final = "intake.imported.as-typed"
NORMALISED: Final = "intake.imported.normalised"
_new = tuple.__new__  # half the cost of the constructor


@dataclass(slots=True)
class Draft:
    """One data row: what it says of its enterprise and of each person (by subject, "shareholder#2" or so)."""

    place: Place
    row: int
    enterprise: list[FieldValue] = field(default_factory=list)
    people: dict[str, list[FieldValue]] = field(default_factory=dict)
    inherited: list[FieldValue] = field(default_factory=list)  # of merged cells that begin in a row above
    secrets: list[int] = field(default_factory=list)
    pictures: list[Attached] = field(default_factory=list)
    above: Draft | None = None  # the row whose enterprise this row shares by an answer
    tags: list[str] = field(default_factory=list)
    plain: bool = False  # every cell was imported as typed


class RowReader:
    """Reads the data rows of one table. `reasons` maps the label of a cell to the reason of its outcome."""

    def __init__(self, table: Table, columns: Mapping[int, Column], desk: Desk, *, index: int, demo: bool) -> None:
        self.table = table
        self.columns = columns
        self.desk = desk
        self.index = index
        self.demo = demo
        self.sheet = table.sheet.name
        self.reasons: dict[str, str] = {}
        self.secrets: list[LockedSecret] = []
        self.drafts: list[Draft] = []
        self._by_row: dict[int, Draft] = {}
        self.unknown: dict[str, str] = {}  # heading → question, shared by the sheets
        self._names = any(c.subject == "enterprise" and c.kind in IDENTITY for c in columns.values())
        self._down = _merged_down(table)
        self._quick: dict[int, tuple[Column, str, str, dict[str, Parsed], Callable[[str], bool], bool]] = {}
        for number, column in columns.items():
            column.named = column.subject == "enterprise" and column.kind in IDENTITY
            if column.kind and not column.hidden and not desk.has_cells:
                fictitious = demo and column.kind in FICTITIOUS_KINDS
                quick = quick_reader(column.kind, demo=demo) or _never
                self._quick[number] = (column, column.subject, column.kind, column.cache, quick, fictitious)
        self._comments: dict[int, list[Attached]] = {}
        for thing in table.sheet.attached:
            if thing.kind == "comment" and thing.row:
                self._comments.setdefault(thing.row, []).append(thing)

    def read(self) -> list[Draft]:
        """All drafts, in order."""
        for row in self.table.data:
            self._row(row, self.table.rows[row])
        return self.drafts

    # One row -----------------------------------------------------------------------------------------------------

    def _row(self, row: int, cells: list[Cell]) -> None:
        draft = Draft(Place(self.sheet, cells[0].label), row)
        hidden_row = "hidden-sheet" if self.table.sheet.visibility != "visible" else ""
        hidden_row = hidden_row or ("hidden-row" if row in self.table.sheet.hidden_rows else "")
        if hidden_row or row in self._down or row in self._comments or not self._quick_row(draft, cells):
            self._careful_row(draft, cells, hidden_row)
        self.drafts.append(draft)
        self._by_row[row] = draft

    def _quick_row(self, draft: Draft, cells: list[Cell]) -> bool:
        """A row in which every cell is plainly good, read the short way; False, and nothing done, for any other."""
        sheet, named, plain = self.sheet, not self._names, True
        reasons, people, firm = self.reasons, draft.people, draft.enterprise
        ready, text_kind, typed = State.READY, CellKind.TEXT, AS_TYPED
        for _, number, text, cell_kind, label, formula, _ in cells:
            known_column = self._quick.get(number)
            if known_column is None or cell_kind is not text_kind or formula:
                return self._give_up(draft)
            column, subject, kind, cache, quick, fictitious = known_column
            value, original, reason = text, "", typed
            known = cache.get(text)
            if known is None and not quick(text):
                known = cache[text] = self._read(Cell(1, number, text, cell_kind, label), column)
            if known is not None:
                if known.question or known.skip or len(known.values) != 1:
                    return self._give_up(draft)
                (kind, value), fictitious = known.values[0], known.fictitious
                if value != text:
                    original, reason, plain = text, NORMALISED, False
            reasons[label] = reason
            place = _new(Place, (sheet, label))
            found = _new(FieldValue, (kind, ready, value, original, "", "", (), fictitious, reason, place))
            if subject == "enterprise":
                firm.append(found)
                named = named or column.named
            elif subject in people:
                people[subject].append(found)
            else:
                people[subject] = [found]
        draft.plain = plain
        return named or self._give_up(draft)

    def _give_up(self, draft: Draft) -> bool:
        draft.enterprise.clear()
        draft.people.clear()
        draft.plain = False
        return False

    def _careful_row(self, draft: Draft, cells: list[Cell], hidden_row: str) -> None:
        row = draft.row
        taken: list[tuple[Cell, Column, Parsed]] = []
        split = False
        for cell in cells:
            column = self.columns[cell.column]
            parsed = self._parsed(cell, column)
            if parsed.skip:
                self._aside(draft, cell, column, parsed.skip)
                continue
            hidden = hidden_row or ("hidden-column" if column.hidden else "")
            if hidden and (self._needless(cell, column, parsed) or not self._shown(hidden, cell.label, column.title)):
                continue
            split = split or parsed.question == "two-people"
            taken.append((cell, column, parsed))
        if not self._has_identity(draft, row, taken) and taken:
            taken = self._without_enterprise(draft, taken)
        if split:
            taken = self._split_people(draft, taken)
        for cell, column, parsed in taken:
            self._take(draft, cell, column, parsed)
        for thing in self._comments.get(row, ()):
            self._comment(draft, thing, hidden_row)

    def _parsed(self, cell: Cell, column: Column) -> Parsed:
        """What a cell holds, read once for equal texts of one column."""
        answer = self.desk.cell(Place(self.sheet, cell.label)) if self.desk.has_cells else None
        if answer is not None and answer.choice == "skip":
            return Parsed(skip="skipped.answered")
        if answer is not None and answer.choice == "replace":
            cell = Cell(cell.row, cell.column, answer.value, CellKind.TEXT, cell.label)
        key = cell.text if cell.kind is CellKind.TEXT else f"{cell.kind}\0{cell.text}"
        found = column.cache.get(key)
        if found is None:
            found = column.cache[key] = self._read(cell, column)
        return found

    def _read(self, cell: Cell, column: Column) -> Parsed:
        text, target = cell.text, column.target
        if (len(text) < 9 or not text[0].isalnum()) and not visible(text) and cell.kind is not CellKind.PENDING:
            return Parsed(skip="skipped.blank")
        if holds_password(text):
            return Parsed(skip="locked.in-text")
        if cell.kind is CellKind.ERROR:
            return Parsed(skip="skipped.error-value")
        placeholder = len(text) <= _LONGEST_PLACEHOLDER + 2 and fold(text).strip().lower() in PLACEHOLDERS
        if target in ("lock", "login") and not placeholder:
            return Parsed(skip="locked.password" if target == "lock" else "locked.login")
        if target == "skip":
            return Parsed(skip="skipped.column" if column.by == "mapping" else "skipped.row-number")
        if placeholder:
            return Parsed(skip="skipped.placeholder")
        if target == "no-purpose":
            return Parsed(((_note_kind(column), f"{column.title}：{tidy_text(text)}"),), question="no-purpose")
        if cell.kind is CellKind.PENDING:
            return Parsed(question="not-computed")
        if target == "unknown":
            titled = f"{column.title}：{tidy_text(text)}" if column.title else tidy_text(text)
            return Parsed(((_note_kind(column), titled),), question="unknown")
        setting = Setting(self.demo, cell.kind is CellKind.NUMBER, column.unit)
        return read_value(column.kind, text, setting)

    def _aside(self, draft: Draft, cell: Cell, column: Column, end: str) -> None:
        self.reasons[cell.label] = f"intake.{end}"
        if end in ("locked.in-text", "locked.password"):
            draft.secrets.append(len(self.secrets))
            text = cell.text if end == "locked.in-text" else ""
            self.secrets.append(LockedSecret(Place(self.sheet, cell.label), service_of(f"{column.title} {text}")))

    def _shown(self, hidden: str, label: str, title: str) -> bool:
        """Whether a cell in a hidden place is to be read; if not, its reason is set."""
        choice = self.desk.ask(hidden, Place(self.sheet, label), title=title)
        if choice in ("import", "replace"):
            return True
        self.reasons[label] = "intake.skipped.hidden" if choice else f"intake.asked.{hidden}"
        return False

    def _needless(self, cell: Cell, column: Column, parsed: Parsed) -> bool:
        """Whether a hidden cell is left out for want of a purpose, so that nobody need be asked about its place."""
        if parsed.question != "no-purpose":
            return False
        if self.desk.ask("no-purpose", Place(self.sheet, cell.label), title=column.title) == "note":
            return False
        self.reasons[cell.label] = "intake.skipped.no-purpose"
        return True

    def _has_identity(self, draft: Draft, row: int, taken: list[tuple[Cell, Column, Parsed]]) -> bool:
        for first, number in self._down.get(row, ()):
            source = self._by_row.get(first)
            above = self.columns.get(number)
            if source is not None and above is not None and above.subject == "enterprise":
                draft.inherited += [f for f in source.enterprise if f.place.cell == f"{above.letters}{first}"]
        for _, column, _ in taken:
            if column.kind in IDENTITY and column.subject == "enterprise":
                return True
        return any(f.kind in IDENTITY for f in draft.inherited)

    def _without_enterprise(
        self, draft: Draft, taken: list[tuple[Cell, Column, Parsed]]
    ) -> list[tuple[Cell, Column, Parsed]]:
        """A row that names no enterprise: ask, unless the sheet names none anywhere and the row is about a person."""
        of_firm = [t for t in taken if t[1].subject == "enterprise"]
        if not self._names:
            someone = next((t[1].subject for t in taken if t[1].kind and t[1].subject != "enterprise"), "")
            if someone and all(t[1].kind == "note" for t in of_firm):
                return [(c, _as_person_note(col, someone), _renamed(p, col)) for c, col, p in taken]
            if not of_firm:
                return taken
        kept: list[tuple[Cell, Column, Parsed]] = []
        for cell, column, parsed in taken:
            choice = self.desk.ask("no-enterprise", Place(self.sheet, cell.label), title=column.title)
            if choice == "above" and self.drafts:
                draft.above = self.drafts[-1]
                kept.append((cell, column, parsed))
            elif choice == "person" and column.subject not in ("enterprise", ""):
                kept.append((cell, column, parsed))
            else:
                self.reasons[cell.label] = "intake.skipped.answered" if choice else "intake.asked.no-enterprise"
        return kept

    # One cell ----------------------------------------------------------------------------------------------------

    def _take(self, draft: Draft, cell: Cell, column: Column, parsed: Parsed) -> None:
        """Gives the values of a cell to the row's enterprise or person, or asks about them."""
        label, text = cell.label, cell.text
        place = Place(self.sheet, label)
        if parsed.question:
            values, reason = self._asked(place, column, parsed, text)
        else:
            values, reason = _ready(place, parsed, text, cell.formula)
        self.reasons[label] = reason
        if not values:
            return
        if column.subject == "enterprise" or (not column.subject and self._names):
            draft.enterprise += values
        else:
            draft.people.setdefault(column.subject or _nearest(draft), []).extend(values)

    def _asked(self, place: Place, column: Column, parsed: Parsed, text: str) -> tuple[list[FieldValue], str]:
        base = parsed.question
        question = self._unknown_id(column) if base == "unknown" else base
        sample = _sample(column, parsed, text)
        choice = self.desk.ask(question, place, title=column.title, sample=sample)
        return answered(place, column.kind, base, parsed, text, choice)

    def _unknown_id(self, column: Column) -> str:
        known = column.title.strip().lower() or f"{self.index}!{column.letters}"
        return self.unknown.setdefault(known, f"unknown:{self.index}!{column.letters}")

    # Several people in one cell ----------------------------------------------------------------------------------

    def _split_people(
        self, draft: Draft, taken: list[tuple[Cell, Column, Parsed]]
    ) -> list[tuple[Cell, Column, Parsed]]:
        """Handles the persons whose name cell holds several; gives back the other cells."""
        several = {t[1].subject: len(t[2].values) for t in taken if t[2].question == "two-people"}
        rest = []
        for cell, column, parsed in taken:
            count = several.get(column.subject, 0)
            if not count or not column.kind:
                rest.append((cell, column, parsed))
                continue
            place = Place(self.sheet, cell.label)
            sample = _sample(column, parsed, cell.text)
            choice = self.desk.ask("two-people", place, title=column.title, sample=sample)
            if choice not in ("split", "replace"):
                self.reasons[cell.label] = "intake.skipped.answered" if choice else "intake.asked.two-people"
                if not choice:
                    held = [_held(place, parsed, kind, value, cell.text) for kind, value in parsed.values]
                    draft.people.setdefault(column.subject, []).extend(held)
                continue
            self._give_out(draft, cell, column, parsed, count)
        return rest

    def _give_out(self, draft: Draft, cell: Cell, column: Column, parsed: Parsed, count: int) -> None:
        """The first value to the first person and so on; values that cannot be paired go to the first person."""
        place = Place(self.sheet, cell.label)
        if parsed.question not in ("", "two-people", "two-values") or len(parsed.values) != count:
            first = Column(column.number, column.title, column.target, column.by, [], False)
            first.subject, first.kind = f"{column.subject}/0", column.kind
            self._take(draft, cell, first, parsed)
            return
        for number, (kind, value) in enumerate(parsed.values):
            again = read_value(kind, value, Setting(self.demo)) if kind == "id_number" else Parsed(((kind, value),))
            doubtful = bool(again.question or again.skip)
            found = FieldValue(
                kind,
                State.VERIFY if doubtful else State.READY,
                value,
                original=cell.text,
                positions=again.positions,
                fictitious=again.fictitious,
                reason="intake.imported.split",
                place=place,
            )
            draft.people.setdefault(f"{column.subject}/{number}", []).append(found)
        self.reasons[cell.label] = "intake.imported.split"

    # Comments ----------------------------------------------------------------------------------------------------

    def _comment(self, draft: Draft, thing: Attached, hidden_row: str) -> None:
        if not visible(thing.text) or holds_password(thing.text) or is_copy(thing, self._comments[draft.row]):
            return  # the workbook's own pass gives these their reason
        column = self.columns.get(thing.column)
        hidden = hidden_row or ("hidden-column" if thing.column in self.table.sheet.hidden_columns else "")
        if hidden and not self._shown(hidden, thing.label, ""):
            return
        place = Place(self.sheet, thing.label)
        subject = column.subject if column and column.subject in draft.people else ""
        firm = bool(draft.enterprise or draft.inherited or draft.above)
        if not subject and not firm:
            subject = next(iter(draft.people), "")
        if not subject and not firm:
            return
        kind, reason = "person_note" if subject else "note", "intake.imported.comment"
        value = FieldValue(kind, State.READY, tidy_text(thing.text), reason=reason, place=place)
        if subject:
            draft.people[subject].append(value)
        else:
            draft.enterprise.append(value)
        self.reasons[thing.label] = reason


def _never(text: str) -> bool:
    return False


def is_copy(thing: Attached, others: Iterable[Attached]) -> bool:
    """Whether a comment only repeats a threaded one of the same cell, as spreadsheets write it for older programs."""
    if "#thread" in thing.label:
        return False
    return any("#thread" in o.label and (o.row, o.column) == (thing.row, thing.column) for o in others)


def _merged_down(table: Table) -> dict[int, list[tuple[int, int]]]:
    """Row → (first row, column) of merged cells that reach down to it."""
    down: dict[int, list[tuple[int, int]]] = {}
    last, left = max(table.rows, default=0), _MOST_MERGED
    for r1, c1, r2, _ in table.sheet.merged:
        for row in range(r1 + 1, min(r2, last, r1 + left) + 1):
            down.setdefault(row, []).append((r1, c1))
            left -= 1
    return down


def _note_kind(column: Column) -> str:
    return "note" if column.subject == "enterprise" or not column.subject else "person_note"


def _as_person_note(column: Column, someone: str) -> Column:
    if column.subject != "enterprise":
        return column
    moved = Column(column.number, column.title, column.target, column.by, [], column.hidden)
    moved.subject, moved.kind = someone, "person_note"
    return moved


def _renamed(parsed: Parsed, column: Column) -> Parsed:
    if column.subject != "enterprise":
        return parsed
    return parsed._replace(values=tuple(("person_note", value) for _, value in parsed.values))


def _nearest(draft: Draft) -> str:
    return next(reversed(draft.people), "contact")


def _ready(place: Place, parsed: Parsed, text: str, formula: bool) -> tuple[list[FieldValue], str]:
    values = parsed.values
    if len(values) == 1:
        kind, value = values[0]
        if formula:
            reason = "intake.imported.formula"
        elif value == text:
            fields = (kind, State.READY, value, "", "", "", (), parsed.fictitious, "intake.imported.as-typed", place)
            return [_new(FieldValue, fields)], "intake.imported.as-typed"
        else:
            reason = "intake.imported.normalised"
    else:
        reason = "intake.imported.split" if parsed.split else "intake.imported.normalised"
    fictitious, ready = parsed.fictitious, State.READY
    return [
        _new(FieldValue, (kind, ready, value, "" if value == text else text, "", "", (), fictitious, reason, place))
        for kind, value in values
    ], reason


def _held(place: Place, parsed: Parsed, kind: str, value: str, text: str) -> FieldValue:
    return FieldValue(
        kind,
        State.HELD,
        value,
        original="" if value == text else text,
        proposal=parsed.proposal,
        positions=parsed.positions,
        fictitious=parsed.fictitious,
        reason=f"intake.asked.{_ASKED.get(parsed.question, parsed.question)}",
        place=place,
    )


_ASKED: Final = {"unknown": "unknown-column", "no-purpose": "no-purpose"}


def answered(
    place: Place, kind: str, question: str, parsed: Parsed, text: str, choice: str
) -> tuple[list[FieldValue], str]:
    """The values of a cell with a question, and its reason, by what was chosen ("" while the question is open)."""
    if question.startswith("damaged"):
        return _damaged(place, kind, question, parsed, text, choice)
    if question == "no-purpose" and choice != "note":
        return [], "intake.skipped.no-purpose"
    if choice == "":
        held = [_held(place, parsed, k, v, text) for k, v in parsed.values]
        return held, f"intake.asked.{_ASKED.get(question, question)}"
    if choice == "skip":
        return [], "intake.skipped.column" if question == "unknown" else "intake.skipped.answered"
    if choice in ("ymd", "mdy", "dmy"):
        value, state = read_in_order(fold(text), choice), State.READY
    elif choice in ("yuan", "ten-thousand"):
        value, state = read_capital(fold(text), unit=choice), State.READY
    elif choice == "accept":
        value, state = parsed.proposal, State.READY
    elif choice in ("first", "note"):
        value, state = parsed.values[0][1], State.READY
    else:
        value, state = (parsed.values[0][1] if parsed.values else ""), State.VERIFY
    if not value:
        held = [_held(place, parsed, k, v, text) for k, v in parsed.values]
        return held, f"intake.asked.{question}"
    reason = "intake.imported.verify" if state is State.VERIFY else "intake.imported.answered"
    found = FieldValue(
        parsed.values[0][0],
        state,
        value,
        original="" if value == text else text,
        proposal="" if choice == "accept" else parsed.proposal,
        positions=parsed.positions if state is State.VERIFY else (),
        fictitious=parsed.fictitious,
        reason=reason,
        place=place,
    )
    return [found], reason


def _damaged(
    place: Place, kind: str, question: str, parsed: Parsed, text: str, choice: str
) -> tuple[list[FieldValue], str]:
    if choice == "skip":
        return [], "intake.skipped.answered"
    reason = "intake.skipped.damaged" if choice else f"intake.asked.{question}"
    return [FieldValue(kind, State.DAMAGED, hint=mask_list(kind, parsed.left), reason=reason, place=place)], reason


def _sample(column: Column, parsed: Parsed, text: str) -> str:
    if parsed.left:
        return mask_list(column.kind, parsed.left)
    return masked(column.kind, text) if column.kind else ""
