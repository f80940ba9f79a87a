"""Who acts: a member or guest of one tenant with roles, through one channel. Frozen: decisions can be repeated.

>>> from uuid import UUID
>>> a = Actor(id=UUID(int=1), tenant_id=UUID(int=2), roles=frozenset({"agent"}))
>>> a.sees_all_clients
False
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

STAFF_ROLES = frozenset({"owner", "lead", "agent", "dpo", "auditor", "security", "admin"})
GUEST_ROLES = frozenset({"client", "partner"})  # who comes by a link and a code; no member may hold one
ROLES = STAFF_ROLES | GUEST_ROLES
SYSTEM = "system"  # the product itself: due work, the demo; never given to a person
_ALL_CLIENTS = frozenset({"owner", "lead", "dpo", "auditor", SYSTEM})
_NAMES = frozenset({"owner", "lead", "agent", SYSTEM})


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of a tenant, or a guest: then `id` is the guest's.

    `session` is a pseudonymous session key (hex) or empty; `channel` one of web, api, cli, worker, portal.
    """

    id: UUID
    tenant_id: UUID
    roles: frozenset[str]
    session: str = ""
    channel: str = "web"
    address: str = ""

    @property
    def sees_all_clients(self) -> bool:
        """Whether the client scope is the whole tenant; otherwise it is what grants say."""
        return bool(self.roles & _ALL_CLIENTS)

    @property
    def sees_names(self) -> bool:
        """Whether names inside the client scope are shown whole (an agent must know whom a row is about)."""
        return bool(self.roles & _NAMES)


def system_actor(tenant_id: UUID, *, channel: str = "worker") -> Actor:
    """The product itself, acting for a tenant: due work and the demo."""
    return Actor(id=UUID(int=0), tenant_id=tenant_id, roles=frozenset({SYSTEM}), channel=channel)
