"""The client scope of the running act: writing many records at once is no way around it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import acting
from fengni.apps.parties.queries import assigned_clients
from fengni.core.errors import Denied


def refuse_outside_scope(clients: Collection[UUID], at: datetime) -> None:
    """Raise Denied when one of these existing clients is not the actor's own. What is lent is to be looked at only."""
    actor = acting().actor
    if actor.sees_all_clients:
        return
    outside = set(clients) - assigned_clients(actor=actor, at=at, lent=False)
    if outside:
        raise Denied("vault.clients-outside-scope", clients=len(outside))
