"""What waits for a second person, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fengni.apps.accounts.models import Member
from fengni.apps.acts import reasons
from fengni.apps.acts.acting import SECOND_PERSON
from fengni.apps.acts.models import Approval
from fengni.apps.approvals.askable import answered_on_the_list, askable, text_of
from fengni.apps.approvals.asking import ANSWERABLE
from fengni.apps.approvals.models import Request
from fengni.apps.approvals.signs import Known
from fengni.apps.common.queries import query
from fengni.apps.ledger import queries as ledger
from fengni.apps.ledger.queries import EntryRow
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied

_SHOWN: Final = timedelta(days=30)
_MOST: Final = 100
_REFUSALS: Final = 200
APPROVERS: Final = frozenset({"owner", "lead", "dpo", "security"})


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for a reader. `state` is open, waiting (nobody else may answer: in force later), given, used, refused,
    withdrawn or lapsed. `can`: give, refuse, withdraw, use. `page`: name of the page where a yes is given."""

    id: UUID
    act: str
    act_text: str
    resource_id: UUID
    detail: str
    persons: int
    fields: tuple[str, ...]
    state: str
    asked_by: UUID
    asked_at: datetime
    reason: str
    alone: bool
    since: datetime | None
    until: datetime
    answered_by: UUID | None
    page: str
    can: tuple[str, ...]
    entry_id: UUID
    reads: bool  # whether the reader is told why
    signs: tuple[str, ...] = ()  # what is known of who asks, for who answers


@dataclass(frozen=True, slots=True)
class StoppedRow:
    """An act that was stopped for want of a second person, and whoever tried has said nothing: the newest attempt.

    `tries`: how often within a week. `persons`: how many it would have been about. `signs`: what else is known of who
    tried, in words."""

    entry_id: UUID
    act: str
    act_text: str
    resource_id: UUID | None
    by: UUID
    at: datetime
    channel: str
    persons: int
    tries: int
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """`waiting`: what the reader may answer. `stopped`: what stands still because nobody was asked, for who would
    answer. `own`: what the reader asked. `others`: the rest of the house."""

    waiting: tuple[RequestRow, ...]
    stopped: tuple[StoppedRow, ...]
    own: tuple[RequestRow, ...]
    others: tuple[RequestRow, ...]


@query
def requests_page(*, actor: Actor, at: datetime) -> RequestsPage:
    """Requests of the last thirty days, newest first. Reasons are read by who asked and who may answer."""
    if not actor.roles:
        raise Denied("access.role")
    found = list(Request.objects.filter(asked_at__gt=at - _SHOWN).order_by("-asked_at")[:_MOST])
    roles = {member: frozenset(held) for member, held in Member.objects.values_list("id", "roles")}
    given = Approval.objects.filter(id__in=[one.approval_id for one in found if one.approval_id], until__lte=at)
    over = set(given.values_list("id", flat=True))
    rows = [_row(actor, one, roles.get(one.asked_by, frozenset()), at, over) for one in found]
    why = reasons.read_all(actor.tenant_id, [row.entry_id for row in rows if row.reads])
    known = Known(found, at)
    rows = [
        replace(row, reason=why.get(row.entry_id, ""), signs=known.of(row.asked_by, row.act, row.asked_at, asked=True))
        if row.reads and row.asked_by != actor.id else replace(row, reason=why.get(row.entry_id, ""))
        for row in rows
    ]  # fmt: skip
    waiting = tuple(row for row in rows if "give" in row.can)
    own = tuple(row for row in rows if row.asked_by == actor.id)
    rest = tuple(row for row in rows if row.asked_by != actor.id and "give" not in row.can)
    return RequestsPage(waiting, _stopped(actor, found, roles, known, at), own, rest)


@query
def waiting(*, actor: Actor, at: datetime) -> tuple[int, int]:
    """How many requests the reader may answer, and how many acts stand still because nobody was asked."""
    if not actor.roles & APPROVERS:
        return 0, 0
    page = requests_page(actor=actor, at=at)
    return len(page.waiting), len(page.stopped)


@query
def eligible(*, actor: Actor, act: str) -> int:
    """How many colleagues may answer the actor."""
    if not actor.roles:
        raise Denied("access.role")
    about = askable(act)
    rows = Member.objects.filter(active=True).exclude(id=actor.id).values_list("roles", flat=True)
    return sum(about.may_answer(actor.roles, frozenset(held)) for held in rows)


def _stopped(
    actor: Actor, asked: Collection[Request], roles: Mapping[UUID, frozenset[str]], known: Known, at: datetime
) -> tuple[StoppedRow, ...]:
    """From the refusals of the ledger: attempts of a week that no request followed, newest first."""
    if not actor.roles & APPROVERS:
        return ()
    refused = ledger.entries(actor, refused=True, limit=_REFUSALS)
    told: dict[tuple[UUID, str, UUID | None], list[EntryRow]] = {}
    for row in (*refused.waiting, *refused.rows):
        about = answered_on_the_list()
        if row.refused == SECOND_PERSON and row.act in about and row.at > at - ANSWERABLE and row.actor_id != actor.id:
            told.setdefault((row.actor_id, row.act, row.resource_id), []).append(row)
    found = []
    for (by, act, resource_id), rows in told.items():
        newest = max(rows, key=lambda row: row.at)
        followed = any(
            (one.asked_by, one.act, one.resource_id) == (by, act, resource_id) and one.asked_at >= newest.at
            for one in asked
        )
        if not followed and askable(act).may_answer(roles.get(by, frozenset()), actor.roles):
            found.append(
                StoppedRow(
                    newest.id, act, newest.act_text, resource_id, by, newest.at, newest.channel,
                    int(newest.facts.get("persons", 0)), len(rows), known.of(by, act, newest.at, asked=False),
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda row: row.at, reverse=True))


def _row(actor: Actor, one: Request, asker: frozenset[str], at: datetime, over: Collection[UUID]) -> RequestRow:
    about, mine = askable(one.act), one.asked_by == actor.id
    state = _state(one, at, used=one.approval_id in over)
    answers = not mine and about.may_answer(asker, actor.roles)
    can = []
    if state == "open" and answers:
        can.append("give")
    if state in ("open", "waiting", "given") and not about.page:
        can.append("withdraw" if mine else "refuse")
    if state == "given" and mine and not about.page:
        can.append("use")
    return RequestRow(
        one.id, one.act, text_of(one.act, one.resource_id), one.resource_id, one.detail, one.persons,
        tuple(one.fields), state, one.asked_by, one.asked_at, "", one.alone, one.since, one.until, one.answered_by,
        about.page, tuple(can), one.entry_id, mine or answers,
    )  # fmt: skip


def _state(one: Request, at: datetime, *, used: bool) -> str:
    if one.state == Request.State.OPEN and one.until <= at:
        return "lapsed"
    if one.state != Request.State.GIVEN:
        return one.state
    if one.since is not None and at < one.since:
        return "waiting"
    if at >= one.until:
        return "lapsed"
    return "used" if used else "given"
