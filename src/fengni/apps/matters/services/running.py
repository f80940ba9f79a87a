"""Acts on a matter as a whole: opened with its minimal checklist, people named and invited, team changed, closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.agreements import sharing, signing
from fengni.apps.common.identifiers import uuid7
from fengni.apps.guests import links
from fengni.apps.ledger.inbox import Seen
from fengni.apps.matters import checklist, custody, items, teams
from fengni.apps.matters.models import Item, Matter, Participant
from fengni.apps.matters.resources import of_matter, of_participant, step, working
from fengni.apps.parties import queries as parties
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied

HANDLERS: Final = ("owner", "lead", "agent")
LINK_LASTS: Final = timedelta(days=14)
_FARTHEST: Final = timedelta(days=366)
_NUMBER: Final = re.compile(r"M-20[0-9]{2}-[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new matter: how many things are asked, and of how many that are usual (None where nobody compared)."""

    matter_id: UUID
    number: str
    asked: int
    usual: int | None


@dataclass(frozen=True, slots=True)
class Invited:
    """A link, shown to the inviter once. The path holds its secret and is no part of `repr`."""

    guest_id: UUID
    link_id: UUID
    path: str = field(repr=False)
    held_until: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """What ended with a matter: shares; links that from now on only read and use rights."""

    shares: int
    links: int


def _client(actor: Actor, client_id: UUID) -> Resource:
    if not parties.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    return Resource("parties:client", client_id, actor.tenant_id, clients=frozenset({client_id}))


@act("matters:matter:open", roles=HANDLERS, resource=_client, scoped=True)
def open_matter(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    types: tuple[str, ...],
    region: str,
    counted_from: date,
    people: Mapping[str, tuple[UUID, ...]],
    lead_id: UUID | None = None,
    team: tuple[UUID, ...] = (),
    number: str = "",
) -> Outcome[Opened]:
    """Open a matter with the least that its changes need. `people`: who takes which part; `contact` is open in every
    matter to somebody who speaks for the enterprise. `number`: the one it had in the books before, M-2026-0117; without
    one the next of the year is given.

    Fields that lie sealed already are not asked again. An agent names colleagues only who hold the client already.
    Raises BadInput for unknown types, region, parts or colleagues, or when a part has nobody.
    """
    checklist.checked(types, region)
    if abs(counted_from - at.date()) > _FARTHEST:
        raise BadInput("matters.day-too-far")
    wanted = checklist.takeable(types, region)
    if not set(people) <= set(wanted):
        raise BadInput("matters.part-unknown")
    colleagues = {*team, *([lead_id] if lead_id else [])} - {actor.id}
    teams.check(colleagues)
    if not actor.roles & {"owner", "lead"} and colleagues - teams.hold(client_id, colleagues, at):
        raise Denied("matters.team-by-lead")
    matter = Matter(
        tenant_id=actor.tenant_id, id=uuid7(), number=_number(number, actor.tenant_id, at), client_id=client_id,
        types=list(dict.fromkeys(types)), region=region, counted_from=counted_from,
        deadline=checklist.deadline(types, region, counted_from), lead_id=lead_id or actor.id, opened_at=at,
    )  # fmt: skip
    matter.save(force_insert=True)
    taking_part = _take_part(matter, people, wanted)
    teams.join(matter, [matter.lead_id, *team], at)
    asked = items.make(matter, taking_part.items(), at)
    usual = checklist.usual_count(types, region)
    signing.offer(party_kind=signing.CLIENT, party_id=client_id, matter_id=matter.id, at=at)
    step(matter.id, at)
    facts: dict[str, int | str] = {"asked": asked, "types": ".".join(matter.types).lower(), "region": region}
    if usual is not None:
        facts["usual"] = usual
    resource = Resource("matters:matter", matter.id, actor.tenant_id, frozenset({client_id}), tuple(taking_part))
    seen = tuple(Seen(person) for person in sorted(taking_part))
    return Outcome(Opened(matter.id, matter.number, asked, usual), resource=resource, seen=seen, facts=facts)


def _take_part(
    matter: Matter, people: Mapping[str, tuple[UUID, ...]], wanted: tuple[str, ...]
) -> dict[UUID, list[str]]:
    """Keep who takes which part; only persons of the client's file do."""
    taking: dict[UUID, list[str]] = {}
    for part in wanted:
        for person in dict.fromkeys(people.get(part, ())):
            taking.setdefault(person, []).append(part)
    for person, parts in taking.items():
        if not parties.is_in_file(client_id=matter.client_id, person_id=person):
            raise Denied("parties.no-such-person")
        Participant.objects.create(tenant_id=matter.tenant_id, matter_id=matter.id, person_id=person, parts=parts)
    return taking


def _number(given: str, tenant_id: UUID, at: datetime) -> str:
    """A number of our form that no matter has. Raises BadInput for another form or one that is taken."""
    if not given:
        return _next_number(tenant_id, at)
    if not _NUMBER.fullmatch(given):
        raise BadInput("matters.number-wrong")
    if Matter.objects.filter(number=given).exists():
        raise BadInput("matters.number-taken")
    return given


def _next_number(tenant_id: UUID, at: datetime) -> str:
    """M-2026-0117: counted per year; whoever opens another one waits until this one is in."""
    year = timezone.localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"matters:{tenant_id}"])
        cursor.execute(
            "SELECT coalesce(max(split_part(number, '-', 3)::int), 0) + 1 FROM matters_matter WHERE number LIKE %s",
            [f"M-{year}-%"],
        )
        return f"M-{year}-{cursor.fetchone()[0]:04d}"


def _of_matter_and_file(actor: Actor, matter_id: UUID, person_id: UUID) -> Resource:
    """A person of the file that a matter is of. Raises Denied for anybody else."""
    matter = of_matter(actor, matter_id)
    [client_id] = matter.clients
    if not parties.is_in_file(client_id=client_id, person_id=person_id):
        raise Denied("parties.no-such-person")
    return Resource("parties:person", person_id, actor.tenant_id, matter.clients, persons=(person_id,))


@act("matters:contact:add", roles=HANDLERS, resource=_of_matter_and_file, scoped=True)
def add_contact(*, actor: Actor, at: datetime, matter_id: UUID, person_id: UUID) -> Outcome[None]:
    """Name somebody of the client's file who speaks for the enterprise; other parts the person takes stay.

    Nothing is asked of a contact: it is invited like everybody, accepts the agreement for the enterprise, reads the
    notice. Raises BadInput for a closed matter, or for somebody who speaks for the enterprise already.
    """
    matter = working(matter_id)
    taking, _ = Participant.objects.get_or_create(
        tenant_id=matter.tenant_id, matter_id=matter_id, person_id=person_id, defaults={"parts": []}
    )
    if checklist.CONTACT in taking.parts:
        raise BadInput("matters.contact-already")
    taking.parts = [*taking.parts, checklist.CONTACT]
    taking.save(update_fields=["parts"])
    step(matter_id, at)
    return Outcome(None, seen=(Seen(person_id),), facts={"matter": matter_id.hex})


@act("matters:person:invite", roles=HANDLERS, resource=of_participant, scoped=True)
def invite_person(
    *, actor: Actor, at: datetime, matter_id: UUID, person_id: UUID, contact: str = "mobile"
) -> Outcome[Invited]:
    """A link of the person's own; a new one recalls the one before. Codes go to `contact`, which staff do not see.

    For 90 days after closing it is a narrow one: reading and rights. Raises BadInput later.
    """
    matter = Matter.objects.get(id=matter_id)
    expires_at = matter.closed_at + links.AFTER_CLOSING if matter.closed_at is not None else at + LINK_LASTS
    if expires_at <= at + links.HOLD:
        raise BadInput("matters.closed")
    made = links.invite(
        kind="client", subject_id=person_id, client_id=matter.client_id, matter_id=matter_id, at=at,
        expires_at=expires_at, contact=contact, narrow=matter.closed_at is not None,
    )  # fmt: skip
    Participant.objects.filter(matter_id=matter_id, person_id=person_id).update(
        guest_id=made.guest_id, link_id=made.link_id, invited_at=at
    )
    step(matter_id, at)
    facts: dict[str, int | str] = {"matter": matter_id.hex, "guest": made.guest_id.hex, "link": made.link_id.hex}
    invited = Invited(made.guest_id, made.link_id, made.path, made.held_until, made.expires_at)
    return Outcome(invited, seen=(Seen(person_id),), facts=facts)


@act("matters:team:change", roles=("owner", "lead"), resource=of_matter, scoped=True)
def change_team(
    *,
    actor: Actor,
    at: datetime,
    matter_id: UUID,
    add: tuple[UUID, ...] = (),
    remove: tuple[UUID, ...] = (),
    lead_id: UUID | None = None,
) -> Outcome[None]:
    """Put colleagues on the team, take them off, hand the lead over. What they had on the desk becomes free."""
    matter = working(matter_id)
    lead = lead_id or matter.lead_id
    if lead in remove:
        raise BadInput("matters.lead-stays")
    if not add and not remove and lead == matter.lead_id:
        raise BadInput("matters.team-same")
    teams.check({*add, *([lead_id] if lead_id else [])})
    joined = teams.join(matter, [*add, lead], at)
    left = teams.leave(matter, remove)
    Item.objects.filter(matter_id=matter_id, lease_by__in=list(remove)).update(lease_by=None, lease_until=None)
    if lead != matter.lead_id:
        Matter.objects.filter(id=matter_id).update(lead_id=lead)
    step(matter_id, at)
    return Outcome(None, facts={"joined": joined, "left": left, "lead": lead.hex})


@act("matters:matter:close", roles=HANDLERS, resource=of_matter, scoped=True)
def close_matter(*, actor: Actor, at: datetime, matter_id: UUID, reason: str = "") -> Outcome[Closed]:
    """Close a matter: shares die, clients' links become narrow for 90 days, what the team's places brought ends,
    retention counts from here.

    Raises BadInput while somebody has an item on the desk, an item is undecided, the registry has the matter or an
    original is still here, and without a reason for one that was never approved.
    """
    matter = working(matter_id)
    if matter.state == Matter.State.SUBMITTED:
        raise BadInput("matters.close-with-registry")
    waiting = Item.objects.filter(matter_id=matter_id)
    if waiting.filter(lease_until__gt=at).exists():
        raise BadInput("matters.close-on-desk", items=waiting.filter(lease_until__gt=at).count())
    undecided = waiting.filter(state__in=items.UNDECIDED).count()
    if undecided:
        raise BadInput("matters.close-undecided", items=undecided)
    if held := custody.here(matter_id):
        raise BadInput("matters.close-originals", n=held)
    if matter.state != Matter.State.APPROVED and len(reason.strip()) < 2:
        raise BadInput("matters.close-reason")
    shares = sharing.end_of_matter(matter_id, at)
    guests = Participant.objects.filter(matter_id=matter_id).exclude(guest_id=None)
    ended = links.narrow_of(guest_ids=[one.guest_id for one in guests if one.guest_id], at=at)
    teams.disband(matter)
    Matter.objects.filter(id=matter_id).update(state=Matter.State.CLOSED, closed_at=at)
    step(matter_id, at)
    people = Participant.objects.filter(matter_id=matter_id).order_by("person_id").values_list("person_id", flat=True)
    facts: dict[str, int | str] = {"shares": shares, "links": ended, "approved": int(matter.state == "approved")}
    return Outcome(Closed(shares, ended), seen=tuple(Seen(person) for person in people), facts=facts)
