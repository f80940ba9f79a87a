"""Asking for a second person, and answering, as parts of a running act. Acts of other areas call these.

Where nobody but the asker may answer, the yes comes into force by itself after NOTICE: everybody in the house sees it
standing there, and anybody may refuse until then. It is recorded as such; nobody is made up as a second person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from fengni.apps.accounts.models import Member
from fengni.apps.acts import second_person
from fengni.apps.acts.acting import SECOND_PERSON, acting
from fengni.apps.acts.models import Approval
from fengni.apps.approvals.askable import Askable, askable
from fengni.apps.approvals.models import Request
from fengni.core.errors import BadInput, Denied

NOTICE: Final = timedelta(hours=72)
USABLE: Final = timedelta(hours=24)
ANSWERABLE: Final = timedelta(days=7)
NOBODY: Final = UUID(int=0)
REQUIRED: Final = SECOND_PERSON


def ask(*, act: str, resource_id: UUID, persons: int, fields: Iterable[str], at: datetime, detail: str = "") -> Request:
    """Ask for a second person in the name of the running act's actor. Asking again for the same thing replaces it."""
    about, asker = askable(act), acting().actor
    for former in Request.objects.filter(act=act, resource_id=resource_id, asked_by=asker.id, until__gt=at):
        if former.state in (Request.State.OPEN, Request.State.GIVEN):
            end(former, state=Request.State.WITHDRAWN, at=at)
    alone = not others(about, asker.id, asker.roles)
    made = Request(
        tenant_id=asker.tenant_id, act=act, resource_id=resource_id, detail=detail, persons=persons,
        fields=sorted(set(fields)), asked_by=asker.id, asked_at=at, entry_id=acting().entry_id, alone=alone,
        until=at + ANSWERABLE,
    )  # fmt: skip
    if alone:
        _allow(made, by=NOBODY, at=at, since=at + NOTICE)
    made.save()
    return made


def others(about: Askable, asker_id: UUID, roles: frozenset[str]) -> list[UUID]:
    """The members who may answer somebody: active, of a fitting role, another person."""
    rows = Member.objects.filter(active=True).exclude(id=asker_id).values_list("id", "roles")
    return [member for member, held in rows if about.may_answer(roles, frozenset(held))]


def request_for(*, act: str, resource_id: UUID, at: datetime) -> Request | None:
    """The newest request for something that is open or given, locked."""
    found = Request.objects.select_for_update().filter(act=act, resource_id=resource_id, until__gt=at)
    return found.filter(state__in=[Request.State.OPEN, Request.State.GIVEN]).order_by("-asked_at").first()


def alone_since(*, act: str, resource_id: UUID, at: datetime) -> datetime | None:
    """From when the asker may agree alone, since nobody else can; None where somebody else can. For pages."""
    found = Request.objects.filter(act=act, resource_id=resource_id, until__gt=at, alone=True)
    given = found.filter(state__in=[Request.State.OPEN, Request.State.GIVEN])
    return given.order_by("-asked_at").values_list("since", flat=True).first()


def is_asked(*, act: str, resource_id: UUID, at: datetime) -> bool:
    """Whether somebody can still agree, or did and it may still be used."""
    found = Request.objects.filter(act=act, resource_id=resource_id, until__gt=at)
    return found.filter(state__in=[Request.State.OPEN, Request.State.GIVEN]).exists()


def say_yes(request: Request, at: datetime) -> None:
    """The running act's actor says yes. Raises Denied to the asker and to whoever may not answer, BadInput when it was
    answered before or is too old."""
    giver = acting().actor
    refuse_answered(request, at)
    if request.asked_by == giver.id:
        raise Denied("access.second-person-is-self")
    asker = Member.objects.filter(id=request.asked_by).values_list("roles", flat=True).first() or []
    if not askable(request.act).may_answer(frozenset(asker), giver.roles):
        raise Denied("approvals.not-yours")
    request.answered_by, request.answered_at = giver.id, at
    _allow(request, by=giver.id, at=at)
    request.save()


def settle(request: Request, at: datetime) -> None:
    """Say yes to what the running act itself carries out: the yes is used up at once."""
    say_yes(request, at)
    Approval.objects.filter(id__in=[request.approval_id] if request.approval_id else []).update(until=at)


def end(request: Request, *, state: str, at: datetime) -> None:
    """Take a request, and the yes it may have, back."""
    if request.approval_id is not None:
        Approval.objects.filter(id=request.approval_id, until__gt=at).update(until=at)
    request.state, request.until, request.answered_at = state, at, at
    request.answered_by = acting().actor.id
    request.save()


def refuse_answered(request: Request, at: datetime) -> None:
    """Raise BadInput for a request that is no longer open."""
    if request.state != Request.State.OPEN:
        raise BadInput("approvals.answered")
    if request.until <= at:
        raise BadInput("approvals.lapsed")


def address_to_ask(denied: Denied, *, detail: str = "") -> str:
    """Where a screen leads that was told to bring a second person. Holds codes and ids, never a value."""
    told = {name: str(denied.params[name]) for name in ("persons", "fields")}
    path = reverse("approvals:ask", args=[str(denied.params["act"]), UUID(hex=str(denied.params["resource"]))])
    return f"{path}?{urlencode({**told, 'detail': detail})}"


def _allow(request: Request, *, by: UUID, at: datetime, since: datetime | None = None) -> None:
    request.state, request.since = Request.State.GIVEN, since
    request.until = (since or at) + USABLE
    request.approval_id = second_person.allow(
        act=request.act, resource_id=request.resource_id, requested_by=request.asked_by, approved_by=by,
        persons=request.persons, fields=request.fields, at=at, until=request.until, since=since,
    )  # fmt: skip
