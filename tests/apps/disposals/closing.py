"""What the tests of disposals begin with: a client file whose matter was closed, and another with an open one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.disposals import horizon, running, services
from fengni.apps.disposals.models import Disposal, Part
from fengni.apps.matters.models import Filing, Matter
from fengni.apps.vault import services as vault
from fengni.core import fictitious
from fengni.core.access.actor import Actor
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble, now

NUMBER = "M-2026-0117"
ACCOUNT = fictitious.bank_account(3)


@dataclass(frozen=True)
class Scene:
    """`client` is closed; `other` is another file of the same person, whose matter is open."""

    cast: Cast
    client: UUID
    person: UUID
    other: UUID
    matter: UUID


def scene(*, closed_days: int = 40, suite: int = 1) -> Scene:
    """Two client files that know one person."""
    cast = assemble(suite=suite)
    client = make_client(cast.owner, 1, corporate_account=ACCOUNT, note="请先打电话")
    person = make_person(cast.owner, client, bank_account=fictitious.bank_account(4))
    other = make_client(cast.owner, 2)
    assert make_person(cast.owner, other) == person
    matter = close(cast, client, NUMBER, days=closed_days)
    open_matter(cast, other, "M-2026-0118")
    return Scene(cast, client, person, other, matter)


def close(cast: Cast, client: UUID, number: str, *, days: int) -> UUID:
    """A matter of the client, filed and closed some days ago."""
    at = now() - timedelta(days=days)
    matter = _matter(cast, client, number, state=Matter.State.CLOSED, closed_at=at)
    with tenant(cast.tenant_id), transaction.atomic():
        Filing.objects.create(
            tenant_id=cast.tenant_id, id=uuid7(), matter_id=matter, receipt_number="REG-1", agent_id=cast.agent.id,
            state=Filing.State.APPROVED, submitted_at=at,
        )  # fmt: skip
    return matter


def open_matter(cast: Cast, client: UUID, number: str) -> UUID:
    """A matter of the client that is open."""
    return _matter(cast, client, number, state=Matter.State.OPEN)


def _matter(cast: Cast, client: UUID, number: str, *, state: str, closed_at: datetime | None = None) -> UUID:
    matter = uuid7()
    with tenant(cast.tenant_id), transaction.atomic():
        Matter.objects.create(
            tenant_id=cast.tenant_id, id=matter, number=number, client_id=client, types=["LEGAL"], region="same",
            state=state, counted_from=now().date(), deadline=now().date(), lead_id=cast.lead.id, opened_at=now(),
            closed_at=closed_at,
        )  # fmt: skip
    return matter


def propose(at_scene: Scene, actor: Actor | None = None, *, at: datetime | None = None, number: str = NUMBER) -> UUID:
    """A disposal proposed by the lead."""
    done = services.propose_disposal(
        actor=actor or at_scene.cast.lead, at=at or now(), client_id=at_scene.client, number=number, reason="办结期满"
    )
    return done.value


def approved(at_scene: Scene) -> UUID:
    """A disposal that two persons agreed to."""
    disposal = propose(at_scene)
    services.approve_disposal(actor=at_scene.cast.dpo, at=now(), disposal_id=disposal, number=NUMBER)
    return disposal


def destroyed(at_scene: Scene) -> UUID:
    """A disposal that was carried out."""
    disposal = approved(at_scene)
    running.carry_out(actor=at_scene.cast.dpo, disposal_id=disposal, clock=now)
    return disposal


def backups_end(cast: Cast) -> None:
    """Somebody decided about backups, so there is a horizon."""
    with tenant(cast.tenant_id), transaction.atomic():
        horizon.decide(30, at=now() - timedelta(days=1))


def disposal_of(cast: Cast, disposal: UUID) -> Disposal:
    """The row."""
    with tenant(cast.tenant_id), transaction.atomic():
        return Disposal.objects.get(id=disposal)


def parts_of(cast: Cast, disposal: UUID) -> list[Part]:
    """Its units."""
    with tenant(cast.tenant_id), transaction.atomic():
        return list(Part.objects.filter(disposal_id=disposal).order_by("unit_id"))


def rows(cast: Cast, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows as the application reads them."""
    with tenant(cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def reveal(actor: Actor, client: UUID, subject: UUID, kind: str) -> str:
    """One clear value."""
    done = vault.reveal_field(
        actor=actor, at=now(), client_id=client, subject_id=subject, kind=kind, purpose="purpose.fill_form",
        reason="核对变更申请书",
    )  # fmt: skip
    return done.value.value
