"""The yearly assessment of a partner: a questionnaire answered by staff, and the day its people were trained.

Rules: an answer is yes or no; the questions are a definition, and a row names its version. A question marked `must`
needs a yes; of all of them at least four fifths do. An assessment holds one year from the older of two days: the
questionnaire and the training.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from fengni.apps.agreements.models import Assessment
from fengni.definitions import Lang, load

ACT: Final = "agreements:partner:assess"
_ENOUGH: Final = 4, 5


@dataclass(frozen=True, slots=True)
class Question:
    """One question by code, in both languages. `must`: without a yes the assessment fails."""

    code: str
    texts: tuple[str, str]
    must: bool

    def text(self, lang: Lang) -> str:
        """The question."""
        return self.texts[lang == "en"]


@dataclass(frozen=True, slots=True)
class Assessed:
    """A partner's newest assessment."""

    partner_id: UUID
    version: str
    answers: Mapping[str, bool]
    trained_on: datetime | None
    assessed_at: datetime
    entry_id: UUID

    @property
    def holds_from(self) -> datetime:
        """The older of questionnaire and training: a year counts from here."""
        return min(self.assessed_at, self.trained_on or self.assessed_at)

    @property
    def yes(self) -> int:
        """How many questions were answered yes."""
        return sum(self.answers.values())


def version() -> str:
    """The newest version of the questionnaire."""
    return str(max(load("partner_questions")))


def questions(of: str = "") -> tuple[Question, ...]:
    """The questions of a version, the newest without one; none of an unknown version."""
    rows = load("partner_questions").get(of or version(), [])
    return tuple(Question(one["code"], (one["zh"], one["en"]), bool(one.get("must"))) for one in rows)


def newest(partners: Collection[UUID]) -> dict[UUID, Assessed]:
    """The newest assessment of each partner that has one."""
    rows = Assessment.objects.filter(partner_id__in=partners).order_by("assessed_at")
    return {
        row.partner_id: Assessed(
            row.partner_id, row.version, row.answers,
            datetime.combine(row.trained_on, time(), UTC) if row.trained_on else None,
            row.assessed_at, row.entry_id,
        )
        for row in rows
    }  # fmt: skip


def suffices(one: Assessed) -> bool:
    """Whether the answers are good enough."""
    asked = questions(one.version)
    musts = all(one.answers.get(question.code) is True for question in asked if question.must)
    yes = sum(one.answers.get(question.code) is True for question in asked)
    return bool(asked) and musts and yes * _ENOUGH[1] >= len(asked) * _ENOUGH[0]
