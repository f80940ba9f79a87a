"""What the tests of the policy begin with: a draft, or a version in force."""

from __future__ import annotations

from uuid import UUID

from fengni.apps.common.tenancy import tenant
from fengni.apps.measures import policies, services
from fengni.apps.measures.queries import PolicyPage, policy_page
from fengni.core.access.actor import Actor
from tests.cast import Cast, now

TEXT = policies.standard("zh")


def page(actor: Actor) -> PolicyPage:
    """The page as a member sees it."""
    with tenant(actor.tenant_id):
        return policy_page(actor=actor)


def drafted(cast: Cast, text: str = TEXT) -> tuple[UUID, str]:
    """A draft by the protection officer, and the hash of its text."""
    made = services.draft_policy(actor=cast.dpo, at=now(), text=text).value
    return made, policies.hash_of(text.strip())


def approved(cast: Cast, text: str = TEXT) -> tuple[UUID, str]:
    """A version in force."""
    made, digest = drafted(cast, text)
    services.approve_policy(actor=cast.owner, at=now(), policy_id=made, text_hash=digest)
    return made, digest
