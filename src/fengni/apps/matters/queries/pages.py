"""The page of one matter: checklist, people, filings, steps; and who of a client file may take which part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from fengni.apps.acts import reasons
from fengni.apps.common.language import lang
from fengni.apps.common.queries import query
from fengni.apps.guests import links
from fengni.apps.guests.links import LinkState
from fengni.apps.ledger.models import Entry
from fengni.apps.matters import checklist, custody
from fengni.apps.matters.checklist import Asked, Unasked
from fengni.apps.matters.items import ItemRow, items_of
from fengni.apps.matters.models import Filing, Item, Matter, Member, Participant, Step
from fengni.apps.matters.queries.lists import MatterRow, named, row_of
from fengni.apps.parties.models import Relation
from fengni.apps.vault.queries.lists import displays, refuse_outside, scope
from fengni.apps.vault.store.shown import name_shown
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item with what the checklist says about it and the name of whose it is. `held_by`: on whose desk now; `word`:
    what was written to the person when it went back."""

    row: ItemRow
    asked: Asked
    name: str
    law: str
    person: str
    held_by: UUID | None
    word: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A person who takes part: what is asked of the person, and how the link stands (None before an invitation)."""

    person_id: UUID
    name: str
    parts: tuple[str, ...]
    asked: int
    missing: int
    guest_id: UUID | None
    link_id: UUID | None
    invited_at: datetime | None
    link: LinkState | None


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One submission."""

    id: UUID
    receipt_number: str
    agent_id: UUID
    state: str
    return_code: str
    submitted_at: datetime
    decided_at: datetime | None
    entry_id: UUID | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One act of the matter; its evidence is the ledger's entry."""

    act: str
    actor_id: UUID
    code: str
    at: datetime
    entry_id: UUID
    sequence: int | None  # None while the entry waits to be sealed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the client file who may take a part."""

    person_id: UUID
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A matter whole. `asked` of `usual`: how many things the changes need, and are usually asked for.
    `originals_here`: kinds of originals the house still holds."""

    row: MatterRow
    region: str
    counted_from: date
    asked: int
    usual: int | None
    unasked: tuple[Unasked, ...]
    items: tuple[ItemShown, ...]
    people: tuple[ParticipantRow, ...]
    team: tuple[UUID, ...]
    filings: tuple[FilingRow, ...]
    steps: tuple[StepRow, ...]
    originals_here: int

    @property
    def open_items(self) -> int:
        """Items without a verdict."""
        return self.row.missing + self.row.received

    def could_speak(self, people: Iterable[Candidate]) -> list[Candidate]:
        """Who of these does not speak for the enterprise yet, the liaison and the legal representative first."""
        named = {one.person_id for one in self.people if checklist.CONTACT in one.parts}
        others = [one for one in people if one.person_id not in named]
        return sorted(others, key=lambda one: ("liaison" not in one.roles, "legal_representative" not in one.roles))


@query
def matter_page(*, actor: Actor, at: datetime, matter_id: UUID) -> MatterPage:
    """One matter. Raises Denied outside the reader's scope or when there is none."""
    row = row_of(matter_id, at)
    if row is None:
        raise Denied("matters.no-such-matter")
    refuse_outside(scope(actor, at), row.client_id)
    rows = items_of(matter_id)
    taking = list(Participant.objects.filter(matter_id=matter_id).order_by("person_id"))
    names = person_names(actor, {(row.client_id, one.person_id) for one in taking})
    states = links.states([one.link_id for one in taking if one.link_id], at)
    words = words_of(actor.tenant_id, rows)
    region, counted_from = Matter.objects.values_list("region", "counted_from").get(id=matter_id)
    return MatterPage(
        row=named([row])[0],
        region=region,
        counted_from=counted_from,
        asked=len({one.code for one in rows}),
        usual=checklist.usual_count(row.types, region),
        unasked=tuple(checklist.unasked(row.types, region)),
        items=tuple(item_shown(one, names, at, words) for one in rows),
        people=tuple(_participant(one, rows, names, states) for one in taking),
        team=tuple(Member.objects.filter(matter_id=matter_id).order_by("since").values_list("member_id", flat=True)),
        filings=tuple(
            FilingRow(*one)
            for one in Filing.objects.filter(matter_id=matter_id)
            .order_by("-submitted_at")
            .values_list(*FilingRow.__dataclass_fields__)
        ),
        steps=_steps(matter_id),
        originals_here=custody.here(matter_id),
    )


@query
def candidates(*, actor: Actor, at: datetime, client_id: UUID) -> tuple[Candidate, ...]:
    """The persons of a client file. Raises Denied outside the reader's scope."""
    refuse_outside(scope(actor, at), client_id)
    relations = list(
        Relation.objects.filter(client_id=client_id).order_by("id").values_list("person_id", "roles")[:200]
    )
    names = person_names(actor, {(client_id, person) for person, _ in relations})
    return tuple(Candidate(person, names.get((client_id, person), ""), tuple(roles)) for person, roles in relations)


def person_names(actor: Actor, pairs: set[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """Names of persons in client files: whole for those who must know whom a row is about."""
    shown = displays([(client, person, "identity") for client, person in pairs])
    return {
        (client, person): name_shown(one.masks, whole=actor.sees_names) for (client, person, _), one in shown.items()
    }


def words_of(tenant_id: UUID, rows: Iterable[ItemRow]) -> dict[UUID, str]:
    """What was written to the person whose item went back, by item; an item that was handed in again has none."""
    back = {row.entry_id: row.id for row in rows if row.state == Item.State.RETURNED and row.entry_id}
    return {back[entry]: word for entry, word in reasons.read_all(tenant_id, back).items()}


def item_shown(
    row: ItemRow, names: Mapping[tuple[UUID, UUID], str], at: datetime, words: Mapping[UUID, str] = MappingProxyType({})
) -> ItemShown:
    """An item in the reader's language."""
    asked = row.asked
    person = names.get((row.client_id, row.person_id), "") if row.person_id else ""
    return ItemShown(row, asked, asked.name(lang()), asked.law(lang()), person, row.held_by(at), words.get(row.id, ""))


def _steps(matter_id: UUID) -> tuple[StepRow, ...]:
    """What was done in a matter, newest first, with the places of the entries that are sealed."""
    found = Step.objects.filter(matter_id=matter_id).order_by("-at", "-entry_id")
    rows = list(found.values_list("act", "actor_id", "code", "at", "entry_id")[:100])
    places = dict(Entry.objects.filter(id__in=[row[4] for row in rows]).values_list("id", "sequence"))
    return tuple(StepRow(*row, places.get(row[4])) for row in rows)


def _participant(
    one: Participant,
    rows: list[ItemRow],
    names: Mapping[tuple[UUID, UUID], str],
    states: Mapping[UUID, LinkState],
) -> ParticipantRow:
    own = [row for row in rows if row.person_id == one.person_id]
    return ParticipantRow(
        person_id=one.person_id,
        name=next((name for (_, person), name in names.items() if person == one.person_id), ""),
        parts=tuple(one.parts),
        asked=len(own),
        missing=sum(row.state in ("wanted", "returned") for row in own),
        guest_id=one.guest_id,
        link_id=one.link_id,
        invited_at=one.invited_at,
        link=states.get(one.link_id) if one.link_id else None,
    )
