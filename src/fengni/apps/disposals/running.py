"""Carrying a disposal out: unit by unit, each an act of its own, then the act that finishes it.

Whatever ends the process, the next call goes on where it stopped: a unit is done or not, and a disposal is done only
after all of them were looked at again. Two callers at once, a person and the worker, do each unit once between them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import services, stopping
from fengni.apps.disposals.models import Disposal, Part
from fengni.apps.disposals.retention import DESTROY, SEAL
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput


def carry_out(*, actor: Actor, disposal_id: UUID, clock: Callable[[], datetime]) -> services.Run:
    """Destroy what is left to be destroyed and finish. Raises what the acts raise; nothing done before is lost."""
    destroy_waiting(actor=actor, disposal_id=disposal_id, clock=clock)
    try:
        return services.run_disposal(actor=actor, at=clock(), disposal_id=disposal_id).value
    except BadInput as refused:
        over = _finished(actor, disposal_id) if refused.code == "disposals.not-now" else None
        if over is None:
            raise
        return over


def note(disposal_id: UUID, error: Exception, *, at: datetime) -> None:
    """Keep on an approved disposal what hindered it, for the screens. Runs in the caller's transaction."""
    found = Disposal.objects.select_for_update().filter(id=disposal_id, state=Disposal.State.APPROVED).first()
    if found is not None:
        stopping.note(found, error, at)


def _finished(actor: Actor, disposal_id: UUID) -> services.Run | None:
    """What somebody else finished meanwhile."""
    with tenant(actor.tenant_id), transaction.atomic():
        if not Disposal.objects.filter(id=disposal_id, state=Disposal.State.DONE).exists():
            return None
        fates = list(Part.objects.filter(disposal_id=disposal_id).values_list("fate", flat=True))
    return services.Run(fates.count(DESTROY), fates.count(SEAL))


def destroy_waiting(*, actor: Actor, disposal_id: UUID, clock: Callable[[], datetime]) -> None:
    """Destroy what is left to be destroyed."""
    with tenant(actor.tenant_id), transaction.atomic():
        waiting = Part.objects.filter(disposal_id=disposal_id, fate=DESTROY, done_at=None).order_by("unit_id")
        units = list(waiting.values_list("unit_id", flat=True))
    for unit in units:
        try:
            services.destroy_unit(actor=actor, at=clock(), disposal_id=disposal_id, unit_id=unit)
        except BadInput as refused:
            if refused.code != "disposals.destroyed-already" and _finished(actor, disposal_id) is None:
                raise
