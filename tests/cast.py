"""The cast of every act's test: owner, colleague, stranger of another agency, auditor, intruder.

Each test gets tenants of its own, so nothing has to be rolled back and tests may run side by side.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from fengni.apps.accounts.models import Member, User
from fengni.apps.accounts.services import found_tenant
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor, system_actor
from fengni.demo.team import CONTACT

PASSWORD = "correct-horse-" + "battery"


def now() -> datetime:
    """The instant tests act at."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Cast:
    """Who plays. `tenant_id` is the agency of all but the stranger."""

    tenant_id: UUID
    stranger_tenant_id: UUID
    owner: Actor
    lead: Actor
    agent: Actor
    colleague: Actor
    dpo: Actor
    auditor: Actor
    security: Actor
    admin: Actor
    stranger: Actor
    intruder: Actor


def found(name: str = "示例·启明企业服务有限公司", *, suite: int = 1, demo: bool = True) -> Actor:
    """A tenant of its own and its owner."""
    tenant_id = uuid7()
    done = found_tenant(
        actor=system_actor(tenant_id),
        at=now(),
        name=name,
        kind="agency",
        owner_name="江述白",
        login=f"owner-{secrets.token_hex(6)}",
        password=PASSWORD,
        suite=suite,
        demo=demo,
        contact=CONTACT,
    )
    return Actor(id=done.value, tenant_id=tenant_id, roles=frozenset({"owner", "admin"}))


@cache
def _hashed() -> str:
    """The hash of PASSWORD, made once: Argon2 is slow on purpose."""
    return make_password(PASSWORD)


def hire(tenant_id: UUID, role: str, name: str) -> Actor:
    """A member with one role who can sign in as `<role>-<hex>` with PASSWORD."""
    return _hire(tenant_id, (role, name))[0]


def _hire(tenant_id: UUID, *wanted: tuple[str, str]) -> list[Actor]:
    """Members by role and name, in one transaction: nearly every test asks for a whole cast."""
    with tenant(tenant_id), transaction.atomic():
        users = User.objects.bulk_create(
            User(login=f"{role}-{secrets.token_hex(6)}", password=_hashed(), tenant_id=tenant_id) for role, _ in wanted
        )
        members = Member.objects.bulk_create(
            Member(id=uuid7(), tenant_id=tenant_id, user=user, name=name, roles=[role], created_at=now())
            for user, (role, name) in zip(users, wanted, strict=True)
        )
    return [Actor(id=one.id, tenant_id=tenant_id, roles=frozenset(one.roles)) for one in members]


def assemble(*, suite: int = 1) -> Cast:
    """Two agencies and everybody in them. The intruder has a session but no role."""
    owner = found(suite=suite)
    stranger = found("示例·别家企业服务有限公司")
    home = owner.tenant_id
    lead, agent, colleague, dpo, auditor, security, admin = _hire(
        home, ("lead", "周予安"), ("agent", "陈一诺"), ("agent", "高见微"), ("dpo", "苏明谨"), ("auditor", "何清和"),
        ("security", "郑望舒"), ("admin", "许知远"),
    )  # fmt: skip
    return Cast(
        tenant_id=home,
        stranger_tenant_id=stranger.tenant_id,
        owner=owner,
        lead=lead,
        agent=agent,
        colleague=colleague,
        dpo=dpo,
        auditor=auditor,
        security=security,
        admin=admin,
        stranger=Actor(id=stranger.id, tenant_id=stranger.tenant_id, roles=frozenset({"owner"})),
        intruder=Actor(id=uuid7(), tenant_id=home, roles=frozenset()),
    )


def login_of(actor: Actor) -> str:
    """The sign-in name of a cast member."""
    with tenant(actor.tenant_id), transaction.atomic():
        member = Member.objects.select_related("user").get(id=actor.id)
    assert member.user is not None
    return member.user.login
