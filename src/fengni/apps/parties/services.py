"""Acts on who works for which client: assigning is what makes a client part of a member's scope."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fengni.apps.accounts.models import Member
from fengni.apps.acts.acting import Outcome, act
from fengni.apps.acts.models import Grant
from fengni.apps.parties import queries
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied


def _client(actor: Actor, client_id: UUID) -> Resource:
    if not queries.client_exists(client_id=client_id):
        raise Denied("parties.no-such-client")
    return Resource("parties:client", client_id, actor.tenant_id, clients=frozenset({client_id}))


@act("parties:client:assign", roles=("owner", "lead"), resource=_client, scoped=True)
def assign_client(
    *, actor: Actor, at: datetime, client_id: UUID, member_id: UUID, until: datetime | None = None
) -> Outcome[UUID]:
    """Make a client part of a member's scope, until an instant if one is given. Doing it again changes the instant."""
    if not Member.objects.select_for_update().filter(id=member_id, active=True).exists():  # one assignment at a time
        raise BadInput("parties.no-such-member")
    if until is not None and until <= at:
        raise BadInput("parties.until-has-passed")
    held = Grant.objects.select_for_update().filter(member_id=member_id, client_id=client_id, person_id=None, basis="")
    grant = held.first()
    if grant is None:
        grant = Grant(tenant_id=actor.tenant_id, member_id=member_id, client_id=client_id, created_at=at)
    grant.until = until
    grant.save()
    return Outcome(grant.id, facts={"member": member_id.hex})


@act("parties:client:unassign", roles=("owner", "lead"), resource=_client, scoped=True)
def unassign_client(*, actor: Actor, at: datetime, client_id: UUID, member_id: UUID) -> Outcome[None]:
    """Take a client out of a member's scope, at once."""
    removed, _ = Grant.objects.filter(member_id=member_id, client_id=client_id, person_id=None, basis="").delete()
    if not removed:
        raise BadInput("parties.not-assigned")
    return Outcome(None, facts={"member": member_id.hex})
