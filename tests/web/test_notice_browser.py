"""What a client is told, in Chromium: house, items and receivers, what is new, and the kept text on both sides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.apps.agreements import services as agreements
from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries
from fengni.demo.team import CONTACT
from tests.apps.agreements.sharing import PURPOSE, partner
from tests.apps.guests.inviting import digits, message, pass_hold, work
from tests.apps.matters.portal import mine
from tests.cast import now
from tests.web.browsing import Open, Screen, look, ways

pytestmark = pytest.mark.browser


def _look(shown: Screen, page: Page, name: str, *widths: int) -> None:
    """One screen at these widths."""
    look(shown, f"notice/{name}", page=page, widths=widths)


@pytest.mark.parametrize("lang", ways("zh-hans", "en"))
def test_what_is_told_what_is_new_and_what_was_kept(screen: Open, lang: str) -> None:
    one = mine()
    cast = one.cast
    pass_hold(cast.tenant_id, one.link_id)
    guest = screen(width=375, lang=lang)
    page = guest.open(one.path)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    assert work(one.link_id) == 1
    page.locator("#code").fill(digits(message(cast.tenant_id)))
    page.locator(".code-form button").click()
    page.locator(".told").wait_for()
    expect(page.locator(".told-who")).to_contain_text(CONTACT.phone)
    expect(page.locator(".told .tag")).to_have_count(0)
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    share = agreements.prepare_share(
        actor=cast.owner, at=now(), client_id=one.client_id, matter_id=one.matter_id, partner_id=partner(cast),
        purpose=PURPOSE, selection=[(one.person_id, "name"), (one.person_id, "id_number")],
        until=now() + timedelta(days=7),
    ).value  # fmt: skip
    page.reload()
    expect(page.locator(".notice-due").first).to_be_visible()
    _look(guest, page, "home", 375)
    page.locator(".notice-due a").first.click()
    expect(page.locator(".told .tag")).to_have_count(1)
    _look(guest, page, "new", 1440, 375)
    page.locator(".consent-row", has=page.locator("[value=partner]")).click()
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    guest.open(reverse("matters:notice"))
    page.locator(".portal-list a").first.click()
    page.locator(".kept summary").click()
    with tenant(cast.tenant_id), transaction.atomic():
        newest = queries.readings(actor=cast.owner, at=now(), matter_id=one.matter_id)[0]
    expect(page.locator(".hash")).to_have_text(newest.text_hash)
    _look(guest, page, "told", 1440, 375)
    staff = screen(cast.owner, width=1440, lang=lang)
    for name, address in (
        ("house", reverse("accounts:house")),
        ("people", reverse("matters:people", args=[one.matter_id])),
        ("told-staff", reverse("matters:told_to", args=[one.matter_id, newest.id])),
        ("preview", reverse("agreements:share", args=[share])),
    ):
        staff.open(address)
        _look(staff, staff.page, name, 375, 1440)
        staff.page.set_viewport_size({"width": 1440, "height": 900})
    assert staff.complaints == []
    assert guest.complaints == []
