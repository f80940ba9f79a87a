"""What the tests of reach play in: a house, one client file with one person, and an agent and a security officer who
are outside of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from fengni.apps.common.tenancy import tenant
from fengni.apps.reach import queries, services
from fengni.apps.reach.queries import EmergencyRow, RequestRow
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import FengniError
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble, now

CONTACT, INCIDENT = "purpose.contact_client", "purpose.incident_response"
WHY = "客户来电说链接发错了人，经办人休假联系不上"
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Scene:
    """The file, the person in it, and who plays."""

    cast: Cast
    client_id: UUID
    person_id: UUID


def scene(number: int = 1) -> Scene:
    """A file that owner, lead, protection officer and auditor see, and nobody else."""
    cast = assemble()
    client_id = make_client(cast.owner, number)
    return Scene(cast, client_id, make_person(cast.owner, client_id))


def ask(
    one: Scene, *, by: Actor | None = None, person: bool = False, hours: int = 4, at: datetime | None = None
) -> UUID:
    """A request of the agent, for the file or for its person."""
    done = services.ask_access(
        actor=by or one.cast.agent, at=at or now(), client_id=one.client_id, hours=hours, purpose=CONTACT,
        person_id=one.person_id if person else None, reason="客户只肯和我通话",
    )  # fmt: skip
    return done.value


def give(one: Scene, request_id: UUID, *, by: Actor | None = None, at: datetime | None = None) -> datetime:
    """The lead's yes."""
    return services.give_access(actor=by or one.cast.lead, at=at or now(), request_id=request_id).value


def glass(one: Scene, *, by: Actor | None = None, at: datetime | None = None, purpose: str = INCIDENT) -> UUID:
    """The agent breaks it."""
    done = services.break_glass(
        actor=by or one.cast.agent, at=at or now(), client_id=one.client_id, purpose=purpose, reason=WHY
    )
    return done.value


def reveal(one: Scene, by: Actor, *, purpose: str = CONTACT, at: datetime | None = None, kind: str = "mobile") -> str:
    """The person's mobile, in clear."""
    done = vault.reveal_field(
        actor=by, at=at or now(), client_id=one.client_id, subject_id=one.person_id, kind=kind, purpose=purpose,
        reason="回电核实",
    )  # fmt: skip
    return done.value.value


def code(call: Callable[..., object], *given: Any, **named: Any) -> str:  # Any: whatever the call takes
    """The code with which something is refused."""
    with pytest.raises(FengniError) as refused:
        call(*given, **named)
    return refused.value.code


def request_row(actor: Actor, request_id: UUID, at: datetime | None = None) -> RequestRow:
    """A request as somebody reads it."""
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.request(actor=actor, at=at or now(), request_id=request_id)


def emergency_row(actor: Actor, emergency_id: UUID, at: datetime | None = None) -> EmergencyRow:
    """An emergency as somebody reads it."""
    with tenant(actor.tenant_id), transaction.atomic():
        return queries.emergency(actor=actor, at=at or now(), emergency_id=emergency_id)
