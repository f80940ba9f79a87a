"""What the screens of matters send, read into the arguments of acts. What is wrong with it is said by the act."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import QueryDict

from fengni.apps.matters import checklist
from fengni.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Opening:
    """A matter as it is being put together. `people`: who takes which part.

    `offered`: of which client somebody who speaks for the enterprise was proposed already; the answer stands.
    """

    client_id: UUID | None
    types: tuple[str, ...]
    region: str
    counted_from: date
    people: Mapping[str, tuple[UUID, ...]]
    team: tuple[UUID, ...]
    lead_id: UUID | None
    offered: UUID | None

    @property
    def ready(self) -> bool:
        """Whether the checklist can be shown."""
        return bool(self.types)

    @property
    def has_nobody(self) -> bool:
        """Whether nobody would take part: nothing is asked of a person, and nobody was named."""
        return not checklist.asks_of_persons(self.types, self.region) and not self.people

    def speaking(self, people: Iterable[tuple[UUID, Collection[str]]]) -> tuple[UUID, ...]:
        """Who speaks for the enterprise: as chosen. Where these changes ask nothing of a person, somebody of the file
        is proposed once, the liaison before the legal representative. `people`: persons and their roles."""
        if not self.ready or self.offered == self.client_id:
            return self.people.get(checklist.CONTACT, ())
        if checklist.asks_of_persons(self.types, self.region):
            return ()
        known = list(people)
        fitting = [one for role in ("liaison", "legal_representative") for one, roles in known if role in roles]
        return tuple(fitting[:1])

    @property
    def has_rare(self) -> bool:
        """Whether a kind was chosen that stands among the others."""
        return any(not checklist.types()[code].compared for code in self.types)


def read_opening(given: QueryDict, today: date) -> Opening:
    """What was chosen so far; unknown types and regions are left out, so that the page can be shown."""
    region = given.get("region", "")
    types = tuple(code for code in given.getlist("types") if code in checklist.types())
    region = region if region in checklist.REGIONS else "same"
    parts = checklist.takeable(types, region) if types else ()
    return Opening(
        client_id=read_id(given.get("client", "")),
        types=types,
        region=region,
        counted_from=read_day(given.get("counted_from", "") or today.isoformat()),
        people={part: chosen for part in parts if (chosen := read_ids(given.getlist(f"part.{part}")))},
        team=read_ids(given.getlist("team")),
        lead_id=read_id(given.get("lead", "")),
        offered=read_id(given.get("offered", "")),
    )


def read_day(written: str) -> date:
    """A day written as year-month-day. Raises BadInput."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise BadInput("matters.day-unknown") from None


def read_id(written: str) -> UUID | None:
    """An id, or None for anything else."""
    try:
        return UUID(written)
    except ValueError:
        return None


def read_ids(written: list[str]) -> tuple[UUID, ...]:
    """Ids; anything else is left out."""
    return tuple(found for one in written if (found := read_id(one)) is not None)
