"""The owner of the schema with SQL: what a database administrator with bad intentions can do to one tenant's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from fengni.apps.common.tenancy import tenant


@contextmanager
def as_owner(tenant_id: UUID) -> Iterator[Any]:
    """A cursor of the schema's owner, bound to the tenant."""
    with tenant(tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor
