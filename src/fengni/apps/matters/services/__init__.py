"""Acts on matters: the matter itself and its team, items on the desk, filings, originals."""

from __future__ import annotations

from fengni.apps.matters.services.custody import confirm_original, give_original, take_original
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
from fengni.apps.matters.services.papers import Made, make_paper
from fengni.apps.matters.services.portal import (
    begin_upload,
    drop_upload,
    look_at_item,
    provide_fields,
    send_piece,
)
from fengni.apps.matters.services.running import add_contact, change_team, close_matter, invite_person, open_matter

__all__ = [
    "Made",
    "accept_item",
    "add_contact",
    "approve_filing",
    "begin_upload",
    "change_team",
    "claim_item",
    "close_matter",
    "compare_item",
    "confirm_original",
    "drop_upload",
    "give_original",
    "invite_person",
    "look_at_item",
    "make_paper",
    "open_matter",
    "provide_fields",
    "receive_item",
    "release_item",
    "return_filing",
    "return_item",
    "send_piece",
    "submit_filing",
    "take_original",
    "waive_item",
]
