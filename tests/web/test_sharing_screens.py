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
from tests.web.browsing import Open, Screen, look, ways

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize(("width", "lang"), ways((1440, "zh-hans"), (375, "en")))
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
    look(guest, "sharing/agreement")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/agreements/room/")
    look(guest, "sharing/room-empty")
    staff = screen(cast.owner, width=width, lang=lang)
    page = staff.open(reverse("matters:sharing", args=[matter_id]))
    look(staff, "sharing/of-matter", widths=(1440, 375))
    page = staff.open(reverse("agreements:new_share", args=[client_id, matter_id]))
    page.locator("#partner").select_option(str(partner_id))
    page.locator(f"label:has(input[value='{PURPOSE}'])").click()
    four = ((client_id, "company_name"), (client_id, "uscc"), (person_id, "name"), (person_id, "id_number"))
    for subject, kind in four:
        page.locator(f"label:has(input[value='{subject}:{kind}'])").click()
    page.locator("label:has(input[name=page])").first.click()
    look(staff, "sharing/choose", widths=(1440, 375))
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/agreements/shares/*-*/")
    look(staff, "sharing/preview", widths=(1440, 375))
    share = page.url
    expect(page.locator("form[action$='/send/'] button")).to_be_disabled()
    expect(page.locator("#asks .agreed")).to_have_count(1)
    agree(cast, matter_id, person_id)
    page.reload()
    look(staff, "sharing/agreed", page=page)
    page.locator("form[action$='/send/'] button").click()
    page.locator(".invited").wait_for()
    look(staff, "sharing/sent", widths=(1440, 375))
    path = "/p/" + page.locator(".invited input.mono").input_value().split("/p/")[1]
    sealer.seal_round(at=now())
    _room(guest, cast, path)
    page = staff.open(reverse("agreements:list"))
    look(staff, "sharing/list", widths=(1440, 375))
    page = staff.open(reverse("agreements:partner", args=[partner_id]))
    look(staff, "sharing/partner", widths=(1440, 375))
    page = staff.open(share.removeprefix(staff.address))
    page.locator("form[action$='/recall/'] button").click()
    page.locator(".notice-ok").wait_for()
    look(staff, "sharing/recalled", widths=(1440, 375))
    guest.open(reverse("agreements:room"))
    expect(guest.page.locator(".room")).to_have_count(0)
    expect(staff.page.locator(".agreed:not(#asks *)")).to_have_count(4)
    assert staff.complaints == []
    assert guest.complaints == []


def _room(guest: Screen, cast: Cast, path: str) -> None:
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
    for form in page.locator(".room-subject > form:not(.room-one)").all():
        form.locator("button").click()
        form.locator(".room-values").wait_for()  # what comes in pushes the next button down
    page.locator(".room-one button").click()
    expect(page.locator(".is-clear .v-clear")).to_contain_text(CANARY_ID[-4:])
    look(guest, "sharing/room")
    answer = page.context.request.post(
        guest.address + page.locator(".room-page").get_attribute("action"),  # type: ignore[operator]  # it has one
        headers={"X-CSRFToken": page.locator(".room-page input").input_value(), "Referer": guest.address},
    )
    assert answer.body().startswith(b"\xff\xd8")
