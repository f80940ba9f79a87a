"""From a partner to its room, in Chromium: agreement, share, preview, views one at a time, recall."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from fengni.apps.agreements import services
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests.links import NewLink
from fengni.apps.guests.models import Link
from fengni.apps.ledger import sealer
from tests.apps.agreements.sharing import PURPOSE, agree, partner
from tests.apps.guests.inviting import digits, message, pass_hold, work
from tests.apps.matters.making import open_matter
from tests.apps.vault.files import CANARY_ID, make_client, make_person
from tests.apps.vault.uploads import upload
from tests.cast import Cast, assemble, now
from tests.web.browsing import ARTIFACTS, Open, Screen
from tests.web.test_screens import _SERIOUS, AXE

pytestmark = pytest.mark.browser


def _look(shown: Screen, page: Page, name: str, width: int, lang: str) -> None:
    """Take a picture; fail for what axe calls serious and for what is wider than the window."""
    folder = ARTIFACTS / "sharing"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{width}-{lang}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.locator("h1").count() == 1
    complaints = list(shown.complaints)
    page.evaluate(AXE)
    assert page.evaluate(_SERIOUS) == []
    shown.complaints[:] = complaints


def _enter(shown: Screen, cast: Cast, made: NewLink) -> Page:
    """Come in by a link and the code that a demonstration's phone shows."""
    pass_hold(cast.tenant_id, made.link_id)
    page = shown.open(made.path)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    assert work(made.link_id) == 1
    page.locator("#code").fill(digits(message(cast.tenant_id)))
    page.locator(".code-form button").click()
    return page


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh-hans"), (375, "zh-hans"), (375, "en"), (1440, "en")])
def test_a_partner_sees_four_fields_under_an_agreement(screen: Open, width: int, lang: str) -> None:
    cast = assemble()
    client_id = make_client(cast.owner)
    person_id = make_person(cast.owner, client_id)
    matter_id, _item = open_matter(cast.owner, client_id, person_id)
    upload(cast.owner, client_id, person_id)
    partner_id = partner(cast, agreed=False)
    made = services.invite_partner(
        actor=cast.owner, at=now(), partner_id=partner_id, expires_at=now() + timedelta(days=7)
    ).value
    sealer.seal_round(at=now())
    guest = screen(width=375, lang=lang)
    page = _enter(guest, cast, made)
    page.locator(".clauses").wait_for()
    _look(guest, page, "agreement", 375, lang)
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/agreements/room/")
    _look(guest, page, "room-empty", 375, lang)
    staff = screen(cast.owner, width=width, lang=lang)
    page = staff.open(reverse("matters:sharing", args=[matter_id]))
    _look(staff, page, "of-matter", width, lang)
    page = staff.open(reverse("agreements:new_share", args=[client_id, matter_id]))
    page.locator("#partner").select_option(str(partner_id))
    page.locator(f"label:has(input[value='{PURPOSE}'])").click()
    four = ((client_id, "company_name"), (client_id, "uscc"), (person_id, "name"), (person_id, "id_number"))
    for subject, kind in four:
        page.locator(f"label:has(input[value='{subject}:{kind}'])").click()
    page.locator("label:has(input[name=page])").first.click()
    _look(staff, page, "choose", width, lang)
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/agreements/shares/*-*/")
    _look(staff, page, "preview", width, lang)
    share = page.url
    expect(page.locator("form[action$='/send/'] button")).to_be_disabled()
    expect(page.locator("#asks .agreed")).to_have_count(1)
    agree(cast, matter_id, person_id)
    page.reload()
    _look(staff, page, "agreed", width, lang)
    page.locator("form[action$='/send/'] button").click()
    page.locator(".invited").wait_for()
    _look(staff, page, "sent", width, lang)
    path = "/p/" + page.locator(".invited input.mono").input_value().split("/p/")[1]
    sealer.seal_round(at=now())
    _room(guest, cast, path, lang)
    page = staff.open(reverse("agreements:list"))
    _look(staff, page, "list", width, lang)
    page = staff.open(reverse("agreements:partner", args=[partner_id]))
    _look(staff, page, "partner", width, lang)
    page = staff.open(share.removeprefix(staff.address))
    page.locator("form[action$='/recall/'] button").click()
    page.locator(".notice-ok").wait_for()
    _look(staff, page, "recalled", width, lang)
    guest.open(reverse("agreements:room"))
    expect(guest.page.locator(".room")).to_have_count(0)
    expect(staff.page.locator(".agreed")).to_have_count(4)
    assert staff.complaints == []
    assert guest.complaints == []


def _room(guest: Screen, cast: Cast, path: str, lang: str) -> None:
    """One subject's open fields together, the number alone, the picture with its mark."""
    with tenant(cast.tenant_id), transaction.atomic():
        link_id = Link.objects.order_by("-created_at").values_list("id", flat=True)[0]
    pass_hold(cast.tenant_id, link_id)
    page = guest.open(path)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    assert work(link_id) == 1
    page.locator("#code").fill(digits(message(cast.tenant_id)))
    page.locator(".code-form button").click()
    page.wait_for_url("**/agreements/room/")
    for button in page.locator(".room-subject > form:not(.room-one) button").all():
        button.click()
    page.locator(".room-one button").click()
    expect(page.locator(".is-clear .v-clear")).to_contain_text(CANARY_ID[-4:])
    _look(guest, page, "room", 375, lang)
    answer = page.context.request.post(
        guest.address + page.locator(".room-page").get_attribute("action"),  # type: ignore[operator]  # it has one
        headers={"X-CSRFToken": page.locator(".room-page input").input_value(), "Referer": guest.address},
    )
    assert answer.body().startswith(b"\xff\xd8")
