"""What the worker does for documents: uploads that nobody finished in a day are dropped, with their keys."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from fengni.apps.accounts.queries import all_tenants
from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import queries, services
from fengni.apps.vault.store.materials import UNFINISHED_FOR
from fengni.core.access.actor import system_actor


@app.periodic(cron="23 * * * *")
@app.task(name="vault.sweep_uploads", queueing_lock="vault.sweep_uploads")
def sweep_uploads(timestamp: int) -> None:
    """Drop unfinished uploads of every tenant."""
    at = datetime.now(UTC)
    for home in all_tenants():
        with tenant(home.id):
            for material_id in queries.unfinished_uploads(before=at - UNFINISHED_FOR):
                services.expire_material(actor=system_actor(home.id), at=at, material_id=material_id)
    connection.close()
