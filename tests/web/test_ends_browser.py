"""The end of a matter in Chromium: the narrow way in, deletion asked on the phone, the deed by two, the three lists."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.apps.cases import services as cases
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.links import NewLink
from fengni.apps.matters import services as matters
from fengni.apps.matters.queries import matter_page
from tests.apps.guests.inviting import Invited, change, come_in, pass_hold
from tests.apps.matters.making import Made, settle
from tests.apps.matters.portal import mine
from tests.cast import now
from tests.web.browsing import Open, Screen, look

pytestmark = pytest.mark.browser


def _look(shown: Screen, page: Page, name: str) -> None:
    """One screen at both widths."""
    look(shown, f"ends/{name}", page=page, widths=(1440, 375))


def test_from_closing_to_three_lists(screen: Open) -> None:
    one = mine()
    cast = one.cast
    settle(cast, Made(one.client_id, one.matter_id, one.person_id, one.shareholder))
    licence = matters.take_original(
        actor=cast.owner, at=now(), matter_id=one.matter_id, code="licence_original", person_id=one.person_id
    ).value
    matters.give_original(actor=cast.owner, at=now(), original_id=licence, person_id=one.person_id)
    matters.close_matter(actor=cast.owner, at=now(), matter_id=one.matter_id, reason="改由本人办理")
    pass_hold(cast.tenant_id, one.link_id)
    change(cast.tenant_id, one.link_id, codes=0, codes_since=None)
    at = now()
    link = Invited(cast, one.client_id, one.person_id, NewLink(one.guest.id, one.link_id, one.path, at, at))
    key = come_in(link).cookies["fengni_guest"].value
    phone, english = screen(width=375), screen(width=375, lang="en")
    for shown in (phone, english):
        shown.context.add_cookies([{"name": "fengni_guest", "value": key, "url": shown.address}])
    page = phone.open("/my/")
    _look(phone, page, "closed")
    page.get_by_role("button", name="我已收到").click()
    expect(page.locator(".portal-originals .state-ok")).to_be_visible()
    _look(english, english.open("/cases/my/closed/"), "closed-en")
    access = cases.raise_right(actor=one.guest, at=now(), right="access").value
    cases.answer_right(actor=cast.dpo, at=now(), case_id=access, granted=True, reason="请看清单")
    _look(phone, phone.open(reverse("cases:held", args=[access])), "held")
    page = phone.open("/cases/my/rights/delete/")
    _look(phone, page, "delete")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/cases/my/rights/")

    with tenant(cast.tenant_id):
        number = matter_page(actor=cast.lead, at=now(), matter_id=one.matter_id).row.number
    dpo, lead = screen(cast.dpo), screen(cast.lead)
    page = dpo.open("/cases/")
    page.locator("td a[href^='/cases/']").first.click()
    page.locator("#id_number").wait_for()
    _look(dpo, page, "case-waiting")
    case = page.url
    page.locator("#id_number").fill(number)
    page.locator(".danger button").click()
    expect(page.locator(".notice-running")).to_be_visible()
    _look(dpo, page, "case-proposed")
    disposal = page.locator("a[href^='/disposals/']").last.get_attribute("href")
    assert disposal is not None
    second = lead.open(disposal)
    second.locator("#id_number").fill(number)
    second.locator(".danger button").click()
    expect(second.locator(".v-destroyed").first).to_be_visible()
    _look(lead, second, "disposal-for-case")
    page = dpo.open(case.replace(dpo.address, ""))
    expect(page.locator("input[name=granted][value='1']")).to_be_enabled()
    _look(dpo, page, "case-done")
    page.locator("input[name=granted][value='1']").check()
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/cases/")
    page = phone.open("/cases/my/rights/")
    expect(page.locator(".facts").first).to_be_visible()
    _look(phone, page, "rights-lists")
    _look(english, english.open("/cases/my/rights/"), "rights-lists-en")
    page = lead.open(reverse("vault:person", args=[one.client_id, one.person_id]))
    expect(page.locator(".v-destroyed").first).to_be_visible()
    _look(lead, page, "person-destroyed")
