"""The owner of the schema with SQL: what a database administrator with bad intentions can do to one tenant's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from fengni.apps.common.tenancy import tenant
from fengni.host import state

_spoilt: set[UUID] = set()


@contextmanager
def as_owner(tenant_id: UUID) -> Iterator[Any]:
    """A cursor of the schema's owner, bound to the tenant, whose ledger is removed after the test."""
    _spoilt.add(tenant_id)
    with _owner(tenant_id) as cursor:
        yield cursor


def spoilt(tenant_id: UUID) -> None:
    """Say that a tenant's ledger no longer holds together."""
    _spoilt.add(tenant_id)


def remove_spoilt_ledgers() -> None:
    """Other tests' rounds of sealing must not meet them, nor what goes through all tenants write into them."""
    while _spoilt:
        tenant_id = _spoilt.pop()
        with _owner(tenant_id) as cursor:
            for table in ("inbox", "entry", "entry_subject", "person_head", "tile", "checkpoint"):
                cursor.execute(f"DELETE FROM ledger_{table}")
        with psycopg.connect(state.database_url("super"), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # its members stay behind, without a tenant
            connection.execute("DELETE FROM accounts_tenant WHERE id = %s", [tenant_id])


@contextmanager
def _owner(tenant_id: UUID) -> Iterator[Any]:
    with tenant(tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor
