"""Reads on guests: what a token opens, invitations as staff see them, what a demonstration's phone shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F

from fengni.apps.common.queries import query
from fengni.apps.guests import codes, gateways, links
from fengni.apps.guests.links import LinkState
from fengni.apps.guests.models import Guest, GuestMessage, GuestSession, Link
from fengni.apps.parties.queries import is_in_file
from fengni.apps.vault.queries.lists import displays, refuse_outside, scope
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.shown import name_shown
from fengni.core.access import tokens
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied

SUSPICIOUS: Final = 3  # wrong codes at a link that was never opened


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open door, as a matter lists it."""

    device: str
    assurance: str
    opened_at: datetime
    ends_at: datetime
    living: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation with its state; `name` is the person's as the reader may see it, empty for a partner."""

    link_id: UUID
    guest_id: UUID
    kind: str
    subject_id: UUID
    client_id: UUID | None
    matter_id: UUID | None
    name: str
    contact: str
    created_at: datetime
    state: LinkState
    sessions: tuple[SessionRow, ...]

    @property
    def is_living(self) -> bool:
        """Whether it can still be recalled."""
        return self.state.state in {"held", "live", "opened"}


@dataclass(frozen=True, slots=True)
class Way:
    """A link as its holder meets it. `screen`: ready, held, locked, recalled, expired; `sends`: a code can be sent."""

    link_id: UUID
    screen: str
    held_until: datetime
    unlocked_at: datetime | None
    code_waits: bool
    tries_left: int
    sends: bool
    unsent: bool


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the demonstration's phone."""

    text: str
    sent_at: datetime
    contact: str


@query
def way_of(*, token: tokens.Token, at: datetime) -> Way:
    """What a link's token leads to: ready, held, locked, recalled or expired. Denied ("access.token-unknown") for none.

    Nothing of the person, the matter or the sender is in the answer.
    """
    link = Link.objects.filter(secret_hash=token.digest).first()
    if link is None:
        raise Denied("access.token-unknown")
    return _way(link, at)


@query
def way_of_session(*, session: GuestSession, at: datetime) -> Way:
    """The same for the link that a session came by."""
    return _way(Link.objects.get(id=session.link_id), at)


def _way(link: Link, at: datetime) -> Way:
    try:
        codes.check_usable(link, at)
        screen = "locked" if codes.is_locked(link, at) else "ready"
    except Denied as denied:
        screen = denied.code.rpartition("-")[2]
    return Way(
        link_id=link.id,
        screen=screen,
        held_until=link.held_until,
        unlocked_at=codes.unlocked_at(link),
        code_waits=codes.is_living(link, at),
        tries_left=codes.TRIES - link.code_tries,
        sends=gateways.reaches(link.contact, demo=house().demo),
        unsent=link.unsent_at is not None,
    )


def count_preview(*, link_id: UUID, at: datetime) -> None:
    """One more fetch of the landing page. A counter, not an act: who fetched is not known, and nothing was shown."""
    Link.objects.filter(id=link_id).update(previews=F("previews") + 1, last_preview=at)


@query
def invitations(
    *,
    actor: Actor,
    at: datetime,
    matter_id: UUID | None = None,
    client_id: UUID | None = None,
    link_ids: Collection[UUID] | None = None,
) -> list[InvitationRow]:
    """Invitations of a matter, a client file or by id, newest first, inside the reader's scope."""
    found = Link.objects.select_related("guest").order_by("-created_at")
    if matter_id is not None:
        found = found.filter(guest__matter_id=matter_id)
    if client_id is not None:
        found = found.filter(guest__client_id=client_id)
    if link_ids is not None:
        found = found.filter(id__in=list(link_ids))
    held = scope(actor, at)
    rows = [one for one in found if held is None or one.guest.client_id in held]
    states = links.states([one.id for one in rows], at)
    opened: dict[UUID, list[GuestSession]] = {}
    for session in GuestSession.objects.filter(link_id__in=[one.id for one in rows]).order_by("-opened_at"):
        opened.setdefault(session.link_id, []).append(session)
    names = _names(actor, [one.guest for one in rows])
    return [
        InvitationRow(
            link_id=one.id,
            guest_id=one.guest_id,
            kind=one.guest.kind,
            subject_id=one.guest.subject_id,
            client_id=one.guest.client_id,
            matter_id=one.guest.matter_id,
            name=names.get(one.guest_id, ""),
            contact=one.contact,
            created_at=one.created_at,
            state=states[one.id],
            sessions=tuple(_session(each, one, at) for each in opened.get(one.id, [])),
        )
        for one in rows
    ]


@query
def guessed(*, actor: Actor, at: datetime) -> list[InvitationRow]:
    """Links in the reader's scope at which wrong codes were typed and no right one: perhaps in the wrong hands."""
    living = Link.objects.filter(misses__gte=SUSPICIOUS, opens=0, recalled_at=None, expires_at__gt=at)
    ids = list(living.values_list("id", flat=True))
    return invitations(actor=actor, at=at, link_ids=ids) if ids else []


def invitation(*, actor: Actor, at: datetime, link_id: UUID) -> InvitationRow:
    """One invitation. Denied when there is none, or outside the reader's scope."""
    rows = invitations(actor=actor, at=at, link_ids=[link_id])
    if not rows:
        raise Denied("guests.no-such-link")
    return rows[0]


@query
def person_name(*, actor: Actor, at: datetime, client_id: UUID, person_id: UUID) -> str:
    """The name of somebody about to be invited. Denied outside the reader's scope or the file."""
    refuse_outside(scope(actor, at), client_id)
    if not is_in_file(client_id=client_id, person_id=person_id):
        raise Denied("parties.no-such-person")
    place = (client_id, person_id, "identity")
    shown = displays([place])
    return name_shown(shown[place].masks, whole=actor.sees_names) if place in shown else ""


@query
def contacts_on_file(*, client_id: UUID, persons: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Where a code can go, by person: kinds of contact the file holds, with their masks. For pages whose other reads
    refused already who may not see the file."""
    return links.contacts_of(client_id, persons)


@query
def phone(*, link_id: UUID) -> list[Bubble]:
    """What a demonstration's phone shows the guest of this link, newest first."""
    rows = GuestMessage.objects.filter(guest__link__id=link_id).order_by("-sent_at")[:5]
    return [Bubble(one.text, one.sent_at, one.contact) for one in rows]


@query
def own_name(*, guest: Guest) -> str:
    """The guest's own name as the portal greets with it; empty for a partner."""
    if guest.kind != Guest.Kind.CLIENT or guest.client_id is None:
        return ""
    place = (guest.client_id, guest.subject_id, "identity")
    shown = displays([place])
    return name_shown(shown[place].masks, whole=True) if place in shown else ""


def _names(actor: Actor, guests: Collection[Guest]) -> dict[UUID, str]:
    places = {
        one.id: (one.client_id, one.subject_id, "identity")
        for one in guests
        if one.kind == Guest.Kind.CLIENT and one.client_id is not None
    }
    shown = displays(list(dict.fromkeys(places.values())))
    return {
        guest_id: name_shown(shown[place].masks, whole=actor.sees_names)
        for guest_id, place in places.items()
        if place in shown
    }


def _session(session: GuestSession, link: Link, at: datetime) -> SessionRow:
    living = session.ended_at is None and at < session.ends_at and link.recalled_at is None
    return SessionRow(session.device, session.assurance, session.opened_at, session.ended_at or session.ends_at, living)
