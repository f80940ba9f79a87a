"""What a client's guest sees of the own matter: items that name the own person, never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fengni.apps.accounts import queries as accounts
from fengni.apps.common.language import lang
from fengni.apps.common.queries import query
from fengni.apps.consents import register, telling
from fengni.apps.consents.register import Standing
from fengni.apps.consents.telling import Telling
from fengni.apps.guests.models import Guest
from fengni.apps.matters import checklist
from fengni.apps.matters.checklist import Asked
from fengni.apps.matters.items import items_of
from fengni.apps.matters.models import Matter
from fengni.apps.matters.queries.pages import ItemShown, item_shown
from fengni.apps.vault.queries.lists import company_names
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The own matter. `checkers`: who looked at an item last, by item. `told`: whether a notice was ever read; `news`:
    parts of `telling`, the notice as it stands now, that were not."""

    matter_id: UUID
    number: str
    company: str
    types: tuple[str, ...]
    state: str
    deadline: date
    standing: Standing
    items: tuple[ItemShown, ...]
    checkers: dict[UUID, str]
    telling: Telling
    told: bool
    news: frozenset[str]

    @property
    def missing(self) -> int:
        """How many things are still wanted from this person."""
        return sum(one.row.state in ("wanted", "returned") for one in self.items)

    @property
    def open_scopes(self) -> frozenset[str]:
        """What a yes is still missing for, by what the proved ones cover."""
        stands, asked = self.standing, self.telling
        giving = [one for one in asked.givings if one.by_consent]
        waiting = set(asked.scopes) - {register.NOTICE}
        if asked.resting <= stands.items:
            waiting -= {register.SENSITIVE}
        if all(stands.covers_giving(one.partner_id, one.purpose, one.kinds) for one in giving):
            waiting -= {register.PARTNER}
        return frozenset(waiting)

    def lacks(self, asked: Asked) -> str:
        """What an item still lacks: "" for nothing, else none, withdrawn or unproved."""
        if asked.basis != register.BY_CONSENT or asked.code in self.standing.items:
            return ""
        state = self.standing.scopes[register.SENSITIVE]
        return register.NONE if state == register.GIVEN else state


@query
def own_page(*, guest: Guest, at: datetime) -> OwnPage:
    """The guest's own matter. Raises Denied for a guest without one."""
    matter = Matter.objects.filter(id=guest.matter_id).first() if guest.matter_id else None
    if matter is None:
        raise Denied("consents.no-matter")
    rows = items_of(matter.id, person_id=guest.subject_id)
    names = accounts.member_names()
    told, current = register.latest(guest.subject_id, matter.id), telling.of(guest.subject_id, matter.id, at)
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
        telling=current,
        told=told is not None,
        news=current.news(told.parts if told else None),
    )
