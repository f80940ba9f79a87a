"""Leaving autocommit opens the transaction and binds its tenant in one round trip.

`BEGIN; SET LOCAL app.tenant_id = '…'` goes out as one simple query while the driver itself stays in autocommit;
the driver's `commit()` and `rollback()` act on the server's transaction state, so Django's own logic is unchanged.
A connection that dies in between leaves nothing: the server rolls back.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from fengni.apps.common.tenancy import current_tenant


class DatabaseWrapper(base.DatabaseWrapper):
    """The tenant-aware connection."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # Any: the driver's connection, as in the base
        """The driver begins no transaction of its own: a statement outside one is committed at once."""
        connection = super().get_new_connection(conn_params)
        connection.autocommit = True
        return connection

    def _set_autocommit(self, autocommit: bool) -> None:
        with self.wrap_database_errors:
            if autocommit:
                return  # COMMIT or ROLLBACK was sent by Django before it comes here
            tenant_id = current_tenant()
            bind = f"; SET LOCAL app.tenant_id = '{tenant_id}'" if tenant_id else ""  # a UUID object: nothing to inject
            self.connection.execute(f"BEGIN{bind}", prepare=False)
