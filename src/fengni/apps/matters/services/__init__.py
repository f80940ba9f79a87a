"""Acts on matters: the matter itself and its team, items on the desk, filings."""

from __future__ import annotations

from fengni.apps.matters.services.desk import (
    accept_item,
    claim_item,
    compare_item,
    receive_item,
    release_item,
    return_item,
    waive_item,
)
from fengni.apps.matters.services.filings import approve_filing, return_filing, submit_filing
from fengni.apps.matters.services.running import change_team, close_matter, invite_person, open_matter

__all__ = [
    "accept_item",
    "approve_filing",
    "change_team",
    "claim_item",
    "close_matter",
    "compare_item",
    "invite_person",
    "open_matter",
    "receive_item",
    "release_item",
    "return_filing",
    "return_item",
    "submit_filing",
    "waive_item",
]
