"""Client files as retention sees them: closed when, held why, which units. Read by queries and inside acts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from fengni.apps.disposals.models import Asked, Hold
from fengni.apps.disposals.retention import Fate, fate_of
from fengni.apps.matters.models import Filing, Matter
from fengni.apps.vault.store.destroying import UnitRow, units_of
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class File:
    """A client file. `number`: its matter closed last. `closed`: None while a matter is open; `open_numbers` says
    which. `hold`: when a legal hold was set. A scan taken in for one matter counts from that matter's closing."""

    client_id: UUID
    number: str
    closed: date | None
    open_numbers: tuple[str, ...]
    hold: datetime | None
    fates: tuple[Fate, ...]

    def due(self, person_id: UUID | None = None) -> list[Fate]:
        """What may be destroyed or sealed now; of one person only, when one is named."""
        return [one for one in self.of(person_id) if one.state == "due"]

    def of(self, person_id: UUID | None) -> tuple[Fate, ...]:
        """The units that are about one person; all of them when none is named."""
        return tuple(one for one in self.fates if person_id is None or one.unit.person == person_id)


def closed_files() -> list[UUID]:
    """Client files of which a matter was closed, the longest closed first."""
    found = Matter.objects.filter(state=Matter.State.CLOSED).order_by("closed_at").values_list("client_id", flat=True)
    return list(dict.fromkeys(found))


def files(clients: Collection[UUID], at: datetime) -> dict[UUID, File]:
    """Client files on a day, by client; four statements however many."""
    ended: dict[UUID, tuple[datetime, str]] = {}
    closings: dict[UUID, date] = {}
    running: dict[UUID, list[str]] = {}
    rows = Matter.objects.filter(client_id__in=clients).values_list("id", "client_id", "number", "state", "closed_at")
    for matter, client, number, state, closed_at in rows.order_by("closed_at", "number"):
        if state == Matter.State.CLOSED and closed_at is not None:
            ended[client] = (closed_at, number)
            closings[matter] = timezone.localdate(closed_at)
        else:
            running.setdefault(client, []).append(number)
    holds = dict(Hold.objects.filter(client_id__in=clients, lifted_at=None).values_list("client_id", "set_at"))
    waiting = Asked.objects.filter(client_id__in=clients, ended_at=None)
    asked = set(waiting.values_list("client_id", "person_id"))
    today, found = timezone.localdate(at), {}
    units: dict[UUID, list[UnitRow]] = {client: [] for client in clients}
    for unit in units_of(clients):
        units[unit.client_id].append(unit)
    for client in clients:
        last = ended.get(client)
        closed = timezone.localdate(last[0]) if last and client not in running else None
        fates = [
            fate_of(
                unit, closed=closings.get(unit.matter_id) if unit.matter_id else closed, held=client in holds,
                today=today, asked=(client, unit.person) in asked,
            )
            for unit in units[client]
        ]  # fmt: skip
        numbers = tuple(running.get(client, ()))
        found[client] = File(client, last[1] if last else "", closed, numbers, holds.get(client), tuple(fates))
    return found


def refuse_not_due(file: File, units: Collection[UUID]) -> None:
    """Raise Denied when one of these units is not due (any more), with what hinders it."""
    if file.hold is not None:
        raise Denied("disposals.hold")
    if set(units) <= {one.unit.id for one in file.due()}:
        return
    if file.open_numbers:
        raise Denied("disposals.matter-open", number=file.open_numbers[0])
    raise Denied("disposals.not-due")


def recalled(client_id: UUID) -> dict[str, int]:
    """What went out and cannot be called back: papers that a registry has."""
    numbers = Matter.objects.filter(client_id=client_id).values("id")
    filed = Filing.objects.filter(matter_id__in=numbers).exclude(state=Filing.State.RETURNED).count()
    return {"filed": filed} if filed else {}
