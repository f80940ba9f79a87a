"""What every template knows: menu, reader, purpose, demo, language. Read from the request alone; nothing is queried here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from fengni.apps.accounts.forms import ROLE_ORDER
from fengni.apps.common.language import lang, said
from fengni.core.access.actor import Actor
from fengni.definitions import has_text, texts
from fengni.web import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the shell.

    nav (tuple of navigation.Item), actor (Actor or None), me (name, roles, tenant), purpose (sentence or empty), purpose_code,
    purposes (choices), demo (bool), lang ("zh" or "en"), places (paths by use), csp_nonce.
    """
    actor: Actor | None = getattr(request, "actor", None)
    badges: Mapping[str, int] = getattr(request, "badges", {})
    return {
        "nav": navigation.menu(roles=actor.roles, path=request.path, badges=badges) if actor else (),
        "actor": actor,
        "me": {
            "name": getattr(request, "member_name", ""),
            "roles": [said(f"role.{role}") for role in ROLE_ORDER if role in actor.roles] if actor else [],
            "tenant": getattr(request, "tenant_name", ""),
        },
        "purpose": purpose_sentence(request, actor),
        "purpose_code": request.session.get("purpose", "") if actor else "",
        "purposes": purposes(),
        "demo": bool(getattr(request, "demo", False)),
        "lang": lang(),
        "places": navigation.places(),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }


def purposes() -> list[tuple[str, str]]:
    """Every purpose somebody may work for: code and words, in the order of the catalogue."""
    return [(code, said(code)) for code in texts() if code.startswith("purpose.")]


def purpose_sentence(request: HttpRequest, actor: Actor | None) -> str:
    """The purpose in force, in words, with the matter if one is set; empty when none was chosen.

    A view sets `request.purpose` (a code, or (code, matter number)) for its page; otherwise the session's last choice holds.
    """
    chosen = getattr(request, "purpose", None)
    if chosen is None and actor is not None and hasattr(request, "session"):
        chosen = request.session.get("purpose")
    if not chosen:
        return ""
    code, *rest = (chosen,) if isinstance(chosen, str) else tuple(chosen)
    words = said(code) if has_text(code) else ""
    return " · ".join(part for part in (words, *map(str, rest)) if part)
