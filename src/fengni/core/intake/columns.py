"""What each column of a table holds, by its heading and by its values, and which person it belongs to.

Rules: "Finding headings" of docs/spec/import.md. A mapping given by the user goes before everything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fengni.core.errors import BadInput
from fengni.core.intake.evidence import kind_of_values, sample_of
from fengni.core.intake.headings import ROLES, is_bare_login, names_login_service, read_heading, unit_of
from fengni.core.intake.passwords import looks_secret
from fengni.core.intake.plan import ColumnGuess
from fengni.core.intake.tables import Table
from fengni.core.intake.texts import fold, is_han
from fengni.core.intake.values import Parsed
from fengni.core.intake.workbook import Cell, column_letters
from fengni.core.vault.catalogue import ELEMENTS
from fengni.core.vault.masking import HIDDEN, mask_list

SPECIAL: Final = ("skip", "lock", "login", "no-purpose", "unknown")
_ROLE: Final = re.compile(r"([a-z_]+?)(?:#([1-9][0-9]?))?")
_STRONG: Final = frozenset(("id_number", "uscc", "mobile", "email", "company_name"))
_FREE: Final = frozenset(("note", "person_note", "lock", "login", "no-purpose"))
_FITS: Final = {
    "client_landline": "mobile", "landline": "mobile", "client_email": "email", "former_name": "company_name",
    "short_name": "company_name",
}  # fmt: skip
_BY_VALUES: Final = {
    "uscc": "enterprise.uscc", "company_name": "enterprise.company_name", "id_number": ".id_number",
    "mobile": ".mobile", "email": ".email", "secret": "lock",
}  # fmt: skip


@dataclass(slots=True)
class Column:
    """One column of a table. `subject` is "enterprise" or a role, perhaps numbered; `kind` a field kind or ""."""

    number: int
    title: str
    target: str
    by: str
    cells: list[Cell]
    hidden: bool
    unit: str = ""
    subject: str = ""
    kind: str = ""
    cache: dict[str, Parsed] = field(default_factory=dict)
    named: bool = False  # whether it names the enterprise

    @property
    def letters(self) -> str:
        """As spreadsheets write it."""
        return column_letters(self.number)


def find_columns(table: Table, mapping: Mapping[str, str]) -> dict[int, Column]:
    """The columns of a table by number."""
    cells: defaultdict[int, list[Cell]] = defaultdict(list)
    for row in table.data:
        for cell in table.rows[row]:
            cells[cell[1]].append(cell)
    columns: dict[int, Column] = {}
    for number in sorted({*cells, *table.titles}):
        title, group = table.titles.get(number, ""), table.groups.get(number, "")
        target, by = _guess(title, group, cells.get(number, []))
        shown = f"{group} {title}".strip()
        hidden = number in table.sheet.hidden_columns
        columns[number] = Column(number, shown, target, by, cells.get(number, []), hidden, unit_of(shown))
    _settle_accounts(columns)
    if not table.heading_rows:
        _find_names(columns)
    for column in columns.values():
        wanted = mapping.get(f"{table.sheet.name}!{column.letters}")
        if wanted:
            column.target, column.by = checked_target(wanted), "mapping"
    _settle_roles(columns)
    for column in columns.values():
        column.subject, _, column.kind = column.target.rpartition(".")
        if not column.subject:
            column.kind = ""
    return columns


def checked_target(target: str) -> str:
    """A target somebody chose. Raises BadInput for one that does not exist."""
    if target in SPECIAL:
        return target
    subject, _, kind = target.rpartition(".")
    element = ELEMENTS.get(kind)
    role = _ROLE.fullmatch(subject)
    if element and subject == "enterprise" and element.subject == "client":
        return target
    if element and role and role[1] in ROLES and element.subject == "person":
        return target.replace("#1.", ".")
    raise BadInput("intake.target-unknown")


def _guess(title: str, group: str, cells: list[Cell]) -> tuple[str, str]:
    heading = read_heading(title, group)
    shown = kind_of_values(cells)
    kind = heading.target.rpartition(".")[2]
    if heading.target == "unknown":
        return _by_values(title, cells, shown)
    if shown == _FITS.get(kind, kind):
        return heading.target, "both"
    role = heading.target.rpartition(".")[0]
    if shown == "company_name" and kind == "name" and role:
        return heading.target, "header"
    if shown in _STRONG and kind not in _FREE:
        return _BY_VALUES[shown], "values"
    return heading.target, "header"


def _by_values(title: str, cells: list[Cell], shown: str) -> tuple[str, str]:
    if names_login_service(title) and cells:
        words = sum(all(map(is_han, c.text.strip())) for c in sample_of(cells))
        return ("enterprise.tag", "header") if words * 2 > len(sample_of(cells)) else ("lock", "header")
    target = _BY_VALUES.get(shown, "unknown")
    return target, "values" if target != "unknown" else "none"


def _settle_accounts(columns: dict[int, Column]) -> None:
    """A bare "account" is a login beside passwords, of a bank otherwise."""
    locks = {n for n, c in columns.items() if c.target == "lock"}
    for number, column in columns.items():
        if is_bare_login(column.title.rpartition(" ")[2]) and column.target in ("unknown", ".id_number", ".mobile"):
            beside = bool(locks & {number - 1, number + 1, number + 2})
            digits = all(re.sub(r"[\s-]", "", fold(c.text)).isdecimal() for c in sample_of(column.cells))
            column.target = "enterprise.corporate_account" if digits and not beside else "login"
            column.by = "header"
        elif column.target == "unknown" and column.number - 1 in locks and _all_secret(column.cells):
            column.target, column.by = "lock", "values"


def _all_secret(cells: list[Cell]) -> bool:
    sample = sample_of(cells)
    return bool(sample) and all(looks_secret(c.text) and not c.text.isdecimal() for c in sample)


def _find_names(columns: dict[int, Column]) -> None:
    """In a table without headings: the first column of short words beside numbers of persons holds names."""
    if not any(c.target in (".id_number", ".mobile") for c in columns.values()):
        return
    for column in columns.values():
        sample = sample_of(column.cells)
        short = sum(2 <= len(c.text.strip()) <= 4 and all(map(is_han, c.text.strip())) for c in sample)
        if column.target == "unknown" and sample and short * 10 > 8 * len(sample):
            column.target, column.by = "contact.name", "values"
            return


def _settle_roles(columns: dict[int, Column]) -> None:
    """Gives every field of a person its person: the role it names, else the nearest name to the left, else right."""
    seen: dict[str, int] = {}
    names: list[tuple[int, str]] = []
    for number, column in columns.items():
        subject, _, kind = column.target.rpartition(".")
        if not kind or subject == "enterprise" or not (subject or column.target.startswith(".")):
            continue
        if not subject:
            if kind != "name":
                continue
            subject = "contact"
        role, _, numbered = subject.partition("#")
        if kind == "name" and column.by != "mapping":
            count = max(int(numbered or 1), seen.get(role, 0) + 1)
            seen[role] = count
            subject = role if count == 1 else f"{role}#{count}"
        elif not numbered and seen.get(role, 1) > 1 and column.by != "mapping":
            subject = f"{role}#{seen[role]}"
        column.target = f"{subject}.{kind}"
        if kind == "name":
            names.append((number, subject))
    for number, column in columns.items():
        if column.target.startswith("."):
            left = [s for n, s in names if n < number]
            right = [s for n, s in names if n > number]
            column.target = (left[-1] if left else right[0] if right else "contact") + column.target


def guesses(table: Table, columns: dict[int, Column]) -> list[ColumnGuess]:
    """What to show of the columns, samples masked."""
    row = table.heading_rows[-1] if table.heading_rows else 0
    return [
        ColumnGuess(
            sheet=table.sheet.name,
            column=c.letters,
            title=c.title,
            target=c.target,
            by=c.by,
            filled=len(c.cells),
            rows=len(table.data),
            sample=_sample(c),
            hidden=c.hidden,
            header_row=row,
        )
        for c in columns.values()
    ]


def _sample(column: Column) -> str:
    text = next((c.text.strip() for c in column.cells if c.text.strip()), "")
    if not text or not column.kind:
        return HIDDEN if text and column.target != "skip" else ""
    return masked(column.kind, text)


def masked(kind: str, text: str) -> str:
    """A value for a list; of a kind that lists show whole only what has no long number in it."""
    if re.search("[0-9]{7}", fold(text)) and ELEMENTS[kind].mask in ("none", "name") and kind != "uscc":
        return HIDDEN
    return mask_list(kind, text)
