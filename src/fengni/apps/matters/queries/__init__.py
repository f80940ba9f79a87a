"""Reads on matters: list, page, desk, filing sheet, what waits today. Masks only; nothing here opens a value."""

from __future__ import annotations

from fengni.apps.matters.queries.custody import originals, own_originals
from fengni.apps.matters.queries.desks import (
    Check,
    Desk,
    DeskItem,
    DeskRow,
    FieldShown,
    SheetPart,
    desk,
    desk_item,
    filing_sheet,
)
from fengni.apps.matters.queries.lists import (
    STATES,
    WAITING,
    MatterRow,
    MattersPage,
    Today,
    first_time_right,
    matters_page,
    open_matters,
    today,
)
from fengni.apps.matters.queries.own import OwnPage, own_page
from fengni.apps.matters.queries.pages import (
    FilingRow,
    ItemShown,
    MatterPage,
    ParticipantRow,
    StepRow,
    candidates,
    matter_page,
)
from fengni.apps.matters.queries.papers import PaperShown, PapersPage, papers_page

__all__ = [
    "STATES",
    "WAITING",
    "Check",
    "Desk",
    "DeskItem",
    "DeskRow",
    "FieldShown",
    "FilingRow",
    "ItemShown",
    "MatterPage",
    "MatterRow",
    "MattersPage",
    "OwnPage",
    "PaperShown",
    "PapersPage",
    "ParticipantRow",
    "SheetPart",
    "StepRow",
    "Today",
    "candidates",
    "desk",
    "desk_item",
    "filing_sheet",
    "first_time_right",
    "matter_page",
    "matters_page",
    "open_matters",
    "originals",
    "own_originals",
    "own_page",
    "papers_page",
    "today",
]
