"""What the worker does for reach: tell reviewers of an emergency by e-mail. The payload is two ids.

Safe to run twice: the same mails go out again. A gateway that does not take one is tried three times; each failure
stands in the ledger, and the emergency shows it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import gateways
from fengni.apps.reach import services
from fengni.core.access.actor import system_actor
from fengni.core.errors import HostProblem, KeysUnavailable, LedgerRefused

_AGAIN: Final = RetryStrategy(
    max_attempts=3,
    wait=2,
    linear_wait=10,
    retry_exceptions=[HostProblem, KeysUnavailable, LedgerRefused, OperationalError, InterfaceError],
)


@app.task(name="reach.alarm", retry=_AGAIN)
def alarm(emergency_id: str, tenant_id: str) -> None:
    """Make the mails of an emergency and hand them to the gateway."""
    actor, row = system_actor(UUID(tenant_id)), UUID(emergency_id)
    try:
        with tenant(actor.tenant_id):
            letters = services.prepare_alarm(actor=actor, at=datetime.now(UTC), emergency_id=row).value
            try:
                for letter in letters:
                    gateways.send("email", letter.to, letter.subject, letter.text)
            except HostProblem:
                services.fail_alarm(actor=actor, at=datetime.now(UTC), emergency_id=row)
                raise
    finally:
        connection.close()
