"""A masked list as a file: XLSX or CSV, with nothing in it that a spreadsheet would run, and with marks of its export.

Rules: what is exported is what the list shows, so no clear value leaves; a text that begins with = + - @, behind blanks
or not, with a tab or a line break gets an apostrophe in front, and XLSX cells are written as text; the file's name
holds a date and no name of anybody. Rows stand in an order that only the export's id gives, and among enterprises stand
some of nobody (core/vault/marks.py), so that a list that got out names its export.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.common.custodian import custodian
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.vault.queries.lists import clients_page, persons_page
from fengni.apps.vault.store.house import House, house
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput
from fengni.core.vault import marks
from fengni.core.vault.suites import Suite

_AT_A_TIME: Final = 1_000
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_UNSEEN: Final = "".join(map(chr, (*range(33), 0x7F, 0xA0, 0x3000, 0xFEFF, *range(0x2000, 0x2010), 0x202F, 0x2060)))
NAMED_BY: Final = {"clients": 1, "persons": 2, "sheet": 1}  # how many first columns say what a row is called
MEDIA: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of masked rows. `persons` are those it lists."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    rows: int
    canaries: int = 0
    persons: frozenset[UUID] = frozenset()


@query
def list_file(*, actor: Actor, at: datetime, what: str, form: str, job: UUID) -> ListFile:
    """The masked list of clients or persons inside the reader's scope, marked as `job`.

    Raises BadInput for another list or form.
    """
    if what not in ("clients", "persons"):
        raise BadInput("vault.no-such-list")
    if form not in MEDIA:
        raise BadInput("vault.no-such-form")
    persons: set[UUID] = set()
    rows = list(_clients(actor, at) if what == "clients" else _persons(actor, at, persons))
    kinds = ("company_name", "uscc", "persons", "tag", "service_until")
    if what == "persons":
        kinds = ("name", "id_number", "mobile", "roles", "company_name")
    titles = [said(f"vault.column.{kind}") for kind in kinds]
    home = house()
    marked, canaries = marks.marked(
        seed_of(home, job), rows, named_by=NAMED_BY[what], canary=_nobody(home) if what == "clients" else None
    )
    content = as_xlsx([titles, *marked]) if form == "xlsx" else as_csv([titles, *marked])
    name = f"fengni-{what}-{timezone.localtime(at):%Y%m%d-%H%M}.{form}"
    return ListFile(name, MEDIA[form], content, len(rows), canaries, frozenset(persons))


def escaped(value: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> escaped("=1+1"), escaped("示例")
    ("'=1+1", '示例')
    """
    runs = value.startswith(("\t", "\r", "\n")) or value.lstrip(_UNSEEN).startswith(_FORMULA)
    return "'" + value if runs else value


def seed_of(home: House, job: UUID, suite: Suite | None = None) -> bytes:
    """The seed of a job's marks, from the key process."""
    [seed] = custodian().tags(home.tenant_id, suite or home.suite, [("mark", [job.hex])])[0]
    if seed is None:
        raise RuntimeError("a job has an id")
    return seed


def _nobody(home: House) -> Callable[[marks.Canary, Sequence[str]], list[str]]:
    """How a row of nobody is written among clients: like the row it stands by, with a name and code of its own."""
    prefix = "示例·" if home.demo else ""
    return lambda one, beside: [prefix + one.name, one.uscc, *beside[2:]]


def _clients(actor: Actor, at: datetime) -> Iterator[list[str]]:
    page = pages = 1
    while page <= pages:
        found = clients_page(actor=actor, at=at, page=page, size=_AT_A_TIME)
        for row in found.rows:
            yield [row.name, row.uscc, str(row.persons), " ".join(row.tags), row.service_until]
        page, pages = page + 1, found.pages


def _persons(actor: Actor, at: datetime, persons: set[UUID]) -> Iterator[list[str]]:
    page = pages = 1
    while page <= pages:
        found = persons_page(actor=actor, at=at, page=page, size=_AT_A_TIME)
        for row in found.rows:
            persons.add(row.person_id)
            roles = "、".join(said(f"intake.role.{role}") for role in row.roles)
            yield [row.name, row.id_number, row.mobile.replace("\n", " "), roles, row.client_name]
        page, pages = page + 1, found.pages


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV that Excel opens: formulas escaped, UTF-8 with its mark."""
    out = io.StringIO()
    csv.writer(out).writerows([escaped(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a workbook of texts: formulas escaped."""
    import xlsxwriter  # 6 MB that no list needs

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, max(len(row) for row in rows) - 1, 24, text)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(at, column, escaped(value), text)
    return out.getvalue()
