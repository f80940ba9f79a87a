"""What a client's guest sees of the own matter: items that name the own person, never anybody else's.

Who speaks for the enterprise sees besides who is still waited for, by part: no name, no value, nor what is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
from fengni.apps.matters.items import ItemRow, items_of
from fengni.apps.matters.models import Matter, Participant
from fengni.apps.matters.queries.pages import ItemShown, item_shown, words_of
from fengni.apps.vault.queries.lists import company_names
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else of the matter: the parts taken, the first of which is counted by `number` (0 where only one takes
    it). `done`: everything asked is handed in and, where somebody was invited, the notice is read."""

    parts: tuple[str, ...]
    number: int
    done: bool


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The own matter. `checkers`: who looked at an item last, by item. `told`: whether a notice was ever read; `news`:
    parts of `telling`, the notice as it stands now, that were not. `others`: for who `speaks` for the enterprise."""

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
    speaks: bool
    others: tuple[Other, ...]

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
    every = items_of(matter.id)
    rows = [one for one in every if one.person_id == guest.subject_id]
    taking = list(Participant.objects.filter(matter_id=matter.id).order_by("person_id"))
    speaks = any(one.person_id == guest.subject_id and checklist.CONTACT in one.parts for one in taking)
    names, words = accounts.member_names(), words_of(guest.tenant_id, rows)
    told, current = register.latest(guest.subject_id, matter.id), telling.of(guest.subject_id, matter.id, at)
    return OwnPage(
        matter_id=matter.id,
        number=matter.number,
        company=company_names([matter.client_id])[matter.client_id],
        types=tuple(checklist.types()[code].names[lang() == "en"] for code in matter.types),
        state=matter.state,
        deadline=matter.deadline,
        standing=register.standing(guest.subject_id, matter.id),
        items=tuple(item_shown(one, {}, at, words) for one in rows),
        checkers={one.id: names.get(one.decided_by, "") for one in rows if one.decided_by},
        telling=current,
        told=told is not None,
        news=current.news(told.parts if told else None),
        speaks=speaks,
        others=_others(guest, taking, every) if speaks else (),
    )


def _others(guest: Guest, taking: Sequence[Participant], rows: Sequence[ItemRow]) -> tuple[Other, ...]:
    """The company's own papers first, then the other people in the order of the checklist's parts."""
    waited = {one.person_id for one in rows if one.state in ("wanted", "returned")}
    read = register.readers(taking[0].matter_id)
    found = [Other((checklist.COMPANY,), 0, None not in waited)] if any(one.person_id is None for one in rows) else []
    others = sorted((one for one in taking if one.person_id != guest.subject_id), key=lambda one: one.parts[0])
    counted = Counter(one.parts[0] for one in others)
    seen = Counter[str]()
    for one in others:
        first = one.parts[0]
        seen[first] += 1
        done = one.person_id not in waited and (one.invited_at is None or one.person_id in read)
        found.append(Other(tuple(one.parts), seen[first] if counted[first] > 1 else 0, done))
    return tuple(found)
