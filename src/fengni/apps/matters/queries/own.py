"""What a client's guest sees of the own matter: items that name the own person, never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fengni.apps.accounts import queries as accounts
from fengni.apps.common.language import lang
from fengni.apps.common.queries import query
from fengni.apps.consents import register
from fengni.apps.consents.register import Standing
from fengni.apps.guests.models import Guest
from fengni.apps.matters import checklist
from fengni.apps.matters.items import items_of
from fengni.apps.matters.models import Matter
from fengni.apps.matters.queries.pages import ItemShown, item_shown
from fengni.apps.vault.queries.lists import company_names
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The own matter. `checkers`: who looked at an item last, by item."""

    matter_id: UUID
    number: str
    company: str
    types: tuple[str, ...]
    state: str
    deadline: date
    standing: Standing
    items: tuple[ItemShown, ...]
    checkers: dict[UUID, str]

    @property
    def missing(self) -> int:
        """How many things are still wanted from this person."""
        return sum(one.row.state in ("wanted", "returned") for one in self.items)

    @property
    def told(self) -> bool:
        """Whether the notice was read: nothing is taken before."""
        return self.standing.scopes[register.NOTICE] != register.NONE

    @property
    def asked_scopes(self) -> tuple[str, ...]:
        """What is asked of this person, by what the items rest on."""
        return register.needed(one.asked.basis for one in self.items)

    def lacks(self, basis: str) -> str:
        """What an item of this basis still lacks: "" for nothing, else none, withdrawn or unproved."""
        covered = basis != register.BY_CONSENT or self.standing.covers(register.SENSITIVE)
        return "" if covered else self.standing.scopes[register.SENSITIVE]


@query
def own_page(*, guest: Guest, at: datetime) -> OwnPage:
    """The guest's own matter. Raises Denied for a guest without one."""
    matter = Matter.objects.filter(id=guest.matter_id).first() if guest.matter_id else None
    if matter is None:
        raise Denied("consents.no-matter")
    rows = items_of(matter.id, person_id=guest.subject_id)
    names = accounts.member_names()
    return OwnPage(
        matter_id=matter.id,
        number=matter.number,
        company=company_names([matter.client_id])[matter.client_id],
        types=tuple(checklist.types()[code].names[lang() == "en"] for code in matter.types),
        state=matter.state,
        deadline=matter.deadline,
        standing=register.standing(guest.subject_id, matter.id),
        items=tuple(item_shown(one, {}, at) for one in rows),
        checkers={one.id: names.get(one.decided_by, "") for one in rows if one.decided_by},
    )
