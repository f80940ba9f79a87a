"""Sixteen matters of the demonstration, at every stage from just opened to destroyed, through acts alone.

In each somebody of the client comes by a link, accepts the agreement and reads the notice: who speaks for the
enterprise where the change asks nothing of a person. After the closing that person is asked how it went; most say so.
`at` of the acts lies in the past. One closed file is due since a day and not proposed yet, another waits for its second
person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.cases import services as cases
from fengni.apps.disposals import running
from fengni.apps.disposals import services as disposals
from fengni.apps.matters import checklist, services
from fengni.apps.matters.services import filings
from fengni.core.access.actor import Actor
from fengni.demo.guests import Visitor, come_in, items_of
from fengni.demo.loading import File

FIRST_NUMBER: Final = 101


@dataclass(frozen=True, slots=True)
class Stage:
    """A matter: the client's place in CLIENTS, what changes, days since it was opened, how far it is.

    `stage`: opened, collecting, desk, filed, returned, approved, closed, proposed or destroyed; each contains those
    before it that lead there. `closed`: days since it was closed. `score`: what the client said of it, 0 for nothing.
    """

    place: int
    types: tuple[str, ...]
    days: int
    stage: str
    closed: int = 0
    score: int = 0


STAGES: Final = (
    Stage(6, ("BYLAW",), 68, "destroyed", 52, 5),
    Stage(10, ("MOVE",), 58, "proposed", 41, 5),
    Stage(18, ("NAME",), 47, "destroyed", 36),
    Stage(12, ("BYLAW",), 46, "closed", 31, 4),
    Stage(3, ("BYLAW",), 34, "closed", 21, 5),
    Stage(9, ("MOVE",), 22, "closed", 6, 3),
    Stage(15, ("NAME",), 19, "approved"),
    Stage(21, ("BYLAW",), 17, "filed"),
    Stage(24, ("SCOPE",), 15, "returned"),
    Stage(27, ("LEGAL", "ADDR"), 14, "desk"),
    Stage(30, ("NAME",), 12, "filed"),
    Stage(13, ("ADDR",), 11, "collecting"),
    Stage(16, ("NAME", "SCOPE"), 8, "desk"),
    Stage(19, ("LEGAL",), 6, "collecting"),
    Stage(22, ("EQUITY",), 3, "collecting"),
    Stage(34, ("LEGAL",), 1, "opened"),
)
_SAID: Final = {
    3: ("材料催得有点急。", "以后材料清单一次发齐，并提前三天提醒。"),
    4: ("流程清楚，能看到谁看过我的资料。", "谢谢。您提到的查看记录，办结后九十天内都可以打开。"),
    5: ("很省心。", "谢谢您的信任，资料按告知的期限处理。"),
}
_ORDER: Final = ("opened", "collecting", "desk", "filed", "returned", "approved", "closed", "proposed", "destroyed")


def load(*, at: datetime, files: Sequence[tuple[Actor, File]], team: Mapping[str, Actor]) -> None:
    """Open every matter of STAGES and bring it where it stands. `team`: colleagues by sign-in name."""
    for turn, one in enumerate(STAGES):
        agent, file = files[one.place]
        opened = at - timedelta(days=one.days)
        number = f"M-{timezone.localtime(opened).year}-{FIRST_NUMBER + turn:04d}"
        made = services.open_matter(
            actor=agent, at=opened, client_id=file[0], types=one.types, region="same",
            counted_from=timezone.localdate(opened), people=_people(one.types, file[1]), number=number,
        ).value  # fmt: skip
        _welcome(agent, made.matter_id, file[1][0], opened + timedelta(hours=2))
        _bring(one, agent, made.matter_id, at, turn)
        if one.closed:
            _look_back(one, agent, made.matter_id, file[1][0], at - timedelta(days=one.closed - 1))
        if one.stage in ("proposed", "destroyed"):
            _end(one, file[0], number, at, team)


def _people(types: Collection[str], persons: Sequence[UUID]) -> dict[str, tuple[UUID, ...]]:
    """The legal representative takes every part and speaks for the enterprise, a shareholder signs besides."""
    people = dict.fromkeys(checklist.takeable(list(types), "same"), tuple(persons[:1]))
    return people | ({"shareholder": tuple(persons[1:2])} if "shareholder" in people else {})


def _welcome(agent: Actor, matter_id: UUID, person_id: UUID, at: datetime) -> None:
    """Invited and let in on the same day: the agreement is accepted for the enterprise, the notice read."""
    visitor = _let_in(agent, matter_id, person_id, at)
    visitor.agree(at + timedelta(minutes=12))
    visitor.consent(matter_id, at + timedelta(minutes=14))


def _let_in(agent: Actor, matter_id: UUID, person_id: UUID, at: datetime) -> Visitor:
    """Who comes by a new link ten minutes after it was made."""
    made = services.invite_person(actor=agent, at=at, matter_id=matter_id, person_id=person_id).value
    return come_in(agent, guest_id=made.guest_id, link_id=made.link_id, kind="client", at=at + timedelta(minutes=10))


def _look_back(one: Stage, agent: Actor, matter_id: UUID, person_id: UUID, at: datetime) -> None:
    """The day after the closing: a way in for ninety days, what the client says, what came of it."""
    visitor = _let_in(agent, matter_id, person_id, at)
    if not one.score:
        return
    words, answer = _SAID[one.score]
    case = cases.give_feedback(
        actor=visitor.actor, at=at + timedelta(minutes=12), matter_id=matter_id, score=one.score, reason=words
    ).value
    cases.answer_feedback(actor=agent, at=at + timedelta(days=1), case_id=case, reason=answer)


def _bring(one: Stage, agent: Actor, matter_id: UUID, at: datetime, turn: int) -> None:
    """From opened to the stage, in its own days."""
    day = at - timedelta(days=one.days)
    if one.stage == "opened":
        return
    rows = items_of(agent, matter_id, at)
    wanted = [row.row.id for row in rows if row.row.state == "wanted" and row.asked.material]
    within = _ORDER.index(one.stage)
    handed_in = wanted if within > _ORDER.index("collecting") else wanted[: len(wanted) // 2]
    for item in handed_in:
        services.receive_item(actor=agent, at=day + timedelta(hours=26), item_id=item, on_paper=True)
    half = one.stage in ("collecting", "desk")
    decided = handed_in[: len(handed_in) // 2] if half else [row.row.id for row in rows]
    for row in rows:
        if row.row.id in decided:
            _decide(agent, row.row.id, fields=row.row.state == "wanted" and not row.asked.material, day=day)
    if within < _ORDER.index("filed"):
        return
    filed = day + timedelta(days=3)
    filings.submit_filing(
        actor=agent, at=filed, matter_id=matter_id, receipt_number=f"示例登字{turn:02d}-{one.place:04d}"
    )
    if one.stage == "returned":
        answered = filed + timedelta(days=4)
        filings.return_filing(
            actor=agent, at=answered, matter_id=matter_id, code="permit_missing", reason="许可证复印件缺一页"
        )
    if within < _ORDER.index("approved"):
        return
    filings.approve_filing(actor=agent, at=filed + timedelta(days=5), matter_id=matter_id)
    if one.closed:
        services.close_matter(actor=agent, at=at - timedelta(days=one.closed), matter_id=matter_id)


def _decide(agent: Actor, item_id: UUID, *, fields: bool, day: datetime) -> None:
    """Take an item to the desk and accept it; fields that nobody gave are done without."""
    at = day + timedelta(hours=30)
    if fields:
        services.waive_item(actor=agent, at=at, item_id=item_id, reason="登记系统已有，不再收集")
        return
    services.claim_item(actor=agent, at=at, item_id=item_id)
    services.accept_item(actor=agent, at=at + timedelta(minutes=3), item_id=item_id)


def _end(one: Stage, client_id: UUID, number: str, at: datetime, team: Mapping[str, Actor]) -> None:
    """Propose the destruction; where it is destroyed, a second person agreed and the certificate was issued."""
    lead, officer = team["zhou"], team["su"]
    day = at - timedelta(days=one.closed - 33) if one.stage == "destroyed" else at - timedelta(days=1)
    disposal = disposals.propose_disposal(
        actor=lead, at=day, client_id=client_id, number=number, reason="办结期满，无异议"
    ).value
    if one.stage != "destroyed":
        return
    later = day + timedelta(hours=3)
    disposals.approve_disposal(actor=officer, at=later, disposal_id=disposal, number=number)
    running.carry_out(actor=officer, disposal_id=disposal, clock=lambda: later)
    disposals.issue_certificate(actor=officer, at=later + timedelta(minutes=5), disposal_id=disposal)
