"""The tenant a piece of code works for, and the row-level security that is the second wall behind the checks.

Rules: the current tenant is a ContextVar; the database backend writes it into each transaction as `app.tenant_id`
(transaction-local). Policies read it without `missing_ok`, so forgetting it raises instead of showing nothing or all.
What it does not do: it does not stop SQL injection, since the application role can set the tenant itself
(THREAT_MODEL.md says so). It stops the forgotten filter.

A migration protects its tables with `tenant_table(...)`; `EXEMPT_TABLES` lists the few without a tenant, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, migrations

_current: ContextVar[UUID | None] = ContextVar("fengni_tenant", default=None)

# Tables without a policy, and why. A test compares this with the database.
EXEMPT_TABLES: dict[str, str] = {
    "accounts_user": "sign-in looks a login up before a tenant is known; holds login and password hash only",
    "accounts_tenant": "the list of tenants: names of organisations",
    "accounts_apitoken": "a bearer token is looked up by its hash before a tenant is known",
    "account_emailaddress": "sign-in package",
    "account_emailconfirmation": "sign-in package",
    "mfa_authenticator": "second factors, looked up during sign-in",
    "usersessions_usersession": "sessions, looked up during sign-in",
    "django_session": "sessions, looked up before a tenant is known",
    "fengni_cache": "throttle counters of the sign-in package",
    "django_content_type": "framework table",
    "django_migrations": "framework table",
    "auth_permission": "framework table",
    "auth_group": "framework table",
    "auth_group_permissions": "framework table",
    "procrastinate_jobs": "job queue; payloads are ids only",
    "procrastinate_events": "job queue",
    "procrastinate_periodic_defers": "job queue",
    "procrastinate_workers": "job queue",
    "disposals_backup_run": "backup files of the installation, which hold all tenants; names and dates only",
    "disposals_backup_policy": "how long backup files are kept, for the installation",
}


def current_tenant() -> UUID | None:
    """The tenant of the running code, or None outside any."""
    return _current.get()


@contextmanager
def tenant(tenant_id: UUID) -> Iterator[None]:
    """Work for a tenant. Inside an open transaction the setting is changed at once and restored on leaving."""
    before = _current.get()
    token = _current.set(tenant_id)
    try:
        if connection.in_atomic_block and before != tenant_id:
            _tell(tenant_id)
        yield
    finally:
        _current.reset(token)
        if connection.in_atomic_block and before != tenant_id and before is not None and not connection.needs_rollback:
            _tell(before)


def set_tenant(tenant_id: UUID | None) -> None:
    """Bind the tenant for the rest of this context (a request, a command). Outside transactions only."""
    _current.set(tenant_id)


def _tell(tenant_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id)])


def tenant_table(
    table: str, *, app: str = "SELECT, INSERT, UPDATE, DELETE", sealer: str = "", unique_id: bool = True
) -> migrations.RunSQL:
    """Row-level security for one table: forced, by tenant, with grants to the application role (and the sealer's).

    `unique_id` adds UNIQUE (tenant_id, id), the target of `tenant_reference`. The sealer works for all tenants and has
    a policy of its own on the ledger's tables only.
    """
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY by_tenant ON {table} USING (tenant_id = current_setting('app.tenant_id')::uuid) "
        "WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid)",
    ]
    if app:
        statements.append(f"GRANT {app} ON {table} TO fengni_app")
    if sealer:
        statements.append(f"GRANT {sealer} ON {table} TO fengni_sealer")
        statements.append(f"CREATE POLICY for_sealer ON {table} TO fengni_sealer USING (true) WITH CHECK (true)")
    if unique_id:
        statements.append(f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_id_key UNIQUE (tenant_id, id)")
    return migrations.RunSQL([(s, None) for s in statements], reverse_sql=migrations.RunSQL.noop)


def tenant_reference(table: str, column: str, target: str) -> migrations.RunSQL:
    """A foreign key that cannot cross tenants: (tenant_id, column) → target (tenant_id, id).

    Django's own key checks the id alone and would accept another tenant's row. NOT VALID: the check of existing rows
    would read as the owner, who under forced row-level security has no tenant; new rows are checked all the same.
    """
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID",
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_tenant",
    )


def exempt_grants(*tables: str) -> migrations.RunSQL:
    """Grants to the application role on exempt tables (default privileges would be per database)."""
    return migrations.RunSQL(
        [(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {t} TO fengni_app", None) for t in tables],
        reverse_sql=migrations.RunSQL.noop,
    )
