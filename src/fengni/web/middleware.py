"""What every request passes: content security policy, language, the actor, errors as sentences."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from fengni.apps.accounts.authentication import client_address
from fengni.apps.accounts.queries import actor_and_name_of, admit, member_names
from fengni.apps.common.tenancy import set_tenant
from fengni.core.errors import Denied, FengniError
from fengni.web.errors import record_refused_read, sentence_response

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """A nonce per response; nothing inline, nothing from elsewhere, no eval."""

    def middleware(request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]  # carried on the request for the templates
        response = get_response(request)
        response["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
            "img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def language(get_response: GetResponse) -> GetResponse:
    """Chinese unless the reader chose English (cookie): the browser's own preference does not decide."""

    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        lang = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(lang):
            request.LANGUAGE_CODE = lang
            response = get_response(request)
        response.setdefault("Content-Language", lang)
        return response

    return middleware


def actor(get_response: GetResponse) -> GetResponse:
    """Binds request.actor and the tenant. GET and HEAD run in one transaction; a POST's acts open their own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]  # our own attribute
        request.demo = settings.DEMO  # type: ignore[attr-defined]  # our own attribute
        if _outlived(request):
            logout(request)
        if request.path.startswith(("/static/", "/api/")) or _for_guests(request.path):
            try:
                return get_response(request)  # REST and the portal bind their own actor
            finally:
                set_tenant(None)
        if not request.user.is_authenticated:
            return get_response(request) if _open_to_anybody(request.path) else _to_sign_in(request)
        try:
            _note_session(request)
            set_tenant(request.user.tenant_id)
            with transaction.atomic() if request.method in {"GET", "HEAD"} else nullcontext():
                response = _as_member(request, get_response)
        except FengniError as error:  # before any view: an account without roles, keys that do not answer
            record_refused_read(request, error)
            return sentence_response(request, error)
        else:
            if refused := getattr(request, "refused", None):
                record_refused_read(request, refused)
            return response
        finally:
            set_tenant(None)

    return middleware


def _as_member(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    """Bind who asks, and let the view answer if this person may be here at all."""
    assert request.user.is_authenticated  # noqa: S101  # checked by the caller; told to the type checker here
    bound, name = actor_and_name_of(
        request.user, session_key=request.session.session_key or "", address=client_address(request)
    )
    request.actor, request.member_name = bound, name  # type: ignore[attr-defined]  # our own attributes
    request.member_names = SimpleLazyObject(member_names)  # type: ignore[attr-defined]  # our own attribute
    request.tenant_name = request.user.tenant.name  # type: ignore[attr-defined]  # our own attribute
    if not request.path.startswith(("/sign-in/", "/language/")):
        try:
            admit(actor=bound, at=datetime.now(UTC))
        except Denied as denied:
            if denied.code != "access.factor-required":
                raise
            if not request.path.startswith("/accounts/"):
                return _lead(request, reverse("mfa_index"))
    return get_response(request)


def _outlived(request: HttpRequest) -> bool:
    """Whether somebody signed in longer ago than a session may last: every page that notes it would prolong it."""
    since: float = request.session.get("since", math.inf)
    return time.time() - since >= settings.SESSION_COOKIE_AGE


def _note_session(request: HttpRequest) -> None:
    """Since when a session lives and where it was seen last: written at most once a minute, because a page that only
    shows must not write."""
    from allauth.usersessions.models import UserSession

    now = int(time.time())
    if now - request.session.get("seen", 0) >= 60:
        UserSession.objects.create_from_request(request)
        request.session["seen"] = now
        request.session.setdefault("since", now)


def _open_to_anybody(path: str) -> bool:
    """Pages that need no sign-in; every other address leads to it, whether it exists or not."""
    return path == "/" or path.startswith(("/sign-in/", "/accounts/", "/language/", "/people/accept/", "/people/demo/"))


def _for_guests(path: str) -> bool:
    """The portal: links, a client's own pages of every area, a partner's room. Whoever signed in is nobody there."""
    first, _, rest = path[1:].partition("/")
    return first in {"p", "my"} or rest.startswith(("my/", "room/"))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the way in, and back afterwards."""
    address = reverse("account_login")
    whole_page = request.method == "GET" and not request.headers.get("HX-Request")
    return _lead(request, f"{address}?{urlencode({'next': request.path})}" if whole_page else address)


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """To another page first; a fragment asks the whole page to go there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def sentences_for_errors(get_response: GetResponse) -> GetResponse:
    """A FengniError that reaches the top becomes a page (or a fragment) with its sentence and what to do."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, FengniError):
            return None
        request.refused = exception  # type: ignore[attr-defined]  # recorded when the page's transaction has ended
        return sentence_response(request, exception)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]  # Django's hook on a function
    return middleware


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The page to go back to: a path of this site only."""
    wanted = request.POST.get("next") or request.META.get("HTTP_REFERER", "")
    parts = urlsplit(wanted)
    if parts.netloc not in {"", request.get_host()} or not parts.path.startswith("/") or parts.path.startswith("//"):
        return reverse(fallback)
    return parts.path
