"""What tests of tokens begin with: a house with a client file and a person in it, and the end of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fengni.apps.acts.acting import FUNCTIONS, Outcome, act
from fengni.apps.agreements import services as agreements
from fengni.apps.common.tenancy import tenant
from fengni.apps.tokens import services
from fengni.apps.tokens.spaces import Field
from fengni.apps.tokens.tracing import Traced
from fengni.apps.vault.store import destroying
from fengni.apps.vault.store.house import house
from fengni.core.access.actor import Actor
from tests.cast import now


def make(actor: Actor, *fields: Field, partner_id: UUID | None = None) -> list[str | None]:
    """Tokens by the act."""
    return services.make_tokens(actor=actor, at=now(), fields=fields, partner_id=partner_id).value


def resolve(actor: Actor, tokens: Sequence[str], *, purpose: str = "fill_form", reason: str = "填写申请书") -> list[
    services.Resolved
]:  # fmt: skip
    """Tokens resolved by the act."""
    done = services.resolve_tokens(actor=actor, at=now(), tokens=tokens, purpose=f"purpose.{purpose}", reason=reason)
    return done.value


def partner(actor: Actor, name: str) -> UUID:
    """A partner by the act."""
    return agreements.add_partner(actor=actor, at=now(), name=name).value


def destroy(actor: Actor, client: UUID, subject: UUID, record_class: str) -> None:
    """The end of the unit a record lies in."""
    if "test:unit:destroy" not in FUNCTIONS:
        act("test:unit:destroy", roles=("owner",))(_destroy)
    with tenant(actor.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id FROM vault_record WHERE client_id = %s AND subject_id = %s AND record_class = %s",
            [client, subject, record_class],
        )
        unit = cursor.fetchone()[0]
    FUNCTIONS["test:unit:destroy"](actor=actor, at=now(), unit=unit)


def _destroy(*, actor: Actor, at: datetime, unit: UUID) -> Outcome[None]:
    destroying.destroy(house(), unit)
    return Outcome(None)


def trace(actor: Actor, content: bytes) -> Traced:
    """A sample traced by the act."""
    return services.trace_export(actor=actor, at=now(), content=content).value
