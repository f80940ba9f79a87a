"""A tenant with something in it, and hands that reach past the product: SQL as the owner of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.measures import queries
from fengni.core.access.actor import Actor
from tests.apps.ledger.owner import spoilt
from tests.apps.vault.files import make_client, make_person
from tests.cast import now


def filled(actor: Actor) -> tuple[UUID, UUID]:
    """A client and a person, and the ledger sealed."""
    client_id = make_client(actor)
    person_id = make_person(actor, client_id)
    sealer.seal_round(at=now())
    return client_id, person_id


@contextmanager
def as_owner(tenant_id: UUID) -> Iterator[Any]:
    """A cursor of the schema's owner, bound to the tenant."""
    with tenant(tenant_id), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id)])
        yield cursor


def planted(tenant_id: UUID, statement: str, *params: object) -> None:
    """One statement of the owner; it must change something. A ledger that was touched is removed after the test."""
    if "ledger_" in statement:
        spoilt(tenant_id)
    with as_owner(tenant_id) as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount > 0


def rows(actor: Actor, at: datetime | None = None) -> dict[str, queries.MeasureRow]:
    """The measures by id."""
    with tenant(actor.tenant_id):
        return {row.id: row for row in queries.measures(actor=actor, at=at or now())}


def outcomes(actor: Actor, at: datetime | None = None) -> dict[str, str]:
    """How every test ended."""
    return {one.test: one.outcome for row in rows(actor, at).values() for one in row.evidence}
