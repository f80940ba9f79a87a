"""Acts of reach: ask for a file for some hours, give, refuse, end; open one at once in an emergency, and review that.

Rules: nobody gives to himself and nobody reviews himself. What is lent may be looked at, for the purpose it was lent
for, and nothing else. A person's freeze, a legal seal and a destruction hold against it as against everybody: what
opens here is the scope alone. A crash before COMMIT leaves neither entry nor grant; after it, both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from procrastinate.contrib.django import app as queue

from fengni.apps.accounts.contact import is_email
from fengni.apps.accounts.models import Member
from fengni.apps.acts.acting import Outcome, act, acting
from fengni.apps.approvals import asking
from fengni.apps.approvals.askable import askable
from fengni.apps.approvals.models import Request as Asking
from fengni.apps.common.identifiers import uuid7
from fengni.apps.guests import gateways
from fengni.apps.ledger.inbox import Seen
from fengni.apps.reach import alarms, lending
from fengni.apps.reach.alarms import REVIEWERS, Letter
from fengni.apps.reach.lending import about, everybody_in, refuse_inside
from fengni.apps.reach.models import VERDICTS, AlarmAddress, Emergency, Request
from fengni.apps.vault.queries.lists import number_indexes
from fengni.apps.vault.resources import LENT, PURPOSES, client_file
from fengni.apps.vault.store.house import house
from fengni.apps.vault.store.recognition import ClientTraits, recognise_clients
from fengni.apps.vault.store.throttle import count_search
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied

ASKERS: Final = LENT
GIVERS: Final = ("owner", "lead", "dpo")
BREAKERS: Final = ("owner", "lead", "agent", "security", "dpo")
URGENT: Final = ("purpose.incident_response", "purpose.contact_client", "purpose.answer_subject")
GIVE: Final = "reach:grant:give"
LEAST: Final = 10  # characters of the reason of an emergency


def _request(actor: Actor, request_id: UUID) -> Resource:
    """A request: of the client file, and the person it is about if it is about one."""
    row = Request.objects.filter(id=request_id).first()
    if row is None:
        raise Denied("reach.no-such-request")
    persons = (row.person_id,) if row.person_id else ()
    return Resource("reach:request", row.id, actor.tenant_id, frozenset({row.client_id}), persons=persons)


def _emergency(actor: Actor, emergency_id: UUID) -> Resource:
    row = Emergency.objects.filter(id=emergency_id).first()
    if row is None:
        raise Denied("reach.no-such-emergency")
    return Resource("reach:emergency", row.id, actor.tenant_id, frozenset({row.client_id}))


@act("reach:client:find", roles=ASKERS)
def find_client(*, actor: Actor, at: datetime, named: str) -> Outcome[UUID | None]:
    """Which client file has exactly this company name or USCC, inside the scope or not: for who needs one now.

    It tells that the house has such a client, so each look is an entry, found or not, and they are counted with
    searches by full numbers. Raises Denied after 30 in an hour, BadInput for less than four characters.
    """
    words = named.strip()[:120]
    if len(words) < 4:
        raise BadInput("reach.name-short")
    count_search(actor, at, "number")
    traits = ClientTraits(uscc=words) if number_indexes(words) == ("uscc",) else ClientTraits(names=(words,))
    [found] = recognise_clients(house(), [traits])
    if found is None:
        return Outcome(None, facts={"hits": 0})
    resource = Resource("parties:client", found, actor.tenant_id, frozenset({found}))
    return Outcome(found, resource=resource, facts={"hits": 1})


@act("reach:grant:ask", roles=ASKERS, resource=about, purposes=PURPOSES)
def ask_access(
    *, actor: Actor, at: datetime, client_id: UUID, person_id: UUID | None, purpose: str, hours: int, reason: str
) -> Outcome[UUID]:
    """Ask for one client file, or one person of it, for some hours from the yes on.

    Raises BadInput for what one sees anyway or asked for already, for other hours than 1 to 72, without a reason, or
    when nobody in the house could decide.
    """
    if len(reason.strip()) < 2:
        raise BadInput("reach.reason-missing")
    if hours not in lending.HOURS:
        raise BadInput("reach.hours-wrong")
    if not asking.others(askable(GIVE), actor.id, actor.roles):
        raise BadInput("reach.nobody-decides")
    Member.objects.select_for_update().get(id=actor.id)  # one question at a time
    refuse_inside(actor, client_id, person_id, purpose, at)
    own = Request.objects.filter(asked_by=actor.id, client_id=client_id, person_id=person_id)
    for one in own.filter(state=Request.State.OPEN):
        if asking.is_asked(act=GIVE, resource_id=one.id, at=at):
            raise BadInput("reach.asked-already")
    row = Request.objects.create(
        tenant_id=actor.tenant_id, client_id=client_id, person_id=person_id, purpose=purpose, hours=hours,
        asked_by=actor.id, asked_at=at, asked_entry=acting().entry_id,
    )  # fmt: skip
    persons = 1 if person_id else len(everybody_in(client_id))
    asking.ask(act=GIVE, resource_id=row.id, persons=persons, fields=(), at=at)
    return Outcome(row.id, resource=_resource(row), seen=_told(row), facts={"hours": hours})


@act("reach:grant:give", roles=GIVERS, resource=_request)
def give_access(*, actor: Actor, at: datetime, request_id: UUID) -> Outcome[datetime]:
    """Say yes: the hours begin now and end by themselves. Returns the instant of their end.

    Raises Denied to the asker, BadInput when it was answered, is too old, or the asker does not work here any more.
    """
    row = _locked(request_id, Request.State.OPEN)
    if not Member.objects.filter(id=row.asked_by, active=True).exists():
        raise BadInput("parties.no-such-member")
    asking.settle(_asked(row, at), at)
    until = at + row.hours * lending.AN_HOUR
    row.state, row.until = Request.State.GIVEN, until
    _answer(row, actor, at)
    lending.lend(
        row.id, to=row.asked_by, tenant_id=row.tenant_id, client_id=row.client_id, person_id=row.person_id,
        purpose=row.purpose, basis=lending.GIVEN, at=at, until=until,
    )  # fmt: skip
    facts: dict[str, int | str] = {"hours": row.hours, "member": row.asked_by.hex, "under": row.id.hex}
    return Outcome(until, seen=_told(row), facts=facts)


@act("reach:grant:refuse", roles=GIVERS, resource=_request)
def refuse_access(*, actor: Actor, at: datetime, request_id: UUID, reason: str) -> Outcome[None]:
    """Say no, and why. Raises Denied to the asker, BadInput without a reason or when it was answered."""
    if len(reason.strip()) < 2:
        raise BadInput("reach.reason-missing")
    row = _locked(request_id, Request.State.OPEN)
    if row.asked_by == actor.id:
        raise Denied("access.second-person-is-self")
    asking.end(_asked(row, at), state=Asking.State.REFUSED, at=at)
    row.state = Request.State.REFUSED
    _answer(row, actor, at)
    return Outcome(None, seen=_told(row), facts={"member": row.asked_by.hex})


@act("reach:grant:end", roles=(*ASKERS, *GIVERS), resource=_request)
def end_access(*, actor: Actor, at: datetime, request_id: UUID) -> Outcome[None]:
    """Take back at once what was given; the asker gives it back, or takes an open question back.

    Raises Denied for another's question to who does not decide, BadInput for what is over.
    """
    row = Request.objects.select_for_update().get(id=request_id)
    own = row.asked_by == actor.id
    if not own and not actor.roles & set(GIVERS):
        raise Denied("access.role")
    if own and row.state == Request.State.OPEN:
        asked = asking.request_for(act=GIVE, resource_id=row.id, at=at)
        if asked is not None:
            asking.end(asked, state=Asking.State.WITHDRAWN, at=at)
        row.state = Request.State.WITHDRAWN
    elif row.state == Request.State.GIVEN and lending.take_back(row.id, at):
        row.state, row.until = Request.State.ENDED, at
    else:
        raise BadInput("reach.over")
    row.ended_by = actor.id
    row.save()
    return Outcome(None, seen=_told(row), facts={"member": row.asked_by.hex, "own": int(own)})


@act("reach:emergency:break", roles=BREAKERS, resource=client_file, purposes=URGENT)
def break_glass(*, actor: Actor, at: datetime, client_id: UUID, purpose: str, reason: str) -> Outcome[UUID]:
    """Open one client file at once, for 60 minutes, with nobody's yes. Every person in it reads so; a review is due.

    Raises Denied while a review of one's own emergency is overdue, BadInput for a short reason, for a purpose that is
    none of an emergency, and for a file one sees anyway.
    """
    if len(reason.strip()) < LEAST:
        raise BadInput("reach.reason-short", least=LEAST)
    Member.objects.select_for_update().get(id=actor.id)  # one at a time: the review owed is seen
    if Emergency.objects.filter(broken_by=actor.id, verdict="", due_at__lte=at).exists():
        raise Denied("reach.review-overdue")
    refuse_inside(actor, client_id, None, purpose, at)
    until = at + lending.AN_HOUR
    row = Emergency.objects.create(
        tenant_id=actor.tenant_id, client_id=client_id, purpose=purpose, broken_by=actor.id, broken_at=at,
        broken_entry=acting().entry_id, until=until, due_at=at + lending.REVIEW,
    )  # fmt: skip
    lending.lend(
        row.id, to=actor.id, tenant_id=actor.tenant_id, client_id=client_id, person_id=None, purpose=purpose,
        basis=lending.EMERGENCY, at=at, until=until,
    )  # fmt: skip
    if gateways.is_configured("email"):
        queue.configure_task("reach.alarm", queue="reach").defer(emergency_id=str(row.id), tenant_id=str(row.tenant_id))
    facts: dict[str, int | str] = {"minutes": 60, "under": row.id.hex}
    resource = Resource("reach:emergency", row.id, actor.tenant_id, frozenset({client_id}))
    return Outcome(row.id, resource=resource, seen=everybody_in(client_id), facts=facts)


@act("reach:emergency:review", roles=REVIEWERS, resource=_emergency)
def review_emergency(*, actor: Actor, at: datetime, emergency_id: UUID, verdict: str, reason: str) -> Outcome[None]:
    """Say whether an emergency was justified, and why. While its hour runs, the review ends it: what was reviewed is
    all there is. Every person in the file reads the verdict.

    Raises Denied to the one whose emergency it is, BadInput without a reason or when it was reviewed.
    """
    if verdict not in VERDICTS:
        raise BadInput("reach.verdict-unknown")
    if len(reason.strip()) < 2:
        raise BadInput("reach.reason-missing")
    row = Emergency.objects.select_for_update().get(id=emergency_id)
    if row.broken_by == actor.id:
        raise Denied("reach.own-emergency")
    if row.verdict:
        raise BadInput("reach.reviewed")
    ended = lending.take_back(row.id, at)
    row.verdict, row.reviewed_by, row.reviewed_at, row.reviewed_entry = verdict, actor.id, at, acting().entry_id
    row.until = min(row.until, at)
    row.save()
    facts: dict[str, int | str] = {
        "verdict": verdict, "late": int(at >= row.due_at), "ended": int(ended), "member": row.broken_by.hex,
        "under": row.id.hex,
    }  # fmt: skip
    return Outcome(None, seen=everybody_in(row.client_id), facts=facts)


@act("reach:alarm:address", roles=REVIEWERS)
def set_alarm_address(*, actor: Actor, at: datetime, address: str) -> Outcome[None]:
    """Where the actor is told of an emergency by e-mail; empty takes the address away. It is sealed."""
    given = address.strip()
    if given and not is_email(given):
        raise BadInput("reach.address-wrong")
    Member.objects.select_for_update().get(id=actor.id)
    AlarmAddress.objects.filter(member_id=actor.id).delete()
    if given:
        row_id = uuid7()
        AlarmAddress.objects.create(
            id=row_id, tenant_id=actor.tenant_id, member_id=actor.id, sealed=alarms.seal(row_id, given)
        )
    return Outcome(None, facts={"given": int(bool(given))})


@act("reach:alarm:send", roles=(), resource=_emergency)
def prepare_alarm(*, actor: Actor, at: datetime, emergency_id: UUID) -> Outcome[list[Letter]]:
    """The mails of an emergency, for the product's gateway."""
    row = Emergency.objects.select_for_update().get(id=emergency_id)
    made = alarms.letters(row.broken_at, minutes=60, but=row.broken_by)
    row.mails, row.mail_failed_at = len(made), None
    row.save(update_fields=["mails", "mail_failed_at"])
    return Outcome(made, facts={"mails": len(made)})


@act("reach:alarm:fail", roles=(), resource=_emergency)
def fail_alarm(*, actor: Actor, at: datetime, emergency_id: UUID) -> Outcome[None]:
    """The gateway did not take a mail: whoever reviews sees that it was broken."""
    Emergency.objects.filter(id=emergency_id).update(mails=0, mail_failed_at=at)
    return Outcome(None)


def _locked(request_id: UUID, state: str) -> Request:
    row = Request.objects.select_for_update().get(id=request_id)
    if row.state != state:
        raise BadInput("approvals.answered")
    return row


def _asked(row: Request, at: datetime) -> Asking:
    """The question as it waits among those to a second person. Raises BadInput when it is too old."""
    found = asking.request_for(act=GIVE, resource_id=row.id, at=at)
    if found is None:
        raise BadInput("approvals.lapsed")
    return found


def _answer(row: Request, actor: Actor, at: datetime) -> None:
    row.answered_by, row.answered_at, row.answered_entry = actor.id, at, acting().entry_id
    row.save()


def _resource(row: Request) -> Resource:
    persons = (row.person_id,) if row.person_id else ()
    return Resource("reach:request", row.id, row.tenant_id, frozenset({row.client_id}), persons=persons)


def _told(row: Request) -> tuple[Seen, ...]:
    """A question about one person stands in that person's history; one about a file is told by what is opened."""
    return (Seen(row.person_id),) if row.person_id else ()
