"""A guest's way in on a phone, and the inviter's screens: pictures, axe, nothing wider than the window."""

from __future__ import annotations

import pytest

from tests.apps.guests.inviting import Invited, digits, invite, invited, message, pass_hold, work, wrong
from tests.web.browsing import Open, look, ways

pytestmark = pytest.mark.browser
BOTH = (375, 1440)


@pytest.mark.parametrize(("width", "lang"), ways((375, "zh-hans"), (1440, "en")))
def test_a_guest_comes_in(screen: Open, width: int, lang: str) -> None:
    one = invited(held=True)
    shown = screen(width=width, lang=lang)
    page = shown.open(one.path)
    look(shown, "guests/held", widths=BOTH)
    pass_hold(one.cast.tenant_id, one.made.link_id)
    page = shown.open(one.path)
    look(shown, "guests/landing", widths=BOTH)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    look(shown, "guests/code", widths=BOTH)
    assert work(one.made.link_id) == 1
    code = digits(message(one.cast.tenant_id))
    page.locator("#code").fill(wrong(code))
    page.locator(".code-form button").click()
    page.locator("#code-error").wait_for()
    look(shown, "guests/code-wrong", widths=BOTH)
    with shown.context.expect_page() as opened:
        page.locator("a[target=phone]").click()
    opened.value.wait_for_load_state()
    look(shown, "guests/phone", page=opened.value, widths=BOTH)
    opened.value.close()
    page.locator("#code").fill(f"{code[:3]} {code[3:]}")
    page.locator(".code-form button").click()
    page.wait_for_url("**/my/**")
    look(shown, "guests/home", widths=BOTH)
    page.locator(".portal-foot form").first.locator("button").click()
    page.wait_for_load_state()
    look(shown, "guests/no-session", widths=BOTH)


def test_links_that_open_nothing(screen: Open) -> None:
    one = invited()
    shown = screen(width=375)
    shown.open(f"/p/{'a' * 52}/")
    look(shown, "guests/guessed", widths=BOTH)
    invite(one.cast.owner, one.client_id, one.person_id)
    shown.open(one.path)
    look(shown, "guests/recalled", widths=BOTH)


@pytest.mark.parametrize(("width", "lang"), ways((1440, "zh-hans"), (375, "en")))
def test_an_inviter_invites_and_takes_back(screen: Open, width: int, lang: str) -> None:
    one: Invited = invited()
    shown = screen(one.cast.owner, width=width, lang=lang)
    page = shown.open(f"/invitations/new/{one.client_id}/{one.person_id}/")
    look(shown, "guests/invite", widths=BOTH)
    page.locator("main form .btn-primary").click()
    page.locator(".invited").wait_for()
    look(shown, "guests/invited", widths=BOTH)
    page.locator(".card > .foot a").click()
    page.locator(".figures").wait_for()
    look(shown, "guests/invitation", widths=BOTH)
    page.locator("form[action$='/recall/'] button").click()
    page.locator(".notice-ok").wait_for()
    look(shown, "guests/taken-back", widths=BOTH)


def test_a_code_is_read_out(screen: Open) -> None:
    one = invited(contact="")
    staff = screen(one.cast.owner)
    page = staff.open(f"/invitations/{one.made.link_id}/")
    page.locator("form[action$='/read-out/'] button").click()
    page.locator(".readout-code").wait_for()
    look(staff, "guests/read-out")
    code = "".join(page.locator(".readout-code span").all_inner_texts())
    guest = screen(width=375)
    page = guest.open(one.path)
    page.locator("main form button").click()
    page.locator("#code").fill(code)
    page.locator(".code-form button").click()
    page.wait_for_url("**/my/**")
    look(guest, "guests/home-staff")
    guest.open("/my/confirm/")
    look(guest, "guests/confirm")
