"""Acts on guests: a link, its code, its sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.acts.acting import Outcome, act
from fengni.apps.guests.models import GuestSession
from fengni.core.access.actor import GUEST_ROLES, Actor
from fengni.core.access.decision import Resource


@act("guests:session:end", roles=GUEST_ROLES)
def end_session(*, actor: Actor, at: datetime, session_id: UUID) -> Outcome[None]:
    """Leave this device: one's own session ends, the link stays."""
    GuestSession.objects.filter(id=session_id, guest_id=actor.id, ended_at=None).update(ended_at=at)
    return Outcome(None, resource=Resource("guests:session", session_id, actor.tenant_id))
