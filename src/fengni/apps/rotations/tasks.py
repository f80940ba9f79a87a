"""What the worker does for rotations: it goes on with what two persons began; it never begins or finishes one.

Rules: every minute, in every tenant, in the product's own name. A house in which something is broken keeps nobody else
waiting; it is named in the log, and the job ends as failed.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from fengni.apps.accounts.queries import all_tenants
from fengni.apps.common.tenancy import tenant
from fengni.apps.rotations import queries, running
from fengni.core.access.actor import system_actor
from fengni.core.errors import FengniError, HostProblem

_TURN: Final = timedelta(seconds=40)
_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="* * * * *")
@app.task(name="rotations.go_on", queueing_lock="rotations.go_on")
def go_on(timestamp: int) -> None:
    """Go on in every tenant. Raises HostProblem ("rotations.broken") at the end where one was broken."""
    until = _now() + _TURN
    broken = [home.id for home in all_tenants() if not _gone_on(home.id, until)]
    connection.close()
    if broken:
        raise HostProblem("rotations.broken", houses=len(broken))


def _gone_on(tenant_id: UUID, until: datetime) -> bool:
    """Go on in one tenant; whether all went well. Nothing is written where nothing is left to move."""
    try:
        with tenant(tenant_id):
            rotation_id = queries.running_rotation()
            if rotation_id is not None and queries.keys_left():
                actor = system_actor(tenant_id)
                running.carry_on(actor=actor, rotation_id=rotation_id, clock=_now, until=until)
    except Exception as error:  # whatever is broken there, the next house goes on
        code = error.code if isinstance(error, FengniError) else type(error).__name__
        if code == "keys.budget-hour":  # enough keys left in this hour: it goes on when there is room again
            return True
        _log.error("rotations.go_on %s %s", tenant_id, code)
        return False
    return True
