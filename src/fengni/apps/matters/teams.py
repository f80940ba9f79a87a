"""Who works on a matter: a place on the team makes the client part of the member's scope, for as long as it lasts.

Rules: who holds the client already keeps that grant untouched; a grant that a place brought ends with it, unless
another open matter of the client has the member on its team.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from fengni.apps.accounts.models import Member as Colleague
from fengni.apps.acts.models import Grant
from fengni.apps.common.identifiers import uuid7
from fengni.apps.matters.models import Matter, Member
from fengni.core.errors import BadInput


def check(members: Iterable[UUID]) -> None:
    """Raise BadInput for somebody who is no active colleague."""
    wanted = set(members)
    if Colleague.objects.filter(id__in=wanted, active=True).count() != len(wanted):
        raise BadInput("parties.no-such-member")


def hold(client_id: UUID, members: Iterable[UUID], at: datetime) -> set[UUID]:
    """Which of these hold the client already, without a place on a team."""
    living = Q(until=None) | Q(until__gt=at)
    held = Grant.objects.filter(living, client_id=client_id, person_id=None, fields=[], basis="")
    return set(held.filter(member_id__in=list(members)).values_list("member_id", flat=True))


def join(matter: Matter, members: Iterable[UUID], at: datetime) -> int:
    """Put members on the team; returns how many were not on it."""
    here = set(Member.objects.filter(matter_id=matter.id).values_list("member_id", flat=True))
    new = [one for one in dict.fromkeys(members) if one not in here]
    held = hold(matter.client_id, new, at)
    for member in new:
        grant_id = None
        if member not in held:
            grant_id = uuid7()
            Grant.objects.create(
                id=grant_id, tenant_id=matter.tenant_id, member_id=member, client_id=matter.client_id, created_at=at
            )
        Member.objects.create(
            tenant_id=matter.tenant_id, matter_id=matter.id, member_id=member, grant_id=grant_id, since=at
        )
    return len(new)


def leave(matter: Matter, members: Iterable[UUID]) -> int:
    """Take members off the team and end what their place brought; returns how many left."""
    leaving = list(Member.objects.select_for_update().filter(matter_id=matter.id, member_id__in=list(members)))
    for one in leaving:
        heir = _other_place(matter, one.member_id)
        Member.objects.filter(matter_id=matter.id, member_id=one.member_id).delete()
        if one.grant_id and heir:
            Member.objects.filter(matter_id=heir, member_id=one.member_id).update(grant_id=one.grant_id)
        elif one.grant_id:
            Grant.objects.filter(id=one.grant_id).delete()
    return len(leaving)


def disband(matter: Matter) -> None:
    """End what places on the team brought. The places stay, as history."""
    for one in Member.objects.select_for_update().filter(matter_id=matter.id).exclude(grant_id=None):
        heir = _other_place(matter, one.member_id)
        if heir:
            Member.objects.filter(matter_id=heir, member_id=one.member_id).update(grant_id=one.grant_id)
        elif one.grant_id:
            Grant.objects.filter(id=one.grant_id).delete()
        Member.objects.filter(matter_id=matter.id, member_id=one.member_id).update(grant_id=None)


def _other_place(matter: Matter, member: UUID) -> UUID | None:
    """Another open matter of the client on whose team the member is."""
    others = Matter.objects.filter(client_id=matter.client_id).exclude(id=matter.id)
    living = others.exclude(state=Matter.State.CLOSED).values("id")
    place = Member.objects.filter(member_id=member, matter_id__in=living).first()
    return place.matter_id if place else None
