"""A client file with a password box, filled as an import fills it."""

from __future__ import annotations

from uuid import UUID

from fengni.apps.common.tenancy import tenant
from fengni.apps.vault import queries, services
from fengni.core.access.actor import Actor
from tests.apps.imports.sheets import row, sheet, stored
from tests.cast import now

PASSWORD = "Zq7#" + "canary-box"


def switch(actor: Actor, *, keep: bool, reason: str = "客户书面委托代办申报") -> int:
    """Turn the box on or off; returns how many boxes were destroyed."""
    return services.keep_passwords(actor=actor, at=now(), keep=keep, reason=reason).value


def with_box(owner: Actor, *passwords: str) -> list[UUID]:
    """Clients in the order of their passwords, stored while the switch is on."""
    switch(owner, keep=True)
    stored(owner, sheet([row(n, password=password) for n, password in enumerate(passwords or (PASSWORD,), 1)]))
    return clients(owner)


def clients(owner: Actor) -> list[UUID]:
    """Client files in the order of their names."""
    with tenant(owner.tenant_id):
        rows = queries.clients_page(actor=owner, at=now()).rows
    return [r.id for r in sorted(rows, key=lambda r: r.name)]


def page(actor: Actor, client_id: UUID) -> queries.ClientPage:
    """What the page of a client shows."""
    with tenant(actor.tenant_id):
        return queries.client_page(actor=actor, at=now(), client_id=client_id)


def reveal(
    actor: Actor, client_id: UUID, kind: str = "secret_tax", *, purpose: str = "change_registration",
    reason: str = "代办变更登记",
) -> services.Revealed:  # fmt: skip
    """A password in clear."""
    return services.reveal_secret(
        actor=actor, at=now(), client_id=client_id, kind=kind, purpose=f"purpose.{purpose}", reason=reason
    ).value
