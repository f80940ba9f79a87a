"""Requests for deletion as retention knows them, and the end of a disposal that nobody carries out. Parts of acts.

Rules: a request makes the person's information due at the closing of the matter instead of thirty days later; it ends
with its answer. Refusing it takes back the destruction proposed for it; after the first key is gone it cannot be
refused any more. A crash leaves both or neither: all of it happens inside the one act of the answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from fengni.apps.acts.acting import acting
from fengni.apps.approvals import asking
from fengni.apps.disposals.models import Asked, Disposal, Part
from fengni.core.errors import BadInput

RUN: Final = "disposals:disposal:run"
OPEN: Final = (Disposal.State.PROPOSED, Disposal.State.APPROVED)


def ask(*, client_id: UUID, person_id: UUID, case_id: UUID, at: datetime) -> None:
    """Somebody asked for deletion; the case says who answers and until when."""
    Asked.objects.create(
        tenant_id=acting().actor.tenant_id, client_id=client_id, person_id=person_id, case_id=case_id, asked_at=at
    )


def case_of(client_id: UUID, person_id: UUID) -> UUID:
    """The case of a request that waits for its answer. Raises BadInput ("disposals.nobody-asked")."""
    found = Asked.objects.filter(client_id=client_id, person_id=person_id, ended_at=None).order_by("asked_at").first()
    if found is None:
        raise BadInput("disposals.nobody-asked")
    return found.case_id


def end(case_id: UUID, at: datetime) -> None:
    """The case was answered."""
    Asked.objects.filter(case_id=case_id, ended_at=None).update(ended_at=at)


def refuse(case_id: UUID, at: datetime) -> int:
    """The case is refused: what was proposed for it is taken back. Returns how many disposals that were. Raises
    BadInput ("disposals.begun") when a key is gone already."""
    proposed = list(Disposal.objects.select_for_update().filter(case_id=case_id, state__in=OPEN))
    for one in proposed:
        withdraw(one, at)
    end(case_id, at)
    return len(proposed)


def withdraw(disposal: Disposal, at: datetime) -> None:
    """Take an open disposal and the question it asked back. Raises BadInput ("disposals.begun") after its first unit
    was destroyed."""
    if Part.objects.filter(disposal_id=disposal.id).exclude(done_at=None).exists():
        raise BadInput("disposals.begun")
    request = asking.request_for(act=RUN, resource_id=disposal.id, at=at)
    if request is not None:
        asking.end(request, state=request.State.WITHDRAWN, at=at)
    Disposal.objects.filter(id=disposal.id).update(state=Disposal.State.WITHDRAWN)


def has_lapsed(disposal: Disposal, at: datetime) -> bool:
    """Whether nobody can agree to a proposed disposal any more: the second person said no, or a week went by."""
    return disposal.state == Disposal.State.PROPOSED and not asking.is_asked(act=RUN, resource_id=disposal.id, at=at)
