"""What every template knows: menu, reader, purpose, demo, language. Read from the request alone; nothing is queried."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from fengni.apps.accounts.forms import ROLE_ORDER
from fengni.apps.common.language import lang, said
from fengni.core.access.actor import Actor
from fengni.definitions import texts
from fengni.web import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the shell.

    nav (tuple of navigation.Item), actor (Actor or None), me (name, roles, tenant), purpose (words or empty),
    purpose_code, purposes (choices), demo (bool), lang ("zh" or "en"), places (paths by use), csp_nonce.
    """
    actor: Actor | None = getattr(request, "actor", None)
    chosen = request.session.get("purpose", "") if actor else ""
    choices = purposes()
    return {
        "nav": navigation.menu(roles=actor.roles, path=request.path) if actor else (),
        "actor": actor,
        "me": {
            "name": getattr(request, "member_name", ""),
            "roles": [said(f"role.{role}") for role in ROLE_ORDER if role in actor.roles] if actor else [],
            "tenant": getattr(request, "tenant_name", ""),
        },
        "purpose": dict(choices).get(chosen, ""),
        "purpose_code": chosen,
        "purposes": choices,
        "demo": bool(getattr(request, "demo", False)),
        "lang": lang(),
        "places": navigation.places(),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }


def purposes() -> list[tuple[str, str]]:
    """Every purpose somebody may work for: code and words, in the order of the catalogue."""
    return [(code, said(code)) for code in texts() if code.startswith("purpose.")]
