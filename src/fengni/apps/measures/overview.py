"""One page for who answers for the house: one sentence, three decisions, three figures. Everything is counted now.

Rules: a decision is something that waits for this reader or for nobody else in particular; the first three are shown,
the most pressing first, and how many more there are. A sentence's parts lead to what they were counted from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fengni.apps.agreements import queries as agreements
from fengni.apps.approvals import queries as approvals
from fengni.apps.cases import queries as cases
from fengni.apps.common.language import said
from fengni.apps.common.queries import query
from fengni.apps.disposals import queries as disposals
from fengni.apps.matters import queries as matters
from fengni.apps.measures import queries
from fengni.apps.measures.evidence.ledgers import clear_views
from fengni.apps.measures.evidence.reading import entries, rows
from fengni.apps.measures.queries import MeasureRow
from fengni.apps.reach import queries as reach
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied

READERS: Final = frozenset({"owner", "lead", "dpo", "auditor"})
SHOWN: Final = 3
_WEEK: Final = timedelta(days=7)
_SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sentence: `tone` ok, due or failed; `page` and `key` name where it was counted from."""

    text: str
    tone: str
    page: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """How clients met us within 90 days: average score of feedback, requests open and late, questions open."""

    score: str
    given: int
    rights: int
    late: int
    questions: int
    looks: int


@dataclass(frozen=True, slots=True)
class Work:
    """Open matters, those with less than four days left, first filings approved at once and answered."""

    open: int
    late: int
    right: int
    answered: int

    @property
    def percent(self) -> int:
        """First filings approved at once, per cent."""
        return round(100 * self.right / self.answered) if self.answered else 0


@dataclass(frozen=True, slots=True)
class House:
    """The page. `statuses` counts the measures; `worst` are those that fail or fall due."""

    sentence: tuple[Part, ...]
    decisions: tuple[Part, ...]
    waiting: int
    trust: Trust
    work: Work
    statuses: Counter[str]
    worst: tuple[MeasureRow, ...]


@query
def house(*, actor: Actor, at: datetime) -> House:
    """The page for one reader. Raises Denied for who does not answer for the house."""
    if not actor.roles & READERS:
        raise Denied("access.role")
    measured = queries.measures(actor=actor, at=at)
    waiting = list(_decisions(actor, at, measured))
    today = matters.today(actor=actor, at=at)
    right, answered = matters.first_time_right(actor=actor, at=at)
    return House(
        sentence=tuple(_sentence(actor, at, measured)),
        decisions=tuple(waiting),
        waiting=len(waiting),
        trust=_trust(actor, at),
        work=Work(today.open, today.late, right, answered),
        statuses=Counter(str(one.status) for one in measured),
        worst=tuple(one for one in measured if one.status in ("failing", "due")),
    )


def _sentence(actor: Actor, at: datetime, measured: list[MeasureRow]) -> Iterator[Part]:
    views, without = clear_views(at - _WEEK)
    code = "none" if not views else "without" if without else "all"
    yield Part(
        said(f"house.views-{code}", views=views, without=without), "failed" if without else "ok", "measure", "M02"
    )
    recalls = [one for act in ("guests:link:recall", "agreements:share:recall") for one in entries(act)]
    lately = [facts for one in recalls if one is not None for when, facts in [one] if when > at - _WEEK]
    if lately:
        opened = sum(bool(facts.get("opened")) for facts in lately)
        yield Part(said("house.recalls", recalls=len(lately), opened=opened), "due" if opened else "ok", "shares")
    for one in agreements.partners_page(actor=actor, at=at):
        until = one.agreement.until if one.agreement and one.ended_at is None else None
        if until is not None and at < until <= at + _SOON:
            days = (until - at).days
            yield Part(said("house.agreement-ends", partner=one.name, days=days), "due", "partner", str(one.id))
    failing = [one for one in measured if one.status == "failing"]
    if failing:
        worst = failing[0]
        yield Part(said("house.failing", title=worst.title, n=len(failing)), "failed", "measure", worst.id)
    else:
        effective = sum(one.status == "effective" for one in measured)
        yield Part(said("house.none-failing", effective=effective, all=len(measured)), "ok", "measures")


def _decisions(actor: Actor, at: datetime, measured: list[MeasureRow]) -> Iterator[Part]:
    """What waits, the most pressing first."""
    broken = reach.to_review(actor=actor, at=at)
    overdue = sum(one.state == "overdue" for one in broken)
    if overdue:
        yield Part(said("house.emergencies-overdue", n=overdue), "failed", "reach")
    elif any(one.can for one in broken):
        yield Part(said("house.emergencies", n=sum(bool(one.can) for one in broken)), "due", "reach")
    to_answer = [one for one in cases.cases_list(actor=actor, at=at) if one.answered_at is None and "answer" in one.can]
    if to_answer:
        overdue = sum(one.late for one in to_answer)
        yield Part(
            said("house.answer-clients", n=len(to_answer), late=overdue), "failed" if overdue else "due", "cases"
        )
    asked, stopped = approvals.waiting(actor=actor, at=at)
    if stopped:
        yield Part(said("house.stopped", n=stopped), "failed", "approvals")
    if asked:
        yield Part(said("house.second-person", n=asked), "due", "approvals")
    yield from _endings(actor, at)
    standing = queries.policy_page(actor=actor)
    if standing.draft is not None:
        yield Part(said("house.approve-policy", number=standing.draft.number), "due", "policy")
    elif standing.standing is None:
        yield Part(said("house.draft-policy"), "due", "policy")
    undeclared = [one for one in queries.handlers(actor=actor, at=at) if one.state != "declared"]
    if undeclared:
        yield Part(said("house.declare", n=len(undeclared)), "due", "agents")
    unsigned = [
        one for one in agreements.partners_page(actor=actor, at=at)
        if one.ended_at is None and (one.agreement is None or one.agreement.state != "in_force")
    ]  # fmt: skip
    if unsigned:
        yield Part(said("house.partner-unsigned", n=len(unsigned)), "due", "shares")
    for one in measured:
        if one.status == "failing":
            yield Part(
                said("house.measure-fails", title=one.title, said=one.failing[0].said), "failed", "measure", one.id
            )


def _endings(actor: Actor, at: datetime) -> Iterator[Part]:
    files = disposals.retention_page(actor=actor, at=at)
    under_way = disposals.disposals(actor=actor, at=at)
    stopped = [one for one in under_way if one.stopped]
    if stopped:
        yield Part(said("house.stopped-disposals", n=len(stopped), why=stopped[0].stopped), "failed", "retention")
    proposed = [one for one in under_way if one.state == "proposed"]
    if proposed:
        yield Part(said("house.approve-disposals", n=len(proposed)), "due", "retention")
    due = [one for one in files if one.state == "due" and one.disposal is None]
    if due:
        yield Part(said("house.propose-disposals", n=len(due)), "due", "retention")


def _trust(actor: Actor, at: datetime) -> Trust:
    since = at - 90 * timedelta(days=1)
    [(score, given, rights, late, questions)] = rows(
        "SELECT avg(score) FILTER (WHERE kind = 'feedback'), count(*) FILTER (WHERE kind = 'feedback'),"
        " count(*) FILTER (WHERE kind = 'right'),"
        " count(*) FILTER (WHERE kind <> 'feedback' AND coalesce(answered_at, %s) > due_at),"
        " count(*) FILTER (WHERE kind = 'question') FROM cases_case WHERE raised_at > %s",
        at,
        since,
    )
    looks = sum(1 for one in entries("cases:receipt:take") if one is not None and one[0] > since)
    return Trust(f"{score:.1f}" if score is not None else "–", given, rights, late, questions, looks)
