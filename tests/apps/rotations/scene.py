"""A house whose keys are changed: its people, its rows, and the two persons who agree."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fengni.apps.approvals.services import ask_second_person, give_approval
from fengni.apps.common.custodian import custodian
from fengni.apps.common.tenancy import tenant
from fengni.apps.rotations import services
from fengni.apps.rotations.moving import KINDS
from fengni.apps.vault.store.house import steady
from fengni.core.access.actor import Actor
from tests.cast import Cast, now


def rows(cast: Cast, statement: str, *params: object) -> list[Any]:
    """What a statement gives for the house."""
    with tenant(cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, list(params))
        return list(cursor.fetchall()) if cursor.description else []


def agreed(cast: Cast, actor: Actor, act: str, resource: UUID) -> None:
    """The lead says yes to what somebody asks for."""
    asked = ask_second_person(
        actor=actor, at=now(), act=act, resource_id=resource, persons=0, fields=(), detail="", reason="每年更换"
    )
    give_approval(actor=cast.lead, at=now(), request_id=asked.value)


def begin(cast: Cast, actor: Actor | None = None, *, what: str = "epoch") -> UUID:
    """A rotation, of the epoch where nothing else is said, begun by two persons."""
    who = actor or cast.owner
    agreed(cast, who, "rotations:rotation:begin", KINDS[what])
    return services.begin_rotation(actor=who, at=now(), what=what).value


def finish(cast: Cast, rotation: UUID, actor: Actor | None = None) -> None:
    """The end of the old keys, agreed to by two persons."""
    who = actor or cast.owner
    agreed(cast, who, "rotations:rotation:finish", rotation)
    services.finish_rotation(actor=who, at=now(), rotation_id=rotation)


def epochs(cast: Cast) -> list[int]:
    """The epochs that live."""
    return custodian().epochs(cast.tenant_id)


@contextmanager
def somebody_writes(cast: Cast, hold: Callable[[UUID], object] = steady) -> Iterator[None]:
    """Another connection that holds what a writer under new keys holds."""
    holds, over = threading.Event(), threading.Event()

    def write() -> None:
        with tenant(cast.tenant_id), transaction.atomic():
            hold(cast.tenant_id)
            holds.set()
            over.wait(30)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert holds.wait(30)
        yield
    finally:
        over.set()
        writer.join()
