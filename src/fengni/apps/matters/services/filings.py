"""Acts on what the registry gets and answers: submitted, returned, approved."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.common.identifiers import uuid7
from fengni.apps.matters import items, teams
from fengni.apps.matters.models import Filing, Item, Matter
from fengni.apps.matters.resources import of_matter, step, working
from fengni.apps.matters.services.running import HANDLERS
from fengni.apps.vault.queries.lists import number_indexes
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput

FILING_CODES: Final = (
    "material_missing",
    "material_form",
    "content_mismatch",
    "signature",
    "real_name",
    "premises",
    "name_refused",
    "permit_missing",
    "agent_identity",
    "other",
)
_RECEIPT: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff()\uff08\uff09\[\]\u3014\u3015-]{4,40}")


@act("matters:filing:submit", roles=HANDLERS, resource=of_matter, scoped=True)
def submit_filing(
    *, actor: Actor, at: datetime, matter_id: UUID, receipt_number: str, agent_id: UUID | None = None
) -> Outcome[UUID]:
    """Note that the registry has the papers: its receipt number, and who is the declared agent.

    Raises BadInput while items are undecided, and for a receipt number that is none or somebody's number.
    """
    matter = working(matter_id, *items.WORKED_ON)
    open_ = Item.objects.filter(matter_id=matter_id, state__in=items.UNDECIDED).count()
    if open_:
        raise BadInput("matters.file-undecided", items=open_)
    receipt = receipt_number.strip()
    if not _RECEIPT.fullmatch(receipt):
        raise BadInput("matters.receipt-wrong")
    if set(number_indexes(receipt)) & {"id_number", "mobile"}:
        raise BadInput("matters.receipt-is-a-person")
    agent = agent_id or actor.id
    teams.check({agent})
    filing = Filing(
        tenant_id=actor.tenant_id, id=uuid7(), matter_id=matter_id, receipt_number=receipt, agent_id=agent,
        submitted_at=at,
    )  # fmt: skip
    filing.entry_id = step(matter_id, at)
    filing.save(force_insert=True)
    Item.objects.filter(matter_id=matter_id).update(lease_by=None, lease_until=None)
    _now(matter, Matter.State.SUBMITTED, submitted_at=matter.submitted_at or at)
    return Outcome(filing.id, facts={"filing": filing.id.hex, "agent": agent.hex})


@act("matters:filing:return", roles=HANDLERS, resource=of_matter, scoped=True)
def return_filing(*, actor: Actor, at: datetime, matter_id: UUID, code: str, reason: str = "") -> Outcome[None]:
    """The registry gave the papers back: a code of the closed list, and a note that is sealed. Raises BadInput."""
    if code not in FILING_CODES:
        raise BadInput("matters.filing-code-unknown")
    _answered(matter_id, at, Filing.State.RETURNED, code)
    return Outcome(None, facts={"cause": code})


@act("matters:filing:approve", roles=HANDLERS, resource=of_matter, scoped=True)
def approve_filing(*, actor: Actor, at: datetime, matter_id: UUID) -> Outcome[None]:
    """The registry approved. Raises BadInput when it has nothing."""
    _answered(matter_id, at, Filing.State.APPROVED)
    return Outcome(None, facts={"filings": Filing.objects.filter(matter_id=matter_id).count()})


def _answered(matter_id: UUID, at: datetime, state: str, code: str = "") -> None:
    matter = working(matter_id, Matter.State.SUBMITTED)
    filing = Filing.objects.filter(matter_id=matter_id).order_by("-submitted_at").first()
    if filing is None:
        raise BadInput("matters.not-submitted")
    filing.state, filing.return_code, filing.decided_at = state, code, at
    filing.entry_id = step(matter_id, at, code)
    filing.save()
    if state == Filing.State.APPROVED:
        _now(matter, Matter.State.APPROVED, approved_at=at)
    else:
        _now(matter, Matter.State.RETURNED)


def _now(matter: Matter, state: str, **instants: datetime) -> None:
    Matter.objects.filter(id=matter.id).update(state=state, **instants)
