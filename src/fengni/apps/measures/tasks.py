"""Every night the ledger of every tenant is verified by the product itself."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from fengni.apps.accounts.queries import all_tenants
from fengni.apps.measures import services
from fengni.core.access.actor import system_actor


@app.periodic(cron="17 2 * * *")
@app.task(name="measures.verify_ledgers", queueing_lock="measures.verify_ledgers")
def verify_ledgers(timestamp: int) -> None:
    """One verification per tenant; what one ledger shows does not keep the others from being read."""
    for home in all_tenants():
        services.verify_ledger(actor=system_actor(home.id), at=datetime.now(UTC))
    connection.close()
