"""Why a disposal that two persons approved does not go on: what hinders it now, or what the worker met when it tried.

Rules: what hinders is looked at afresh each time; a failure of the worker is kept on the row until the disposal is
done. A crash before the note leaves it to the worker's next round, five minutes later. A note is a code with ids and
counts, never a text that may hold a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fengni.apps.disposals.files import File, refuse_not_due
from fengni.apps.disposals.models import Disposal, Part
from fengni.core.errors import Denied, FengniError

UNKNOWN: Final = "disposals.broken"


@dataclass(frozen=True, slots=True)
class Stop:
    """The code of the sentence that says why, and when the worker met it (None: it stands in the way now)."""

    code: str
    params: Mapping[str, str | int]
    at: datetime | None = None


def hindrance(one: Disposal, file: File) -> Stop | None:
    """What stands in the way of the units that are left; sealing asks the same of what it seals."""
    left = Part.objects.filter(disposal_id=one.id, done_at=None).values_list("unit_id", flat=True)
    try:
        refuse_not_due(file, list(left))
    except Denied as denied:
        return Stop(denied.code, denied.params)
    return None


def stop_of(one: Disposal, file: File) -> Stop | None:
    """Why an approved disposal does not go on; None for one that does, and for every other state."""
    if one.state != Disposal.State.APPROVED:
        return None
    met = Stop(one.failed_code, one.failed_params, one.failed_at) if one.failed_at else None
    return hindrance(one, file) or met


def note(disposal: Disposal, error: Exception, at: datetime) -> None:
    """Keep what the worker met."""
    disposal.failed_at, disposal.failed_code, disposal.failed_params = at, UNKNOWN, {}
    if isinstance(error, FengniError):
        disposal.failed_code, disposal.failed_params = error.code, dict(error.params)
    disposal.save(update_fields=["failed_at", "failed_code", "failed_params"])
