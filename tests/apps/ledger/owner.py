"""The owner of the schema with SQL: what a database administrator with bad intentions can do to one tenant's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from fengni.apps.common.tenancy import tenant

_spoilt: set[UUID] = set()


@contextmanager
def as_owner(tenant_id: UUID) -> Iterator[Any]:
    """A cursor of the schema's owner, bound to the tenant, whose ledger is removed after the test."""
    _spoilt.add(tenant_id)
    with _owner(tenant_id) as cursor:
        yield cursor


def remove_spoilt_ledgers() -> None:
    """Other tests' rounds of sealing must not meet them."""
    while _spoilt:
        with _owner(_spoilt.pop()) as cursor:
            for table in ("inbox", "entry", "entry_subject", "person_head", "tile", "checkpoint"):
                cursor.execute(f"DELETE FROM ledger_{table}")


@contextmanager
def _owner(tenant_id: UUID) -> Iterator[Any]:
    with tenant(tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor
