"""The portal's door for the pages of every area."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from fengni.apps.common.tenancy import current_tenant
from fengni.apps.guests.doors import COOKIE, GuestRequest, portal_page
from fengni.core.errors import BadInput, Denied
from tests.apps.guests.inviting import Invited, come_in, invited
from tests.apps.vault.files import refusals


def asked(browser: Client, method: str = "get", **headers: str) -> GuestRequest:
    """A request with a guest's cookie."""
    request = getattr(RequestFactory(SERVER_NAME="127.0.0.1", headers=headers), method)("/consents/my/")
    request.COOKIES[COOKIE] = browser.cookies[COOKIE].value
    request.session = {}
    request.demo = True
    return request  # type: ignore[no-any-return]  # the factory has no types


@pytest.fixture
def one() -> Invited:
    return invited()


def test_a_page_knows_guest_session_tenant_and_actor(one: Invited) -> None:
    seen: list[object] = []

    @portal_page("client")
    def page(request: GuestRequest) -> HttpResponse:
        seen.extend(
            [request.guest.subject_id, request.actor.roles, request.actor.channel, request.guest_session.assurance]
        )
        seen.extend([current_tenant(), connection.in_atomic_block])
        return HttpResponse(request.guest.id.hex)

    browser = come_in(one)
    assert page(asked(browser)).content.decode() == one.made.guest_id.hex
    client = [one.person_id, frozenset({"client"}), "portal", "independent", one.cast.tenant_id]
    assert seen == [*client, True]
    seen.clear()
    page(asked(browser, "post"))
    assert seen == [*client, False], "a POST's acts open their own transaction"
    assert current_tenant() is None


def test_a_page_of_another_kind_asks_for_the_link(one: Invited) -> None:
    @portal_page("partner")
    def room(request: GuestRequest) -> HttpResponse:
        raise AssertionError("entered")

    assert room(asked(come_in(one))).status_code == 401


def test_refusals_are_sentences_and_stand_in_the_ledger(one: Invited) -> None:
    @portal_page()
    def denied(request: GuestRequest) -> HttpResponse:
        raise Denied("access.scope")

    @portal_page()
    def bad(request: GuestRequest) -> HttpResponse:
        raise BadInput("guests.code-shape")

    browser, before = come_in(one), len(refusals(one.cast.tenant_id, "web:page:read"))
    answer = denied(asked(browser))
    assert answer.status_code == 403
    assert "经办范围" in answer.content.decode()
    assert refusals(one.cast.tenant_id, "web:page:read")[before:] == ["access.scope"]
    assert bad(asked(browser)).status_code == 400
    fragment = denied(asked(browser, **{"hx-request": "true"}))
    assert fragment["HX-Retarget"] == "#toasts"
    assert "<html" not in fragment.content.decode()


def test_what_is_not_there_is_no_console_page(one: Invited) -> None:
    @portal_page()
    def missing(request: GuestRequest) -> HttpResponse:
        raise Http404

    request = asked(come_in(one))
    with pytest.raises(Http404):
        missing(request)
    assert request.actor is None
    assert current_tenant() is None
