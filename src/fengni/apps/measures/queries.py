"""The measures with their status, computed now from evidence; the policy and the declared agents as pages show them.

What a test reads stands in `evidence`. A status is computed on reading and never stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from fengni.apps.accounts.queries import members
from fengni.apps.common.language import lang, said
from fengni.apps.common.queries import query
from fengni.apps.measures import policies
from fengni.apps.measures.declaring import declarations
from fengni.apps.measures.evidence import TESTS
from fengni.apps.measures.models import Policy
from fengni.core.access.actor import STAFF_ROLES, Actor
from fengni.core.errors import BadInput, Denied
from fengni.core.measuring import Ended, Mark, Status, left, missing, status
from fengni.definitions import load

_HANDLERS: Final = frozenset({"owner", "lead", "agent"})


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One test of a measure: how it ended, when its evidence is from, that in a sentence, and rows that show it."""

    test: str
    title: str
    outcome: str
    at: datetime | None
    said: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure. `failing` are those of its tests that failed; `left` per cent of the evidence that ends at `due`."""

    id: str
    title: str
    status: Status
    status_text: str
    figure: str
    window_days: int
    evidence: tuple[EvidenceRow, ...]
    failing: tuple[EvidenceRow, ...]
    left: int = 0
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One version of the policy. `state`: draft, in_force or former. `read`: who read it, of whom sign in."""

    id: UUID
    number: int
    text: str
    text_hash: str
    state: str
    drafted_by: UUID
    drafted_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    read: int


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The versions, newest first. `unread`: members who sign in and have not read the one in force."""

    rows: tuple[PolicyRow, ...]
    standing: PolicyRow | None
    draft: PolicyRow | None
    members: int
    unread: tuple[UUID, ...]
    mine: datetime | None
    standard: str


@dataclass(frozen=True, slots=True)
class HandlerRow:
    """A colleague who handles matters, and the declaration noted last. `state`: declared, over or none."""

    id: UUID
    name: str
    state: str
    declared_on: date | None
    until: date | None
    noted_at: datetime | None


@query
def measures(*, actor: Actor, at: datetime) -> list[MeasureRow]:
    """All measures in the order of their definition. Raises Denied for an actor without a role."""
    if not actor.roles:
        raise Denied("access.role")
    rows = load("measures")
    wanted = {test for row in rows.values() for test in row["tests"]}
    ended = {test: TESTS[test](at) if test in TESTS else missing(test) for test in sorted(wanted)}
    return [_measure(name, row, [ended[test] for test in row["tests"]], ended, at) for name, row in rows.items()]


@query
def measure(*, actor: Actor, at: datetime, measure_id: str) -> MeasureRow:
    """One measure. Raises BadInput ("measures.unknown"), Denied."""
    if not actor.roles:
        raise Denied("access.role")
    row = load("measures").get(measure_id)
    if row is None:
        raise BadInput("measures.unknown")
    wanted = {*row["tests"], *_FIGURES.get(row["figure"], ())}
    ended = {test: TESTS[test](at) if test in TESTS else missing(test) for test in sorted(wanted)}
    return _measure(measure_id, row, [ended[test] for test in row["tests"]], ended, at)


@query
def policy_page(*, actor: Actor) -> PolicyPage:
    """The policy for members. Raises Denied for others."""
    if not actor.roles & STAFF_ROLES:
        raise Denied("access.role")
    people = [one.id for one in members() if one.active and one.signs_in]
    standing = policies.in_force()
    receipts = policies.readers(standing) if standing else {}
    rows = tuple(_policy_row(one, standing, people) for one in Policy.objects.order_by("-number"))
    mine = receipts.get(actor.id)
    return PolicyPage(
        rows=rows,
        standing=next((one for one in rows if one.state == "in_force"), None),
        draft=next((one for one in rows if one.state == "draft"), None),
        members=len(people),
        unread=tuple(one for one in people if one not in receipts) if standing else (),
        mine=mine.read_at if mine else None,
        standard=policies.standard(lang()),
    )


@query
def policy_unread(*, actor: Actor) -> bool:
    """Whether a policy is in force that a member has not read yet."""
    standing = policies.in_force()
    return bool(standing and actor.roles & STAFF_ROLES and actor.id not in policies.readers(standing))


@query
def handlers(*, actor: Actor, at: datetime) -> tuple[HandlerRow, ...]:
    """Who handles matters, and who of them is declared. Raises Denied for guests."""
    if not actor.roles & STAFF_ROLES:
        raise Denied("access.role")
    known = declarations()
    rows = []
    for one in members():
        if not one.active or not _HANDLERS & set(one.roles):
            continue
        last = next(iter(known.get(one.id, ())), None)
        state = "none" if last is None else "declared" if last.declared_on <= at.date() < last.until else "over"
        rows.append(
            HandlerRow(
                one.id, one.name, state, last.declared_on if last else None, last.until if last else None,
                last.noted_at if last else None,
            )
        )  # fmt: skip
    return tuple(rows)


def _policy_row(one: Policy, standing: Policy | None, people: Sequence[UUID]) -> PolicyRow:
    held = standing is not None and one.id == standing.id
    draft = one.approved_at is None and (standing is None or one.number > standing.number)
    read = sum(who in people for who in policies.readers(one))
    return PolicyRow(
        one.id, one.number, one.text, one.text_hash, "in_force" if held else "draft" if draft else "former",
        one.drafted_by, one.drafted_at, one.approved_by, one.approved_at, read,
    )  # fmt: skip


def _measure(
    name: str, row: Mapping[str, Any], tests: Sequence[Ended], ended: Mapping[str, Ended], at: datetime
) -> MeasureRow:
    shown = tuple([_test_row(test) for test in tests])
    found = status(tests, window_days=row["window_days"], at=at)
    share, due = left(tests, window_days=row["window_days"], at=at)
    return MeasureRow(
        id=name,
        title=said(f"measure.{name}"),
        status=found,
        status_text=said(f"measure-status.{found}"),
        figure=_figure(row["figure"], ended),
        window_days=row["window_days"],
        evidence=shown,
        failing=tuple([one for one in shown if one.outcome == "failed"]),
        left=share,
        due=due,
    )


def _test_row(test: Ended) -> EvidenceRow:
    sentence = said(f"measure-found.{test.test}.{test.outcome}", **test.params)
    return EvidenceRow(test.test, said(f"measure-test.{test.test}"), test.outcome, test.at, sentence, test.marks)


def _figure(name: str, ended: Mapping[str, Ended]) -> str:
    params: dict[str, int | str] = {}
    for test in _FIGURES.get(name, ()):
        if ended[test].outcome == "missing" and not ended[test].params:
            return said("measure-figure.none")
        params |= ended[test].params
    return said(f"measure-figure.{name}", **params)


_FIGURES: Final = {
    "catalogue": ("catalogue_covers_fields", "head_count_below_tier"),
    "policy": ("rows_are_ciphertext", "retention_decided", "clear_views_carry_purpose"),
    "encrypted": ("rows_are_ciphertext", "suites_strong"),
    "ledger": ("ledger_sealed_in_time", "ledger_verified"),
    "factors": ("factors_everywhere",),
    "sharing": ("shares_under_agreement", "partners_assessed"),
    "agreed": ("matters_under_agreement",),
    "handlers": ("handlers_declared",),
    "feedback": ("feedback_asked", "feedback_answered"),
}
