"""Every night the product verifies the ledger of every tenant and probes what its data travels by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from fengni.apps.accounts.queries import all_tenants
from fengni.apps.measures import services
from fengni.core.access.actor import system_actor


@app.periodic(cron="17 2 * * *")
@app.task(name="measures.verify_ledgers", queueing_lock="measures.verify_ledgers")
def verify_ledgers(timestamp: int) -> None:
    """One verification per tenant; what one ledger shows does not keep the others from being read."""
    _for_all(services.verify_ledger)


@app.periodic(cron="37 2 * * *")
@app.task(name="measures.probe_transports", queueing_lock="measures.probe_transports")
def probe_transports(timestamp: int) -> None:
    """One probe per tenant: each ledger has its own evidence."""
    _for_all(services.probe_transport)


def _for_all(perform: Callable[..., Any]) -> None:  # Any: an act's outcome, which nobody reads here
    for home in all_tenants():
        perform(actor=system_actor(home.id), at=datetime.now(UTC))
    connection.close()
