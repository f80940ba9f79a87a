"""The stand-in workbook: the client list with tokens for values, one row per person in a client file. Opens nothing.

Rules: a cell is a token where a value stands, a mask where it is damaged, else empty. Dates and groups of the service
stay in clear for the house's own sheet, since they name nobody, and are left out of a partner's. Whom the reader may
not see now (a person who asked about a view) has no row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.common.language import said
from fengni.apps.tokens import spaces
from fengni.apps.tokens.spaces import Field
from fengni.apps.vault.queries.files import NAMED_BY, as_xlsx, seed_of
from fengni.apps.vault.queries.lists import ClientRow, PersonRow, clients_page, persons_page
from fengni.apps.vault.store.house import House
from fengni.core.access.actor import Actor
from fengni.core.vault import marks

COLUMNS: Final = ("company_name", "uscc", "service_until", "tag", "roles", "name", "id_number", "mobile")
_AT_A_TIME: Final = 1_000
_CLIENT: Final = ("company_name", "uscc")
_PERSON: Final = ("name", "id_number", "mobile")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook of tokens."""

    content: bytes = field(repr=False)
    rows: int
    tokens: int
    canaries: int


def write(actor: Actor, home: House, space: UUID, job: UUID, at: datetime) -> Sheet:
    """The stand-in workbook of the reader's client files, marked as `job`."""
    people: dict[UUID, list[PersonRow]] = defaultdict(list)
    for person in _persons(actor, at):
        people[person.client_id].append(person)
    rows: list[list[str]] = []
    for part in _clients(actor, at):
        fields = list(_fields(part, people))
        made = spaces.make(home, space, fields, at)
        tokens = {one: token for one, token in zip(fields, made, strict=True) if token}
        rows += _rows(part, people, tokens, house_own=space == home.tenant_id)
    seed = seed_of(home, job)
    marked, canaries = marks.marked(seed, rows, named_by=NAMED_BY["sheet"], canary=_nobody)
    number = sum(cell.startswith(("cli_", "per_")) for row in rows for cell in row)
    titles = [said(f"vault.column.{kind}") for kind in COLUMNS]
    return Sheet(as_xlsx([titles, *marked]), len(rows), number, canaries)


def _nobody(one: marks.Canary, beside: Iterable[str]) -> list[str]:
    firm, code, name, number, mobile = one.tokens
    _, _, until, tags, roles, *_ = beside
    return [firm, code, until, tags, roles, name, number, mobile]


def _fields(part: Iterable[ClientRow], people: dict[UUID, list[PersonRow]]) -> Iterator[Field]:
    for client in part:
        yield from (Field(client.id, client.id, kind) for kind in _CLIENT)
        for person in people[client.id]:
            yield from (Field(client.id, person.person_id, kind) for kind in _PERSON)


def _rows(
    part: Iterable[ClientRow], people: dict[UUID, list[PersonRow]], tokens: dict[Field, str], *, house_own: bool
) -> Iterator[list[str]]:
    for client in part:
        firm = [tokens.get(Field(client.id, client.id, kind), "") for kind in _CLIENT]
        if not firm[0]:
            continue  # without its name nobody could say whose the row is
        service = [client.service_until, " ".join(client.tags)] if house_own else ["", ""]
        if not people[client.id]:
            yield [*firm, *service, "", "", "", ""]
        for person in people[client.id]:
            roles = "、".join(said(f"intake.role.{role}") for role in person.roles)
            masks = (person.name, person.id_number, person.mobile)
            cells = [tokens.get(Field(client.id, person.person_id, kind), "") for kind in _PERSON]
            damaged = [cell or (mask if "•" in mask else "") for cell, mask in zip(cells, masks, strict=True)]
            yield [*firm, *service, roles, *damaged]


def _clients(actor: Actor, at: datetime) -> Iterator[list[ClientRow]]:
    page = pages = 1
    while page <= pages:
        found = clients_page(actor=actor, at=at, page=page, size=_AT_A_TIME)
        yield [row for row in found.rows if not row.destroyed]
        page, pages = page + 1, found.pages


def _persons(actor: Actor, at: datetime) -> Iterator[PersonRow]:
    page = pages = 1
    while page <= pages:
        found = persons_page(actor=actor, at=at, page=page, size=_AT_A_TIME)
        yield from (row for row in found.rows if row.state not in ("frozen", "destroyed"))
        page, pages = page + 1, found.pages
