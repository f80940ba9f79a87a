"""A guest's way in: made, recalled, told about. Parts of acts, never acts themselves.

Rules: the token stands in the path of a NewLink and nowhere else, neither in a row nor in a log. For 30 seconds after
it was made a link is held: a link in the wrong chat can be called back before anybody opens it. A new link for the same
guest recalls the one before. A client's link carries a grant on the own person and ends with it; a partner gets grants
by a share only. When a matter is closed its clients' links become narrow for 90 days: sessions and codes end, and a new
code opens only what the pages marked `after_closing` show (docs/adr/0011-ends.md).
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from fengni.apps.accounts import queries as accounts
from fengni.apps.acts.acting import acting
from fengni.apps.acts.models import Grant
from fengni.apps.common import display
from fengni.apps.common.identifiers import uuid7
from fengni.apps.guests.models import Guest, GuestSession, Link
from fengni.apps.vault.queries.lists import displays
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.shown import DAMAGED, STATE
from fengni.core.access import tokens
from fengni.core.errors import BadInput
from fengni.core.vault.catalogue import element

LIES = display.Lies("guests_link", "address", there="t.address IS NOT NULL")
HOLD = timedelta(seconds=30)
AFTER_CLOSING = timedelta(days=90)
CONTACTS = ("mobile", "email")
INDEPENDENT, STAFF = "independent", "staff"


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as its inviter gets it, once. The path holds the secret, so it is no part of `repr`."""

    guest_id: UUID
    link_id: UUID
    path: str = field(repr=False)
    held_until: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Recalled:
    """The answer to 'was it opened?': right codes, fetches by whomever, presses of the button."""

    opened: bool
    opens: int
    previews: int
    asks: int


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link is: held, live, opened, recalled or expired; `assurance` of the best session it opened, or empty."""

    state: str
    opens: int
    previews: int
    last_open: datetime | None
    assurance: str
    asks: int = 0
    misses: int = 0
    held_until: datetime | None = None
    expires_at: datetime | None = None
    recalled_at: datetime | None = None
    unsent_at: datetime | None = None
    sessions: int = 0
    narrow: bool = False


def invite(
    *,
    kind: str,
    subject_id: UUID,
    client_id: UUID | None,
    matter_id: UUID | None,
    at: datetime,
    expires_at: datetime,
    contact: str,
    address: str = "",
    narrow: bool = False,
) -> NewLink:
    """A link for a client (a person of `client_id`) or a partner, in the running act.

    `contact` is where codes go: "mobile" or "email", or empty when only staff can read a code out. A client's value is
    opened from the vault when a code is sent; a partner's is given as `address` and sealed here. `narrow`: the matter
    is closed already. Raises BadInput while the house says nobody whom a guest could turn to, and for a contact that
    the client file does not hold: no code would ever arrive.
    """
    if not accounts.house().contact.is_known:
        raise BadInput("guests.house-unreachable")
    if contact and contact not in CONTACTS:
        raise BadInput("guests.contact-unknown")
    if contact and kind == Guest.Kind.CLIENT:
        _check_on_file(contact, client_id, subject_id)
    if expires_at <= at + HOLD:
        raise BadInput("guests.expiry-past")
    tenant_id = acting().actor.tenant_id
    guest, _ = Guest.objects.get_or_create(
        tenant_id=tenant_id,
        kind=kind,
        subject_id=subject_id,
        client_id=client_id,
        matter_id=matter_id,
        defaults={"created_at": at},
    )
    recall_of(guest_ids=[guest.id], at=at)
    token = tokens.write(tenant_id, os.urandom(tokens.SECRET_BYTES))
    link = Link(
        id=uuid7(),
        tenant_id=tenant_id,
        guest=guest,
        secret_hash=tokens.read(token).digest,
        invited_by=acting().actor.id,
        held_until=at + HOLD,
        expires_at=expires_at,
        contact=contact,
        created_at=at,
        narrow_since=at if narrow else None,
    )
    if address:
        link.address = _sealed(link.id, address)
    link.save(force_insert=True)
    if kind == Guest.Kind.CLIENT:
        Grant.objects.create(
            tenant_id=tenant_id, member_id=guest.id, client_id=client_id, person_id=subject_id, until=expires_at,
            created_at=at,
        )  # fmt: skip
    return NewLink(guest.id, link.id, f"/p/{token}/", link.held_until, expires_at)


def _check_on_file(contact: str, client_id: UUID | None, subject_id: UUID) -> None:
    """Raise BadInput for a way to a client that the file does not hold."""
    if client_id is None or contact not in contacts_of(client_id, [subject_id])[subject_id]:
        raise BadInput("guests.contact-not-on-file")


def contacts_of(client_id: UUID, persons: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Where codes can go, for each of these persons: kinds of contact the file holds, with the mask of the first."""
    class_ = element(CONTACTS[0]).record_class
    found: dict[UUID, dict[str, str]] = {one: {} for one in persons}
    for (_, person, _), shown in displays([(client_id, one, class_) for one in found]).items():
        held = [kind for kind in CONTACTS if shown.masks.get(kind) and shown.masks.get(kind + STATE) != DAMAGED]
        found[person] = {kind: shown.masks[kind].splitlines()[0] for kind in held}
    return found


def recall(link_id: UUID, at: datetime) -> Recalled:
    """End a link, its sessions and its grant. Recalling twice changes nothing and gives the same answer."""
    link = Link.objects.select_for_update().get(id=link_id)
    _end([link], at)
    return Recalled(link.opens > 0, link.opens, link.previews, link.asks)


def recall_of(*, guest_ids: Collection[UUID], at: datetime) -> int:
    """End every living link of these guests; returns how many there were."""
    living = list(Link.objects.select_for_update().filter(guest_id__in=guest_ids, recalled_at=None, expires_at__gt=at))
    _end(living, at)
    return len(living)


def narrow_of(*, guest_ids: Collection[UUID], at: datetime) -> int:
    """Their matter is closed: every living link of these clients becomes narrow and lives for AFTER_CLOSING. Open
    sessions and waiting codes end, so that a new code is asked for. Returns how many there were."""
    living = Link.objects.select_for_update().filter(guest_id__in=guest_ids, recalled_at=None, expires_at__gt=at)
    ids, guests, until = [one.id for one in living], {one.guest_id for one in living}, at + AFTER_CLOSING
    Link.objects.filter(id__in=ids).update(narrow_since=at, expires_at=until, code_hash=None)
    GuestSession.objects.filter(link_id__in=ids, ended_at=None).update(ended_at=at)
    Grant.objects.filter(Q(until=None) | Q(until__gt=at), member_id__in=guests).update(until=until)
    return len(ids)


def states(link_ids: Collection[UUID], at: datetime) -> dict[UUID, LinkState]:
    """How each link is at an instant."""
    sessions: dict[UUID, list[GuestSession]] = {}
    for one in GuestSession.objects.filter(link_id__in=link_ids):
        sessions.setdefault(one.link_id, []).append(one)
    return {link.id: _state(link, sessions.get(link.id, []), at) for link in Link.objects.filter(id__in=link_ids)}


def assurance_of(guest_id: UUID) -> str:
    """independent once a code that came by a gateway was this guest's; staff before."""
    return INDEPENDENT if Guest.objects.filter(id=guest_id).exclude(confirmed_at=None).exists() else STAFF


def opened_address(link: Link) -> str:
    """A partner's sealed address. Inside an act only."""
    acting()
    return house().display_key.open_masks([(link.id, 0, bytes(link.address or b""))])[0]["address"]


def _sealed(link_id: UUID, address: str) -> bytes:
    return display.sealing(house().tenant_id).seal_masks([(link_id, 0, {"address": address})])[0]


def _end(links: Collection[Link], at: datetime) -> None:
    living = [link for link in links if link.recalled_at is None]
    ids = [link.id for link in living]
    Link.objects.filter(id__in=ids).update(recalled_at=at, code_hash=None)
    GuestSession.objects.filter(link_id__in=ids, ended_at=None).update(ended_at=at)
    guests = {link.guest_id for link in living}
    own = Guest.objects.filter(id__in=guests, kind=Guest.Kind.CLIENT).values_list("id", flat=True)
    Grant.objects.filter(Q(until=None) | Q(until__gt=at), member_id__in=list(own)).update(until=at)


def _state(link: Link, sessions: Collection[GuestSession], at: datetime) -> LinkState:
    if link.recalled_at is not None:
        state = "recalled"
    elif link.expires_at <= at:
        state = "expired"
    elif link.opens:
        state = "opened"
    else:
        state = "held" if at < link.held_until else "live"
    assurances = {one.assurance for one in sessions}
    return LinkState(
        state=state,
        opens=link.opens,
        previews=link.previews,
        last_open=link.last_open,
        assurance=INDEPENDENT if INDEPENDENT in assurances else STAFF if assurances else "",
        asks=link.asks,
        misses=link.misses,
        held_until=link.held_until,
        expires_at=link.expires_at,
        recalled_at=link.recalled_at,
        unsent_at=link.unsent_at,
        sessions=sum(1 for one in sessions if one.ended_at is None and at < one.ends_at),
        narrow=link.narrow_since is not None,
    )
