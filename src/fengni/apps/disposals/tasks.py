"""What the worker does for disposals: it goes on with what was approved and takes back what nobody agreed to.

Rules: every five minutes, in every tenant, in the product's own name: the two persons decided, it only goes on. Safe to
run twice and beside a person who presses the button: each unit is destroyed under the lock of its disposal, and one
that is destroyed is passed over. What a hold or an open matter stops is left alone and stays approved. A house in which
something is broken keeps nobody else waiting; it is named in the log, kept on the disposal, where screens say it, and
the job ends as failed.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from fengni.apps.accounts.queries import all_tenants
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import queries, running, services
from fengni.core.access.actor import system_actor
from fengni.core.errors import FengniError, HostProblem

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/5 * * * *")
@app.task(name="disposals.resume", queueing_lock="disposals.resume")
def resume(timestamp: int) -> None:
    """Go on in every tenant. Raises HostProblem ("disposals.resume-broken") at the end where one was broken."""
    broken = [home.id for home in all_tenants() if not _resumed(home.id)]
    connection.close()
    if broken:
        raise HostProblem("disposals.resume-broken", houses=len(broken))


def _resumed(tenant_id: UUID) -> bool:
    """Go on in one tenant; whether all went well."""
    well, actor = True, system_actor(tenant_id)
    try:
        with tenant(tenant_id):
            waiting = queries.unattended(at=_now())
    except Exception as error:  # whatever is broken there, the next house goes on
        _tell(tenant_id, error)
        return False
    for disposal_id, lapsed in waiting:
        try:
            with tenant(tenant_id):
                if lapsed:
                    services.withdraw_disposal(actor=actor, at=_now(), disposal_id=disposal_id)
                else:
                    running.carry_out(actor=actor, disposal_id=disposal_id, clock=_now)
        except Exception as error:  # and so does the next disposal
            _tell(tenant_id, error)
            _note(tenant_id, disposal_id, error)
            well = False
    return well


def _note(tenant_id: UUID, disposal_id: UUID, error: Exception) -> None:
    """For the screens; where even that fails, the log says it."""
    try:
        with tenant(tenant_id), transaction.atomic():
            running.note(disposal_id, error, at=_now())
    except Exception as worse:
        _tell(tenant_id, worse)


def _tell(tenant_id: UUID, error: Exception) -> None:
    """An id and a code; never a text that may hold a value."""
    code = error.code if isinstance(error, FengniError) else type(error).__name__
    _log.error("disposals.resume %s %s", tenant_id, code)
