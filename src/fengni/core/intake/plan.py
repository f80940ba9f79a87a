"""What becomes of a workbook: one outcome per non-empty cell, the records to store, and the questions to ask.

Rules:
- every non-empty cell of every sheet has exactly one outcome, and the four counts add up to the number of cells;
- a value that Excel damaged is never repaired; a login password is never part of a plan, only its place is;
- what is personal lives in `value`, `original`, `proposal` and `sample`, is left out of `repr`, and is never in a
reason.

>>> Counts(rows=1, cells=3, imported=1, asked=1, locked=0, skipped=1).adds_up
True
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What becomes of one cell. Texts: `intake.outcome.<value>`."""

    IMPORTED = "imported"
    ASKED = "asked"
    LOCKED = "locked"
    SKIPPED = "skipped"


class State(StrEnum):
    """What may be done with a field value. Texts: `intake.state.<value>`."""

    READY = "ready"  # store it
    VERIFY = "verify"  # store it, marked as to be verified with the person
    DAMAGED = "damaged"  # nothing to store but the mark: the value was lost in Excel; `hint` shows what is left, masked
    HELD = "held"  # a question is open; do not store


class CellOutcome(NamedTuple):
    """The outcome of one cell. A tuple, for a workbook has a hundred thousand of them.

    `cell` is an address as in Excel ("B7"). What hangs on a cell has a suffix: "B7#comment", "B7#picture1",
    "B7#object1", "B7#shape1". What belongs to the workbook has the sheet "" and a cell like "#name1". `reason` is
    a code of the text catalogue.
    """

    sheet: str
    cell: str
    outcome: Outcome
    reason: str


class Place(NamedTuple):
    """Where something stands in the workbook."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


NOWHERE = Place("", "")


class FieldValue(NamedTuple):
    """One value of an enterprise or a person. A tuple, for there are many.

    `kind` is a field kind (`field.<kind>`). `original` is the cell's text where normalising changed it.
    `proposal` is what the value might be (an old 15-digit number converted, a code with one plausible reading);
    never used without an answer. `positions` are the 1-based characters that cannot be right. `fictitious` marks
    the demo region 99. `reason` is the code of the cell's outcome.
    """

    kind: str
    state: State
    value: str = ""
    original: str = ""
    hint: str = ""
    proposal: str = ""
    positions: tuple[int, ...] = ()
    fictitious: bool = False
    reason: str = ""
    place: Place = NOWHERE

    def __repr__(self) -> str:
        return f"FieldValue({self.kind}, {self.state.value}, {self.place})"

    @property
    def changed(self) -> bool:
        """Whether the value differs from what was typed."""
        return bool(self.original)


class EnterpriseRecord(NamedTuple):
    """One client enterprise, merged from all rows that name it.

    `key` is local to the plan ("e1"). Several values of one kind are all kept where that makes sense
    (former_name, mobile, note). `matched_by` says how later rows were recognised: "uscc", "company_name",
    "former_name" or "". `held` means that a question about the enterprise itself is open, so nothing of it may be
    stored yet.
    """

    key: str
    fields: tuple[FieldValue, ...]
    tags: tuple[str, ...] = ()
    rows: tuple[Place, ...] = ()
    matched_by: str = ""
    held: bool = False

    def first(self, kind: str) -> FieldValue | None:
        """The surviving value of a kind, or None."""
        return next((f for f in self.fields if f.kind == kind and f.state is not State.HELD), None)


class PersonRecord(NamedTuple):
    """One person, merged by ID number over the whole workbook and by name inside one enterprise. `key`: "p1"."""

    key: str
    fields: tuple[FieldValue, ...]
    rows: tuple[Place, ...] = ()
    held: bool = False

    def first(self, kind: str) -> FieldValue | None:
        """The surviving value of a kind, or None."""
        return next((f for f in self.fields if f.kind == kind and f.state is not State.HELD), None)


class Relation(NamedTuple):
    """A person stands in a role (`intake.role.<role>`) to an enterprise; `enterprise` is "" when a row names none."""

    enterprise: str
    person: str
    role: str
    place: Place


@dataclass(frozen=True, slots=True)
class LockedSecret:
    """A login password lies here. `service` is tax, bank, ukey, registry or other. The secret is not in the plan."""

    place: Place
    service: str
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A picture or embedded object and whose row it hangs on; its bytes are `Workbook.attachment(place)`."""

    place: Place
    media_type: str
    size: int
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column seems to hold.

    `target` is "enterprise.<kind>", "<role>.<kind>", "<role>#2.<kind>" for the second person of a role, or one of
    "skip" (nothing to import), "lock" (passwords), "login" (login names), "no-purpose" and "unknown". `by` is
    header, values, both, mapping or none. `filled` of `rows` data rows are not empty. `sample` is masked.
    """

    sheet: str
    column: str
    title: str = field(repr=False)
    target: str = "unknown"
    by: str = "none"
    filled: int = 0
    rows: int = 0
    sample: str = field(default="", repr=False)
    hidden: bool = False
    header_row: int = 0

    @property
    def id(self) -> str:
        """The key of this column in a mapping: "Sheet1!C"."""
        return f"{self.sheet}!{self.column}"


@dataclass(frozen=True, slots=True)
class Question:
    """Something the user decides once for all its `places`.

    `id` is stable between two plans of the same workbook. `code` and each `intake.choice.<choice>` are texts;
    `count` is the only placeholder. `titles` are the headings of the columns asked about. `sample` is masked.
    `chosen` is the answer given, or "".
    """

    id: str
    code: str
    count: int
    places: tuple[Place, ...]
    choices: tuple[str, ...]
    default: str
    titles: tuple[str, ...] = field(default=(), repr=False)
    sample: str = field(default="", repr=False)
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question, or to one cell when `question` is "cell:<sheet>!<cell>".

    One cell knows the further choice "replace": read `value` instead of what is typed. For a colour's choice
    "tag", `value` is the tag.
    """

    question: str
    choice: str
    value: str = field(default="", repr=False)


class RowResult(NamedTuple):
    """What became of one data row: the gravest outcome of its cells (asked, locked, imported, skipped)."""

    sheet: str
    row: int
    outcome: Outcome
    reasons: tuple[str, ...]
    enterprise: str = ""
    persons: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """泄露体检: what lies in the file, counted before anything is stored. All numbers are counts."""

    sheets: int = 0
    hidden_sheets: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    hidden_cells: int = 0
    comments: int = 0
    id_numbers: int = 0
    damaged_ids: int = 0
    mobiles: int = 0
    bank_accounts: int = 0
    passwords: int = 0
    pictures: int = 0
    objects: int = 0
    formulas: int = 0
    error_cells: int = 0
    external_links: int = 0
    macros: int = 0
    dde: int = 0
    defined_names: int = 0
    fictitious: int = 0

    @property
    def hidden(self) -> int:
        """Things the eye does not see on opening the file: hidden sheets, rows, columns, and comments."""
        return self.hidden_sheets + self.hidden_rows + self.hidden_columns + self.comments


@dataclass(frozen=True, slots=True)
class Counts:
    """How many data rows and non-empty cells there are, and what became of the cells."""

    rows: int
    cells: int
    imported: int
    asked: int
    locked: int
    skipped: int

    @property
    def adds_up(self) -> bool:
        """Whether no cell is lost: the four parts add up to `cells`."""
        return self.imported + self.asked + self.locked + self.skipped == self.cells


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one needs to show, to ask and to store; holds personal values, so keep it in memory or seal it."""

    outcomes: tuple[CellOutcome, ...] = field(repr=False)
    counts: Counts
    health: Health
    columns: tuple[ColumnGuess, ...]
    questions: tuple[Question, ...]
    rows: tuple[RowResult, ...] = field(repr=False)
    enterprises: tuple[EnterpriseRecord, ...] = field(repr=False)
    persons: tuple[PersonRecord, ...] = field(repr=False)
    relations: tuple[Relation, ...] = field(repr=False)
    secrets: tuple[LockedSecret, ...] = ()
    materials: tuple[Material, ...] = ()
    notices: tuple[str, ...] = ()
    demo: bool = False

    def as_lines(self) -> Iterator[dict[str, str]]:
        """One mapping {"sheet", "cell", "outcome", "reason"} per cell, in the order of the workbook."""
        for sheet, cell, outcome, reason in self.outcomes:
            yield {"sheet": sheet, "cell": cell, "outcome": outcome.value, "reason": reason}

    def counts_line(self) -> dict[str, dict[str, int]]:
        """The last line of the machine-readable report: {"counts": {...}}."""
        return {"counts": asdict(self.counts)}

    def open_questions(self) -> tuple[Question, ...]:
        """The questions without an answer."""
        return tuple(q for q in self.questions if not q.chosen)

    def default_answers(self) -> tuple[Answer, ...]:
        """The careful answer to every open question."""
        return tuple(Answer(q.id, q.default) for q in self.open_questions())
