"""What the worker does for guests: send a code. The payload is two ids.

Rules: safe to run twice, since every run makes a new code and the old one dies. A gateway that does not take it is
tried three times; each failure stands in the ledger, and the link's card shows it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import gateways, services
from fengni.core.access.actor import system_actor
from fengni.core.errors import BadInput, Denied, HostProblem, KeysUnavailable, LedgerRefused, SealRefused

_AGAIN: Final = RetryStrategy(
    max_attempts=3,
    wait=2,
    linear_wait=3,
    retry_exceptions=[HostProblem, KeysUnavailable, LedgerRefused, OperationalError, InterfaceError],
)


@app.task(name="guests.send_code", retry=_AGAIN)
def send_code(link_id: str, tenant_id: str) -> None:
    """Make a code, open where it goes, hand it to the gateway."""
    actor, link = system_actor(UUID(tenant_id)), UUID(link_id)
    try:
        with tenant(actor.tenant_id):
            try:
                letter = services.deliver_code(actor=actor, at=datetime.now(UTC), link_id=link).value
                if letter is not None:
                    gateways.send(letter.contact, letter.to, letter.subject, letter.text)
            except Denied:
                return  # recalled or expired meanwhile
            except (HostProblem, BadInput, SealRefused) as error:
                services.fail_code(actor=actor, at=datetime.now(UTC), link_id=link)
                if isinstance(error, HostProblem):
                    raise
    finally:
        connection.close()
