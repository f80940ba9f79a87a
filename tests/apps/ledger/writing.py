"""Ways in which the tests of the ledger write entries and read what was sealed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import connection, connections, transaction

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import inbox
from fengni.apps.ledger.inbox import Seen
from fengni.core.access.actor import Actor, system_actor
from tests.cast import now


def an_actor() -> Actor:
    """Somebody of a tenant of its own that exists in the ledger only."""
    return Actor(id=uuid7(), tenant_id=uuid7(), roles=frozenset({"owner"}))


def write(actor: Actor, *about: Seen, act: str = "vault:field:reveal", count: int = 1) -> list[UUID]:
    """Entries in one transaction, each about the same persons; their ids."""
    ids = [uuid7() for _ in range(count)]
    with tenant(actor.tenant_id), transaction.atomic(durable=True):
        for entry_id in ids:
            inbox.append(
                entry_id=entry_id,
                actor=actor,
                act=act,
                at=now(),
                outcome="done",
                purpose="purpose.fill_form",
                resource=None,
                seen=about,
                facts={},
                reason=None,
            )
    return ids


def rows(tenant_id: UUID, statement: str, *parameters: object) -> Sequence[tuple[object, ...]]:
    """Rows as the application reads them."""
    with tenant(tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def auditor_of(actor: Actor) -> Actor:
    """The product itself reading that tenant's ledger."""
    return system_actor(actor.tenant_id)


def until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Wait for something another process does; fails when it never comes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def another_asks_for_the_seat() -> bool:
    """Whether another connection asked for the seat; while we hold it, it did not get it."""
    with connections["sealer"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%try_advisory_lock%' AND pid <> pg_backend_pid() "
            "AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
