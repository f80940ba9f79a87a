"""The request as our middleware leaves it."""

from __future__ import annotations

from django.http import HttpRequest

from fengni.core.access.actor import Actor


class ActorRequest(HttpRequest):
    """A request whose actor is known: pages behind sign-in and REST calls."""

    actor: Actor
    member_name: str
    tenant_name: str
    demo: bool
    csp_nonce: str
