"""Matters in lists: what is missing, who is waited for, how many days are left; what waits today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from fengni.apps.common.queries import query
from fengni.apps.vault.queries.lists import company_names, refuse_outside, scope
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput

PAGE_SIZE: Final = 20
STATES: Final = ("open", "submitted", "returned", "approved", "closed")
WAITING: Final = ("client", "desk", "filing", "registry", "closing", "nobody")
DUE_WITHIN: Final = timedelta(days=14)
# Who has the next move: the registry, us, or the client; the desk comes first, because only we can empty it.
_WAITING_SQL: Final = (
    "CASE WHEN m.state = 'closed' THEN 'nobody' WHEN m.state = 'submitted' THEN 'registry' "
    "WHEN m.state = 'approved' THEN 'closing' WHEN i.received > 0 THEN 'desk' WHEN i.missing > 0 THEN 'client' "
    "ELSE 'filing' END"
)
_ROWS_SQL: Final = (
    "SELECT m.id, m.number, m.client_id, array(SELECT jsonb_array_elements_text(m.types)) AS types, m.state, "  # noqa: S608
    "m.deadline, m.lead_id, m.opened_at, m.closed_at, i.total, i.missing, i.received, i.sent_back, "
    f"{_WAITING_SQL} AS waiting FROM matters_matter m CROSS JOIN LATERAL (SELECT count(*) AS total, "
    "count(*) FILTER (WHERE state IN ('wanted', 'returned')) AS missing, "
    "count(*) FILTER (WHERE state = 'received') AS received, count(*) FILTER (WHERE state = 'returned') AS sent_back "
    "FROM matters_item WHERE tenant_id = m.tenant_id AND matter_id = m.id) i "
)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter in a list. `days_left` is None once the registry has it; below zero the term is over."""

    id: UUID
    number: str
    client_id: UUID
    client_name: str
    types: tuple[str, ...]
    state: str
    deadline: date
    days_left: int | None
    lead_id: UUID
    opened_at: datetime
    closed_at: datetime | None
    total: int
    missing: int
    received: int
    sent_back: int
    waiting: str

    @property
    def ready(self) -> int:
        """Items with a verdict."""
        return self.total - self.missing - self.received

    def waits_for(self, waiting: str) -> bool:
        """Whether the matter waits for this side; a client may be waited for while the desk has something as well."""
        if waiting == "client":
            return self.missing > 0 and self.state in ("open", "returned")
        return waiting in ("", self.waiting)

    @property
    def days_over(self) -> int:
        """Days since the term ended."""
        return max(0, -(self.days_left or 0))

    @property
    def late(self) -> bool:
        """Whether less than four days are left, or none."""
        return self.days_left is not None and self.days_left < 4


@dataclass(frozen=True, slots=True)
class MattersPage:
    """One page of matters; `states` counts all of the scope by state."""

    rows: tuple[MatterRow, ...]
    total: int
    page: int
    pages: int
    states: dict[str, int]

    @property
    def previous(self) -> int:
        """The page before."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after."""
        return self.page + 1


@dataclass(frozen=True, slots=True)
class DueDay:
    """One of the next fourteen days and how many terms end on it; the first holds what is overdue as well."""

    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Today:
    """What waits in the reader's matters: soonest first. `days` draws the next fourteen days; `then` is the first
    term after them.
    """

    due: tuple[MatterRow, ...]
    desk: int
    client: tuple[MatterRow, ...]
    registry: tuple[MatterRow, ...]
    returned: tuple[MatterRow, ...]
    ready: tuple[MatterRow, ...]
    open: int
    days: tuple[DueDay, ...]
    then: date | None = None

    @property
    def late(self) -> int:
        """Terms that end within three days, or have ended."""
        return sum(row.late for row in self.due)

    @property
    def first(self) -> tuple[MatterRow, ...]:
        """What the reader sees first: returned, then ours to move, then soonest due; the registry's turn left out."""
        ours = ("desk", "filing", "closing")
        rows = {row.id: row for row in (*self.returned, *self.ready, *self.due, *self.client)}
        return tuple(
            sorted(rows.values(), key=lambda r: (r.state != "returned", r.waiting not in ours, r.deadline))[:8]
        )

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((one.number for one in self.days), default=0)


@query
def matters_page(
    *,
    actor: Actor,
    at: datetime,
    page: int = 1,
    state: str = "",
    waiting: str = "",
    client_id: UUID | None = None,
    mine: bool = False,
) -> MattersPage:
    """Matters of the reader's scope: open ones by deadline, then closed ones, newest first. Raises BadInput."""
    if state not in ("", *STATES):
        raise BadInput("matters.filter-unknown")
    if waiting not in ("", *WAITING):
        raise BadInput("matters.filter-unknown")
    clients = scope(actor, at)
    if client_id is not None:
        refuse_outside(clients, client_id)
        clients = {client_id}
    rows = _rows(clients, at, mine=actor.id if mine else None)
    counts = {one: sum(row.state == one for row in rows) for one in STATES}
    fitting = [row for row in rows if state in ("", row.state) and row.waits_for(waiting)]
    pages = max(1, -(-len(fitting) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = named(fitting[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return MattersPage(tuple(shown), len(fitting), page, pages, counts)


@query
def open_matters(*, actor: Actor, at: datetime, client_id: UUID) -> tuple[MatterRow, ...]:
    """The matters of a client that are not closed. Raises Denied outside the reader's scope."""
    refuse_outside(scope(actor, at), client_id)
    return tuple(row for row in _rows({client_id}, at) if row.state != "closed")


@query
def today(*, actor: Actor, at: datetime) -> Today:
    """What is due within fourteen days, what waits for whom, what came back."""
    rows = [row for row in _rows(scope(actor, at), at) if row.state != "closed"]
    rows = named(rows) if len(rows) <= PAGE_SIZE * 5 else named(rows[: PAGE_SIZE * 5]) + rows[PAGE_SIZE * 5 :]
    begin = timezone.localtime(at).date()
    ending = [max(row.deadline, begin) for row in rows if row.days_left is not None]
    days = [begin + timedelta(days=number) for number in range(DUE_WITHIN.days)]
    return Today(
        due=tuple(row for row in rows if row.days_left is not None and row.days_left < DUE_WITHIN.days),
        desk=sum(row.received for row in rows if row.state in ("open", "returned")),
        client=tuple(row for row in rows if row.waits_for("client")),
        registry=tuple(row for row in rows if row.waiting == "registry"),
        returned=tuple(row for row in rows if row.state == "returned"),
        ready=tuple(row for row in rows if row.waiting in ("filing", "closing")),
        open=len(rows),
        days=tuple(DueDay(day, ending.count(day)) for day in days),
        then=min((day for day in ending if day > days[-1]), default=None),
    )


@query
def first_time_right(*, actor: Actor, at: datetime) -> tuple[int, int]:
    """Of the matters of the scope whose first filing the registry answered: approved at once, and all."""
    clients = scope(actor, at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE f.state = 'approved'), count(*) FROM (SELECT DISTINCT ON (matter_id) "
            "tenant_id, matter_id, state FROM matters_filing ORDER BY matter_id, submitted_at) f "
            "JOIN matters_matter m ON m.tenant_id = f.tenant_id AND m.id = f.matter_id WHERE f.state <> 'submitted' "
            "AND (%s::uuid[] IS NULL OR m.client_id = ANY(%s::uuid[]))",
            [_given(clients), _given(clients)],
        )
        right, answered = cursor.fetchone()
    return right, answered


def row_of(matter_id: UUID, at: datetime) -> MatterRow | None:
    """One matter as the list shows it."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_SQL + "WHERE m.id = %s", [matter_id])
        found = cursor.fetchone()
    return _row(found, timezone.localtime(at).date()) if found else None


def _rows(clients: set[UUID] | None, at: datetime, mine: UUID | None = None) -> list[MatterRow]:
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS_SQL + "WHERE (%s::uuid[] IS NULL OR m.client_id = ANY(%s::uuid[])) AND (%s::uuid IS NULL OR "
            "m.lead_id = %s OR EXISTS (SELECT FROM matters_member t WHERE t.tenant_id = m.tenant_id "
            "AND t.matter_id = m.id AND t.member_id = %s)) "
            "ORDER BY m.state = 'closed', CASE WHEN m.state = 'closed' THEN NULL ELSE m.deadline END, m.number DESC",
            [_given(clients), _given(clients), mine, mine, mine],
        )
        begin = timezone.localtime(at).date()
        return [_row(row, begin) for row in cursor.fetchall()]


def _given(clients: set[UUID] | None) -> list[UUID] | None:
    return None if clients is None else list(clients)


def _row(row: Sequence[Any], begin: date) -> MatterRow:  # Any: columns of several types
    (id_, number, client, types, state, deadline, lead, opened, closed, total, missing, received, back, waiting) = row
    left = (deadline - begin).days if state in ("open", "returned") else None
    return MatterRow(
        id_, number, client, "", tuple(types), state, deadline, left, lead, opened, closed, total, missing, received,
        back, waiting,
    )  # fmt: skip


def named(rows: Sequence[MatterRow]) -> list[MatterRow]:
    """The rows with their companies' names."""
    names = company_names({row.client_id for row in rows})
    return [replace(row, client_name=names.get(row.client_id, "")) for row in rows]
