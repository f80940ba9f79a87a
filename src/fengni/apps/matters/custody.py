"""Originals the house holds for a matter: what there is, how a handing over stands. Words and rules, no act.

Rules: what was handed over by a person or to a person is confirmed by that person in the own session, or by a slip of
paper with a signature, which a colleague notes. The registry confirms nothing. While one is here, the matter is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.matters.models import Original

CODES: Final = (
    "licence_original", "licence_copy", "seal_company", "seal_finance", "seal_representative", "seal_invoice", "ukey",
    "articles", "resolution", "lease", "permit", "id_paper", "other_paper",
)  # fmt: skip
MOST: Final = 99
OWN: Final = "own"
PAPER: Final = "paper"
HERE, UNCONFIRMED, HANDED_OVER = "here", "unconfirmed", "handed_over"


@dataclass(frozen=True, slots=True)
class OriginalRow:
    """One kind of original of a matter; see models.Original."""

    id: UUID
    code: str
    count: int
    taken_at: datetime
    taken_by: UUID
    taken_from: UUID | None
    taken_proof: str
    given_at: datetime | None
    given_by: UUID | None
    given_to: UUID | None
    given_proof: str

    @property
    def state(self) -> str:
        """here, unconfirmed (given to a person who has not confirmed) or handed_over."""
        if self.given_at is None:
            return HERE
        return HANDED_OVER if self.given_proof or self.given_to is None else UNCONFIRMED

    def waits_for(self, person_id: UUID) -> bool:
        """Whether this person has something to confirm: having received it, else having handed it over."""
        if self.given_at is not None:
            return self.given_to == person_id and not self.given_proof
        return self.taken_from == person_id and not self.taken_proof


_COLUMNS: Final = tuple(OriginalRow.__dataclass_fields__)


def originals_of(matter_id: UUID) -> list[OriginalRow]:
    """The originals of a matter: those that are here first, the longest here first."""
    rows = Original.objects.filter(matter_id=matter_id).order_by("taken_at", "id").values_list(*_COLUMNS)
    return sorted((OriginalRow(*row) for row in rows), key=lambda one: one.given_at is not None)


def here(matter_id: UUID) -> int:
    """How many kinds of originals are still here."""
    return Original.objects.filter(matter_id=matter_id, given_at=None).count()
