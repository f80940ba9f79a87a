"""The request as our middleware leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

from fengni.core.access.actor import Actor


class ActorRequest(HttpRequest):
    """A request whose actor is known: pages behind sign-in and REST calls."""

    actor: Actor
    member_name: str
    member_names: Mapping[UUID, str]  # colleagues by id, read when first asked for
    tenant_name: str
    demo: bool
    csp_nonce: str
