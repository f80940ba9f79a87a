"""The act of this area: verifying the whole ledger, so that the verification stands in the ledger as evidence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.ledger.verification import Verification, verify
from fengni.core.access.actor import Actor


@act("measures:ledger:verify", roles=("owner", "dpo", "auditor", "security"))
def verify_ledger(*, actor: Actor, at: datetime) -> Outcome[Verification]:
    """Derive the whole ledger again and compare; the entry says how many entries held and what differed first."""
    with ThreadPoolExecutor(max_workers=1) as apart:  # a connection of its own: verification reads one snapshot
        found = apart.submit(_verified, actor).result()
    return Outcome(found, facts={"size": found.size, "finding": found.finding.kind if found.finding else "none"})


def _verified(actor: Actor) -> Verification:
    try:
        return verify(actor)
    finally:
        connection.close()
