"""Reads of reach: what was asked and given, emergencies and their reviews, what waits for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from fengni.apps.acts import reasons
from fengni.apps.approvals.asking import ANSWERABLE
from fengni.apps.common.queries import query
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.queries import EntryRow
from fengni.apps.parties.queries import assigned_clients
from fengni.apps.reach import alarms
from fengni.apps.reach.alarms import REVIEWERS
from fengni.apps.reach.models import AlarmAddress, Emergency, Request
from fengni.apps.vault.queries.lists import company_names
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied
from fengni.core.vault.masking import mask

DECIDERS: Final = frozenset({"owner", "lead", "dpo"})
READERS: Final = DECIDERS | {"auditor"}  # besides them, everybody reads the own
_SHOWN: Final = timedelta(days=90)
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for a reader. `state` is open, given, over, ended, refused, withdrawn or lapsed; `can` holds give,
    refuse, withdraw and end. `client_name` is empty for who is outside the file; texts for who reads them."""

    id: UUID
    client_id: UUID
    client_name: str
    person_id: UUID | None
    purpose: str
    hours: int
    state: str
    asked_by: UUID
    asked_at: datetime
    reason: str
    answered_by: UUID | None
    answered_at: datetime | None
    answer: str
    until: datetime | None
    can: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """An emergency for a reader. `state` is running, to_review, overdue, justified or not_justified: the first three
    wait for a review. `can` holds review. `left`: whole hours until the review is due, negative afterwards."""

    id: UUID
    client_id: UUID
    client_name: str
    purpose: str
    state: str
    broken_by: UUID
    broken_at: datetime
    until: datetime
    due_at: datetime
    left: int
    reason: str
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    review: str
    mails: int
    mail_failed: bool
    can: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReachPage:
    """Requests and emergencies that the reader may see, what waits first. `owes`: a review of the reader's own
    emergency is overdue. `address`: where the reader is told, masked; None for who is not told."""

    requests: tuple[RequestRow, ...]
    emergencies: tuple[EmergencyRow, ...]
    owes: bool
    address: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands on the start page: requests to answer, emergencies to review (`overdue` of them), one's own files
    that stand open now."""

    asked: int
    reviews: int
    overdue: int
    open: tuple[RequestRow | EmergencyRow, ...]


@query
def reach_page(*, actor: Actor, at: datetime) -> ReachPage:
    """The last 90 days; what waits for a review whatever its age. Raises Denied for an actor without a role."""
    if not actor.roles:
        raise Denied("access.role")
    asked = Request.objects.filter(asked_at__gt=at - _SHOWN)
    broken = Emergency.objects.filter(Q(broken_at__gt=at - _SHOWN) | Q(verdict=""))
    if not actor.roles & READERS:
        asked, broken = asked.filter(asked_by=actor.id), broken.filter(broken_by=actor.id)
    requests = _requests(actor, list(asked.order_by("-asked_at")[:_MOST]), at)
    emergencies = _emergencies(actor, list(broken.order_by("-broken_at")[:_MOST]), at)
    owes = any(one.state == "overdue" and one.broken_by == actor.id for one in emergencies)
    address = None
    if actor.roles & set(REVIEWERS):
        held = alarms.opened(list(AlarmAddress.objects.filter(member_id=actor.id)))
        address = mask("email", held[0]) if held else ""
    return ReachPage(
        tuple(sorted(requests, key=lambda row: "give" not in row.can)),
        tuple(sorted(emergencies, key=lambda row: (row.reviewed_at is not None, row.due_at))),
        owes,
        address,
    )


@query
def request(*, actor: Actor, at: datetime, request_id: UUID) -> RequestRow:
    """One request. Raises Denied for who neither asked nor reads all of them."""
    found = Request.objects.filter(id=request_id).first()
    if found is None:
        raise Denied("reach.no-such-request")
    if not actor.roles & READERS and found.asked_by != actor.id:
        raise Denied("access.role")
    return _requests(actor, [found], at)[0]


@query
def emergency(*, actor: Actor, at: datetime, emergency_id: UUID) -> EmergencyRow:
    """One emergency. Raises Denied for who neither broke the glass nor reads all of them."""
    found = Emergency.objects.filter(id=emergency_id).first()
    if found is None:
        raise Denied("reach.no-such-emergency")
    if not actor.roles & READERS and found.broken_by != actor.id:
        raise Denied("access.role")
    return _emergencies(actor, [found], at)[0]


@query
def done_under(*, row: RequestRow | EmergencyRow) -> tuple[EntryRow, ...]:
    """Every entry that rests on it, oldest first: what was opened."""
    if isinstance(row, EmergencyRow):
        return ledger.under(row.id, member_id=row.broken_by, since=row.broken_at)
    return ledger.under(row.id, member_id=row.asked_by, since=row.answered_at) if row.answered_at else ()


@query
def to_review(*, actor: Actor, at: datetime) -> tuple[EmergencyRow, ...]:
    """Emergencies without a review, the oldest first. For who answers for the house."""
    if not actor.roles & READERS:
        raise Denied("access.role")
    return tuple(_emergencies(actor, list(Emergency.objects.filter(verdict="").order_by("due_at")[:_MOST]), at))


@query
def waiting(*, actor: Actor, at: datetime) -> Waiting:
    """What waits for one reader now, counted; and what of the reader's stands open."""
    asked = reviews = overdue = 0
    if actor.roles & DECIDERS:
        since = at - ANSWERABLE
        asked = Request.objects.filter(state="open", asked_at__gt=since).exclude(asked_by=actor.id).count()
    if actor.roles & READERS:
        unread = Emergency.objects.filter(verdict="").exclude(broken_by=actor.id).values_list("due_at", flat=True)
        dues = list(unread)
        overdue = sum(due <= at for due in dues)
        reviews = len(dues) if actor.roles & set(REVIEWERS) else overdue
    if actor.sees_all_clients:
        return Waiting(asked, reviews, overdue, ())
    given = list(Request.objects.filter(asked_by=actor.id, state="given", until__gt=at).order_by("until"))
    broken = list(Emergency.objects.filter(broken_by=actor.id, verdict="").order_by("until"))
    rows: tuple[RequestRow | EmergencyRow, ...] = (*_emergencies(actor, broken, at), *_requests(actor, given, at))
    return Waiting(asked, reviews, overdue, rows)


def _names(actor: Actor, clients: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Names of the files that the reader is inside of."""
    within = set(clients) if actor.sees_all_clients or not clients else assigned_clients(actor=actor, at=at)
    return company_names([one for one in clients if one in within])


def _requests(actor: Actor, rows: Collection[Request], at: datetime) -> list[RequestRow]:
    names = _names(actor, {one.client_id for one in rows}, at)
    entries = [entry for one in rows for entry in (one.asked_entry, one.answered_entry) if entry]
    words = reasons.read_all(actor.tenant_id, entries)
    return [_request(actor, one, names, words, at) for one in rows]


def _request(
    actor: Actor, one: Request, names: Mapping[UUID, str], words: Mapping[UUID, str], at: datetime
) -> RequestRow:
    mine, decides, state = one.asked_by == actor.id, bool(actor.roles & DECIDERS), _state(one, at)
    can: list[str] = []
    if state == "open":
        can = ["withdraw"] if mine else ["give", "refuse"] if decides else []
    elif state == "given" and (mine or decides):
        can = ["end"]
    return RequestRow(
        one.id, one.client_id, names.get(one.client_id, ""), one.person_id, one.purpose, one.hours, state,
        one.asked_by, one.asked_at, words.get(one.asked_entry, ""), one.answered_by, one.answered_at,
        words.get(one.answered_entry, "") if one.answered_entry else "", one.until, tuple(can),
    )  # fmt: skip


def _state(one: Request, at: datetime) -> str:
    if one.state == Request.State.OPEN and one.asked_at + ANSWERABLE <= at:
        return "lapsed"
    if one.state == Request.State.GIVEN and one.until is not None and one.until <= at:
        return "over"
    return one.state


def _emergencies(actor: Actor, rows: Collection[Emergency], at: datetime) -> list[EmergencyRow]:
    names = _names(actor, {one.client_id for one in rows}, at)
    entries = [entry for one in rows for entry in (one.broken_entry, one.reviewed_entry) if entry]
    words = reasons.read_all(actor.tenant_id, entries)
    return [
        EmergencyRow(
            one.id, one.client_id, names.get(one.client_id, ""), one.purpose, _stands(one, at), one.broken_by,
            one.broken_at, one.until, one.due_at, int((one.due_at - at).total_seconds() // 3600),
            words.get(one.broken_entry, ""), one.reviewed_by, one.reviewed_at,
            words.get(one.reviewed_entry, "") if one.reviewed_entry else "", one.mails, one.mail_failed_at is not None,
            ("review",) if not one.verdict and actor.roles & set(REVIEWERS) and one.broken_by != actor.id else (),
        )
        for one in rows
    ]  # fmt: skip


def _stands(one: Emergency, at: datetime) -> str:
    if one.verdict:
        return one.verdict
    if one.due_at <= at:
        return "overdue"
    return "running" if at < one.until else "to_review"
