"""A masked list as a file: XLSX or CSV, with nothing in it that a spreadsheet would run.

Rules: what is exported is what the list shows, so no clear value leaves; a text that begins with = + - @, behind blanks
or not, with a tab or a line break gets an apostrophe in front, and XLSX cells are written as text; the file's name
holds a date and no name of anybody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.vault.queries.lists import clients_page, persons_page
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput

_AT_A_TIME: Final = 1_000
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_UNSEEN: Final = "".join(map(chr, (*range(33), 0x7F, 0xA0, 0x3000, 0xFEFF, *range(0x2000, 0x2010), 0x202F, 0x2060)))
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
    persons: frozenset[UUID] = frozenset()


@query
def list_file(*, actor: Actor, at: datetime, what: str, form: str) -> ListFile:
    """The masked list of clients or persons inside the reader's scope. Raises BadInput for another list or form."""
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
    content = _xlsx([titles, *rows]) if form == "xlsx" else as_csv([titles, *rows])
    name = f"fengni-{what}-{timezone.localtime(at):%Y%m%d-%H%M}.{form}"
    return ListFile(name, MEDIA[form], content, len(rows), frozenset(persons))


def escaped(value: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> escaped("=1+1"), escaped("示例")
    ("'=1+1", '示例')
    """
    runs = value.startswith(("\t", "\r", "\n")) or value.lstrip(_UNSEEN).startswith(_FORMULA)
    return "'" + value if runs else value


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


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
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
