"""Acts of approvals: ask for a second person, say yes, say no."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import REGISTRY, Outcome, act
from fengni.apps.approvals import asking
from fengni.apps.approvals.askable import askable
from fengni.apps.approvals.models import Request
from fengni.core.access.actor import STAFF_ROLES, Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied
from fengni.core.vault.catalogue import element

_DETAIL: Final = re.compile(r"[a-z_]{0,32}")
_MOST: Final = 10**6


@act("approvals:request:ask", roles=STAFF_ROLES)
def ask_second_person(
    *, actor: Actor, at: datetime, act: str, resource_id: UUID, persons: int, fields: tuple[str, ...], detail: str,
    reason: str,
) -> Outcome[UUID]:  # fmt: skip
    """Ask a colleague to agree to an act: on what, about how many persons and which fields, and why.

    What is stated binds: the yes is good for at most so many persons and these fields. Raises Denied when the actor's
    roles could not do the act anyway, BadInput without a reason or for an act that nobody is asked for.
    """
    about = askable(act)
    if about.page or act not in REGISTRY:
        raise BadInput("approvals.not-askable")
    if not actor.roles & REGISTRY[act].roles:
        raise Denied("access.role")
    if len(reason.strip()) < 2:
        raise BadInput("approvals.reason-missing")
    if not 0 <= persons <= _MOST or not _DETAIL.fullmatch(detail):
        raise BadInput("approvals.not-askable")
    kinds = [element(kind).kind for kind in fields]
    made = asking.ask(act=act, resource_id=resource_id, persons=persons, fields=kinds, at=at, detail=detail)
    facts: dict[str, int | str] = {"wants": act, "persons": persons, "alone": int(made.alone)}
    return Outcome(made.id, resource=_resource(made), facts=facts)


@act("approvals:request:give", roles=("owner", "lead", "dpo", "security"))
def give_approval(*, actor: Actor, at: datetime, request_id: UUID) -> Outcome[UUID]:
    """Say yes. The asker may then do it once, within a day.

    Raises Denied to the asker and to whoever may not answer, BadInput when it was answered or is too old.
    """
    request = _locked(request_id)
    if askable(request.act).page:
        raise BadInput("approvals.on-its-page")
    asking.say_yes(request, at)
    return Outcome(request.id, resource=_resource(request), facts={"wants": request.act, "persons": request.persons})


@act("approvals:request:refuse", roles=STAFF_ROLES)
def refuse_approval(*, actor: Actor, at: datetime, request_id: UUID, reason: str) -> Outcome[UUID]:
    """Say no, or take one's own question back; a yes that was not used yet ends as well.

    Who may not say yes may still say no: anybody in the house may stop what stands there. Raises BadInput without a
    reason (not for one's own) or when it is over.
    """
    request = _locked(request_id)
    own = request.asked_by == actor.id
    if not own and len(reason.strip()) < 2:
        raise BadInput("approvals.reason-missing")
    if request.state not in (Request.State.OPEN, Request.State.GIVEN) or request.until <= at:
        raise BadInput("approvals.answered")
    if askable(request.act).page:
        raise BadInput("approvals.on-its-page")
    asking.end(request, state=Request.State.WITHDRAWN if own else Request.State.REFUSED, at=at)
    return Outcome(request.id, resource=_resource(request), facts={"wants": request.act, "own": int(own)})


def _locked(request_id: UUID) -> Request:
    found = Request.objects.select_for_update().filter(id=request_id).first()
    if found is None:
        raise BadInput("approvals.no-such-request")
    return found


def _resource(request: Request) -> Resource:
    return Resource("approvals:request", request.id, request.tenant_id)
