"""Acts on guests: a link made and recalled, its code asked for, delivered, read out and typed, sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app as queue

from fengni.apps.accounts.models import Tenant
from fengni.apps.acts.acting import Outcome, act
from fengni.apps.common.language import said
from fengni.apps.guests import codes, gateways, links, sessions
from fengni.apps.guests.links import INDEPENDENT, STAFF, NewLink, Recalled
from fengni.apps.guests.models import Guest, GuestMessage, GuestSession, Link
from fengni.apps.guests.sessions import Opened
from fengni.apps.ledger.inbox import Seen
from fengni.apps.parties import queries as parties
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.records import Writing, stored
from fengni.core.access.actor import GUEST_ROLES, Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import element

HANDLERS = ("owner", "lead", "agent")


@dataclass(frozen=True, slots=True)
class ReadOut:
    """A code for staff to read out on the telephone, shown once."""

    code: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to a gateway: never logged, never stored."""

    contact: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


def _person(actor: Actor, client_id: UUID, person_id: UUID) -> Resource:
    if not parties.is_in_file(client_id=client_id, person_id=person_id):
        raise Denied("parties.no-such-person")
    return Resource("parties:person", person_id, actor.tenant_id, frozenset({client_id}), persons=(person_id,))


def _link(actor: Actor, link_id: UUID) -> Resource:
    """A link: about the person where it is a client's, in the client file it was made for. A guest has only the own."""
    link = Link.objects.select_related("guest").filter(id=link_id).first()
    if link is None or (actor.roles & GUEST_ROLES and link.guest_id != actor.id):
        raise Denied("guests.no-such-link")
    clients = frozenset({link.guest.client_id} if link.guest.client_id else ())
    persons = (link.guest.subject_id,) if link.guest.kind == Guest.Kind.CLIENT else ()
    return Resource("guests:link", link.id, actor.tenant_id, clients, persons)


@act("guests:link:invite", roles=HANDLERS, resource=_person, scoped=True)
def invite_person(
    *, actor: Actor, at: datetime, client_id: UUID, person_id: UUID, contact: str, expires_at: datetime
) -> Outcome[NewLink]:
    """A link for a person of a client file. It is shown to the inviter once; a link made before it is recalled.

    Raises BadInput for an unknown contact or an expiry that is past.
    """
    made = links.invite(
        kind=Guest.Kind.CLIENT,
        subject_id=person_id,
        client_id=client_id,
        matter_id=None,
        at=at,
        expires_at=expires_at,
        contact=contact,
    )
    resource = Resource("guests:link", made.link_id, actor.tenant_id, frozenset({client_id}), (person_id,))
    return Outcome(made, resource=resource, seen=(Seen(person_id),), facts={"contact": contact or "none"})


@act("guests:link:recall", roles=HANDLERS, resource=_link, scoped=True)
def recall_link(*, actor: Actor, at: datetime, link_id: UUID) -> Outcome[Recalled]:
    """End a link at once and tell whether it was opened; the answer stands in the ledger entry."""
    recalled = links.recall(link_id, at)
    facts = {
        "opened": int(recalled.opened),
        "opens": recalled.opens,
        "previews": recalled.previews,
        "asks": recalled.asks,
    }
    return Outcome(recalled, seen=_about(link_id), facts=facts)


@act("guests:code:read_out", roles=HANDLERS, resource=_link, scoped=True)
def read_out_code(*, actor: Actor, at: datetime, link_id: UUID) -> Outcome[ReadOut]:
    """A code for staff to read out. What is opened with it counts as staff's word until the guest confirms it."""
    link = _locked(link_id)
    codes.check_usable(link, at)
    code = codes.issue(link, codes.STAFF, at)
    return Outcome(ReadOut(code, at + codes.LIFE), seen=_about(link_id))


@act("guests:code:ask", roles=GUEST_ROLES, resource=_link)
def ask_code(*, actor: Actor, at: datetime, link_id: UUID, again: bool = False) -> Outcome[bool]:
    """Somebody pressed the button: have a code sent. Whether one is on its way; False when only staff can read one out.

    A code that waits already is kept unless `again`, and then for a minute all the same. Raises Denied when the hour's
    codes are used up.
    """
    link = _locked(link_id)
    codes.check_usable(link, at)
    link.asks += 1
    link.save(update_fields=["asks"])
    if not gateways.reaches(link.contact, demo=house().demo):
        return Outcome(False, facts={"sent": 0})
    young = link.code_until is not None and at < link.code_until - codes.LIFE + codes.SOONEST_AGAIN
    if codes.is_living(link, at) and (young or not again):
        return Outcome(link.code_way == codes.GATEWAY, facts={"sent": 0})
    codes.count(link, at)
    queue.configure_task("guests.send_code", queue="guests").defer(link_id=str(link.id), tenant_id=str(link.tenant_id))
    return Outcome(True, facts={"sent": 1})


@act("guests:code:deliver", roles=(), resource=_link, purposes=("purpose.contact_client",), protected=True)
def deliver_code(*, actor: Actor, at: datetime, link_id: UUID) -> Outcome[Letter | None]:
    """Make a code and open where it goes: one counted key release for the person. None when a demonstration's own
    phone got it. Raises BadInput ("guests.no-contact") when the file holds no such value."""
    link = _locked(link_id)
    codes.check_usable(link, at)
    to = _opened_contact(link, at)
    code = codes.issue(link, codes.GATEWAY, at)
    Link.objects.filter(id=link_id).update(unsent_at=None)
    tenant = Tenant.objects.get(id=link.tenant_id)
    text = said("guests.message", digits=code, sender=tenant.name)
    seen = (Seen(link.guest.subject_id, (link.contact,), clear=1),) if link.address is None else ()
    facts = {"contact": link.contact}
    if gateways.is_configured(link.contact):
        letter = Letter(link.contact, to, said("guests.message.subject", sender=tenant.name), text)
        return Outcome(letter, seen=seen, facts=facts)
    if not tenant.demo:
        raise BadInput("guests.no-gateway")
    GuestMessage.objects.create(
        tenant_id=link.tenant_id, guest_id=link.guest_id, contact=link.contact, text=text, sent_at=at
    )
    return Outcome(None, seen=seen, facts=facts)


@act("guests:code:fail", roles=(), resource=_link)
def fail_code(*, actor: Actor, at: datetime, link_id: UUID) -> Outcome[None]:
    """A code did not go out: it dies, and staff see that the way is broken."""
    Link.objects.filter(id=link_id).update(code_hash=None, unsent_at=at)
    return Outcome(None)


@act("guests:code:enter", roles=(), resource=_link)
def enter_code(*, actor: Actor, at: datetime, link_id: UUID, typed: str, device: str) -> Outcome[Opened | None]:
    """Six digits typed by whoever holds the link, so the product acts. Opens a session, or is None for wrong digits.

    Wrong digits do not raise: a try must be counted, and raising would take the count back. Raises Denied when the link
    is not usable or no code waits, BadInput for what is no code.
    """
    link = _locked(link_id)
    codes.check_usable(link, at)
    way = link.code_way
    if not codes.enter(link, codes.digits(typed), at):
        return Outcome(None, seen=_about(link_id), facts={"opened": 0, "tries_left": codes.TRIES - link.code_tries})
    link.opens, link.last_open = link.opens + 1, at
    link.save(update_fields=["opens", "last_open"])
    assurance = STAFF if way == codes.STAFF else INDEPENDENT
    if assurance == INDEPENDENT:
        _confirmed(link.guest_id, at)
    opened = sessions.begin(link, assurance, device, at)
    return Outcome(opened, seen=_about(link_id), facts={"opened": 1, "assurance": assurance})


@act("guests:session:confirm", roles=GUEST_ROLES)
def confirm_session(*, actor: Actor, at: datetime, session_id: UUID, typed: str) -> Outcome[bool]:
    """The guest types a code that came by a gateway: what staff had read out becomes the guest's own.

    False for wrong digits, which are counted. Raises Denied when no such code waits.
    """
    session = GuestSession.objects.filter(id=session_id, guest_id=actor.id, ended_at=None).first()
    if session is None:
        raise Denied("guests.no-such-session")
    link = _locked(session.link_id)
    codes.check_usable(link, at)
    if link.code_way != codes.GATEWAY:
        raise Denied("guests.code-expired")
    right = codes.enter(link, codes.digits(typed), at)
    if right:
        GuestSession.objects.filter(guest_id=actor.id, ended_at=None).update(assurance=INDEPENDENT)
        _confirmed(actor.id, at)
    resource = Resource("guests:session", session_id, actor.tenant_id)
    return Outcome(right, resource=resource, seen=_about(link.id), facts={"confirmed": int(right)})


@act("guests:session:end", roles=GUEST_ROLES)
def end_session(*, actor: Actor, at: datetime, session_id: UUID) -> Outcome[None]:
    """Leave this device: one's own session ends, the link stays."""
    GuestSession.objects.filter(id=session_id, guest_id=actor.id, ended_at=None).update(ended_at=at)
    return Outcome(None, resource=Resource("guests:session", session_id, actor.tenant_id))


def _locked(link_id: UUID) -> Link:
    return Link.objects.select_for_update(of=("self",)).select_related("guest").get(id=link_id)


def _about(link_id: UUID) -> tuple[Seen, ...]:
    """Whom an entry about a link is about: the person of a client file; a partner is nobody's file."""
    guest = Guest.objects.get(link__id=link_id)
    return (Seen(guest.subject_id),) if guest.kind == Guest.Kind.CLIENT else ()


def _confirmed(guest_id: UUID, at: datetime) -> None:
    Guest.objects.filter(id=guest_id).update(confirmed_at=at)


def _opened_contact(link: Link, at: datetime) -> str:
    """Where a code goes: a partner's sealed address, or the first value of the person's record, opened for this act."""
    if link.address is not None:
        return links.opened_address(link)
    guest = link.guest
    if guest.client_id is None or not link.contact:
        raise BadInput("guests.no-contact")
    rows = stored([(guest.client_id, guest.subject_id)], element(link.contact).record_class, lock="SHARE")
    fields = Writing(house(), at).open(rows)[0] if rows else {}
    values = fields.get(link.contact, "").splitlines()
    if not values:
        raise BadInput("guests.no-contact")
    return values[0]
