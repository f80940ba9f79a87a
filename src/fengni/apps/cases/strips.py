"""Ninety days of looks as a strip of dots: a level per day, and how many looked how often."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.ledger.queries import HistoryRow, Stroke

DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip; `level` 0 to 3: nothing, seen, in clear once, in clear more often."""

    day: date
    views: int
    level: int


def strip_of(
    strokes: Collection[Stroke], waiting: Collection[HistoryRow], at: datetime, *, machine: set[UUID]
) -> tuple[tuple[Day, ...], dict[str, int]]:
    """The days, oldest first; how many people looked how often, and how many looks were refused. `machine`: who is not
    counted."""
    today = timezone.localtime(at).date()
    first = today - timedelta(days=DAYS - 1)
    marks = [(one.sealed_at, one.actor_id, one.refused, one.clear) for one in strokes]
    marks += [(row.entry.at, row.entry.actor_id, bool(row.entry.refused), row.clear) for row in waiting]
    days: dict[date, list[int]] = {}
    who: set[UUID] = set()
    views = refused = 0
    for moment, actor_id, was_refused, clear in marks:
        day = timezone.localtime(moment).date()
        if actor_id in machine or day < first:
            continue
        if was_refused:
            refused += 1
            continue
        who.add(actor_id)
        views += 1
        days.setdefault(day, []).append(clear)
    strip = []
    for offset in range(DAYS):
        day = first + timedelta(days=offset)
        seen = days.get(day, [])
        opened = sum(1 for one in seen if one)
        strip.append(Day(day, len(seen), 0 if not seen else min(1 + opened, 3)))
    return tuple(strip), {"viewers": len(who), "views": views, "refused": refused}
