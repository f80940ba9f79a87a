"""The REST interface, version 1.

Masked by default; a clear value leaves only by POST …/reveal with purpose and reason. Errors are problem+json
(RFC 9457) with `title` and `title_zh`. A caller is a bearer token (acts as its member) or the console's session with
its CSRF token.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from fengni.apps.accounts.api import router as accounts
from fengni.apps.accounts.authentication import client_address
from fengni.apps.accounts.queries import actor_of, actor_of_token, admit
from fengni.apps.agreements.api import router as agreements
from fengni.apps.approvals.api import router as approvals
from fengni.apps.cases.api import router as cases
from fengni.apps.common.tenancy import set_tenant
from fengni.apps.consents.api import router as consents
from fengni.apps.disposals.api import router as disposals
from fengni.apps.guests.api import router as guests
from fengni.apps.imports.api import router as imports
from fengni.apps.ledger.api import router as ledger
from fengni.apps.matters.api import router as matters
from fengni.apps.measures.api import router as measures
from fengni.apps.reach.api import router as reach
from fengni.apps.rotations.api import router as rotations
from fengni.apps.tokens.api import router as tokens
from fengni.apps.vault.api import router as vault
from fengni.core.access.actor import Actor
from fengni.core.errors import FengniError
from fengni.definitions import has_text, text
from fengni.web.errors import record_refused_read, status_of


class Token(HttpBearer):
    """`Authorization: Bearer fgn_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = actor_of_token(token, datetime.now(UTC), address=client_address(request))
        return _bind(request, actor)


class Session(SessionAuth):
    """The console's own session; POSTs need its CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        actor = actor_of(
            request.user, session_key=request.session.session_key or "", address=client_address(request), channel="api"
        )
        return _bind(request, actor)


def _bind(request: HttpRequest, actor: Actor | None) -> Actor | None:
    if actor is not None:
        set_tenant(actor.tenant_id)  # reset by the middleware when the response has gone
        request.actor = actor  # type: ignore[attr-defined]  # our own attribute
        admit(actor=actor, at=datetime.now(UTC))
    return actor


api = NinjaAPI(
    title="Fengni 封泥",
    version="1",
    description="Client information stays sealed while an enterprise changes its registration.",
    auth=[Token(), Session()],
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", vault)
api.add_router("/agreements", agreements)
api.add_router("/approvals", approvals)
api.add_router("/cases", cases)
api.add_router("/consents", consents)
api.add_router("/disposals", disposals)
api.add_router("/tokens", tokens)
api.add_router("/imports", imports)
api.add_router("/invitations", guests)
api.add_router("/ledger", ledger)
api.add_router("/matters", matters)
api.add_router("/measures", measures)
api.add_router("/people", accounts)
api.add_router("/reach", reach)
api.add_router("/rotations", rotations)


def problem(code: str, status: int, **params: str | int) -> HttpResponse:
    """A problem document; never personal values."""
    known = has_text(code)
    body: dict[str, Any] = {
        "type": f"urn:fengni:{code}",
        "status": status,
        "title": text(code, "en", **params) if known else code,
        "title_zh": text(code, "zh", **params) if known else code,
        **params,
    }
    readable = {"ensure_ascii": False}
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params=readable)


@api.exception_handler(FengniError)
def on_error(request: HttpRequest, error: FengniError) -> HttpResponse:
    """Our errors with their own status."""
    record_refused_read(request, error)
    return problem(error.code, status_of(error), **error.params)


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in."""
    return problem("access.sign-in-required", 401)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request has the wrong shape; places are named, values are not."""
    places = sorted({".".join(str(p) for p in e["loc"] if p not in ("body", "query", "path")) for e in error.errors})
    return problem("api.wrong-shape", 422, places=", ".join(places))
