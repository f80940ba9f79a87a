"""A guest's way in on a phone, and the inviter's screens: pictures, axe, nothing wider than the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.apps.guests.inviting import Invited, digits, invite, invited, message, pass_hold, work, wrong
from tests.web.browsing import ARTIFACTS, Open, Screen
from tests.web.test_screens import _SERIOUS, AXE

pytestmark = pytest.mark.browser


def _look(shown: Screen, page: Page, name: str, width: int, lang: str) -> None:
    """Take a picture; fail for what axe calls serious and for what is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.locator("h1").count() == 1
    complaints = list(shown.complaints)
    page.evaluate(AXE)
    assert page.evaluate(_SERIOUS) == []
    shown.complaints[:] = complaints  # axe itself trips over our policy on inline styles
    folder = ARTIFACTS / "guests"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{width}-{lang}.png", full_page=True)


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [375, 1440])
def test_a_guest_comes_in(screen: Open, width: int, lang: str) -> None:
    one = invited(held=True)
    shown = screen(width=width, lang=lang)
    page = shown.open(one.path)
    _look(shown, page, "held", width, lang)
    pass_hold(one.cast.tenant_id, one.made.link_id)
    page = shown.open(one.path)
    _look(shown, page, "landing", width, lang)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    _look(shown, page, "code", width, lang)
    assert work(one.made.link_id) == 1
    code = digits(message(one.cast.tenant_id))
    page.locator("#code").fill(wrong(code))
    page.locator(".code-form button").click()
    page.locator("#code-error").wait_for()
    _look(shown, page, "code-wrong", width, lang)
    with shown.context.expect_page() as opened:
        page.locator("a[target=phone]").click()
    opened.value.wait_for_load_state()
    _look(shown, opened.value, "phone", width, lang)
    opened.value.close()
    page.locator("#code").fill(f"{code[:3]} {code[3:]}")
    page.locator(".code-form button").click()
    page.wait_for_url("**/my/**")
    _look(shown, page, "home", width, lang)
    page.locator(".portal-foot form").first.locator("button").click()
    page.wait_for_load_state()
    _look(shown, page, "no-session", width, lang)


@pytest.mark.parametrize("width", [375, 1440])
def test_links_that_open_nothing(screen: Open, width: int) -> None:
    one = invited()
    shown = screen(width=width)
    _look(shown, shown.open(f"/p/{'a' * 52}/"), "guessed", width, "zh")
    invite(one.cast.owner, one.client_id, one.person_id)
    _look(shown, shown.open(one.path), "recalled", width, "zh")


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [375, 1440])
def test_an_inviter_invites_and_takes_back(screen: Open, width: int, lang: str) -> None:
    one: Invited = invited()
    shown = screen(one.cast.owner, width=width, lang=lang)
    page = shown.open(f"/invitations/new/{one.client_id}/{one.person_id}/")
    _look(shown, page, "invite", width, lang)
    page.locator("main form .btn-primary").click()
    page.locator(".invited").wait_for()
    _look(shown, page, "invited", width, lang)
    page.locator(".card > .foot a").click()
    page.locator(".figures").wait_for()
    _look(shown, page, "invitation", width, lang)
    page.locator("form[action$='/recall/'] button").click()
    page.locator(".notice-ok").wait_for()
    _look(shown, page, "taken-back", width, lang)


def test_a_code_is_read_out(screen: Open) -> None:
    one = invited(contact="")
    staff = screen(one.cast.owner)
    page = staff.open(f"/invitations/{one.made.link_id}/")
    page.locator("form[action$='/read-out/'] button").click()
    page.locator(".readout-code").wait_for()
    _look(staff, page, "read-out", 1440, "zh")
    code = "".join(page.locator(".readout-code span").all_inner_texts())
    guest = screen(width=375)
    page = guest.open(one.path)
    page.locator("main form button").click()
    page.locator("#code").fill(code)
    page.locator(".code-form button").click()
    page.wait_for_url("**/my/**")
    _look(guest, page, "home-staff", 375, "zh")
    guest.open("/my/confirm/")
    _look(guest, guest.page, "confirm", 375, "zh")
