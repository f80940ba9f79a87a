"""Questions: each is asked once for all its places, has a careful answer, and keeps its id when planned again.

>>> desk = Desk([Answer("date", "ymd"), Answer("cell:甲!B2", "dmy")])
>>> desk.ask("date", Place("甲", "B3")), desk.ask("date", Place("甲", "B2")), desk.ask("phone", Place("甲", "C3"))
('ymd', 'dmy', '')
>>> [(q.id, q.count, q.default, q.chosen) for q in desk.questions()]
[('date', 2, 'skip', 'ymd'), ('phone', 1, 'keep', '')]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fengni.core.errors import BadInput
from fengni.core.intake.plan import Answer, Place, Question

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "damaged-id": ("mark", "skip"),
    "damaged-code": ("mark", "skip"),
    "damaged-account": ("mark", "skip"),
    "old-id": ("keep", "accept", "skip"),
    "id-check": ("keep", "skip"),
    "id-length": ("keep", "skip"),
    "code-check": ("keep", "skip"),
    "code-length": ("keep", "skip"),
    "code-suggestion": ("keep", "accept", "skip"),
    "account": ("keep", "skip"),
    "phone": ("keep", "skip"),
    "email": ("keep", "skip"),
    "two-people": ("split", "skip"),
    "two-values": ("skip", "first"),
    "mixed": ("skip", "keep"),
    "other-kind": ("skip", "keep"),
    "date": ("skip", "ymd", "mdy", "dmy", "keep"),
    "amount": ("skip", "yuan", "ten-thousand"),
    "unknown": ("skip", "note"),
    "no-purpose": ("skip", "note"),
    "hidden-sheet": ("skip", "import"),
    "hidden-row": ("import", "skip"),
    "hidden-column": ("import", "skip"),
    "not-computed": ("skip",),
    "no-table": ("skip",),
    "no-enterprise": ("person", "above", "skip"),
    "same-name": ("separate", "skip"),
    "maybe-same": ("separate", "same", "skip"),
    "name-differs": ("first", "last"),
    "conflict": ("first", "last"),
    "picture": ("skip", "material"),
    "colour": ("ignore", "tag"),
}
"""The choices of each question, the careful one first; texts: intake.question.<question>, intake.choice.<choice>."""


class Desk:
    """Takes questions in the order they come up and knows the answers given."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._answers = {a.question: a for a in answers}
        self._places: dict[str, dict[Place, None]] = {}
        self._titles: dict[str, dict[str, None]] = {}
        self._samples: dict[str, str] = {}
        self.has_cells = any(q.startswith("cell:") for q in self._answers)

    def cell(self, place: Place) -> Answer | None:
        """The answer given for one cell."""
        return self._answers.get(f"cell:{place.sheet}!{place.cell}") if self.has_cells else None

    def ask(self, question: str, place: Place, *, title: str = "", sample: str = "") -> str:
        """What was chosen for this place, or "". Raises BadInput for a choice the question does not have."""
        self._places.setdefault(question, {})[place] = None
        if title:
            self._titles.setdefault(question, {})[title] = None
        if sample:
            self._samples.setdefault(question, sample)
        own = self.cell(place)
        allowed = CHOICES[base(question)]
        if own is not None and own.choice in (*allowed, "skip"):
            return own.choice
        answer = self._answers.get(question)
        if answer is None:
            return ""
        if answer.choice not in allowed:
            raise BadInput("intake.choice-unknown")
        return answer.choice

    def value(self, question: str) -> str:
        """What was typed with an answer, such as the tag of a colour."""
        answer = self._answers.get(question)
        return answer.value.strip() if answer else ""

    def count(self, question: str) -> int:
        """For how many places a question came up."""
        return len(self._places.get(question, ()))

    def questions(self) -> tuple[Question, ...]:
        """All questions asked, in the order they came up."""
        return tuple(
            Question(
                id=question,
                code=f"intake.question.{base(question)}",
                count=len(places),
                places=tuple(places),
                choices=CHOICES[base(question)],
                default=CHOICES[base(question)][0],
                titles=tuple(self._titles.get(question, ())),
                sample=self._samples.get(question, ""),
                chosen=self._answers[question].choice if question in self._answers else "",
            )
            for question, places in self._places.items()
        )


def base(question: str) -> str:
    """The question's name without what it is about."""
    return question.partition(":")[0]
