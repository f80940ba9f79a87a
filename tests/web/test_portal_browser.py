"""A client on a phone: link, code, five cards, consent, a photo taken sideways, and what becomes of it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.matters.models import Item
from tests.apps.guests.inviting import digits, message, pass_hold, work
from tests.apps.matters.portal import Mine, mine
from tests.cast import now
from tests.core.pictures.samples import jpeg
from tests.web.browsing import ARTIFACTS, Open, Screen
from tests.web.test_screens import _SERIOUS, AXE

pytestmark = pytest.mark.browser
FRONT = "new_representative_id_front"


def _look(shown: Screen, page: Page, name: str, lang: str) -> None:
    """Take a picture; fail for what axe calls serious and for what is wider than the window."""
    folder = ARTIFACTS / "portal"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{lang}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.locator("h1").count() == 1
    complaints = list(shown.complaints)
    page.evaluate(AXE)
    assert page.evaluate(_SERIOUS) == []
    shown.complaints[:] = complaints


def _enter(shown: Screen, one: Mine) -> Page:
    pass_hold(one.cast.tenant_id, one.link_id)
    page = shown.open(one.path)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    assert work(one.link_id) == 1
    page.locator("#code").fill(digits(message(one.cast.tenant_id)))
    page.locator(".code-form button").click()
    page.locator(".told").wait_for()
    return page


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_a_photo_is_handed_in_and_seen_again(screen: Open, lang: str) -> None:
    one = mine()
    shown = screen(width=375, lang=lang)
    page = _enter(shown, one)
    _look(shown, page, "notice", lang)
    assert page.locator(".consent-row input:checked").count() == 0
    for box in page.locator(".consent-row").all():
        box.click()
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    _look(shown, page, "home", lang)
    item = one.item(FRONT)
    page.locator(f"a[href='{reverse('matters:my_item', args=[item.id])}']").click()
    page.locator("[data-upload]").wait_for()
    _look(shown, page, "item", lang)
    page.locator("[data-file]").nth(1).set_input_files(
        {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": jpeg()}
    )
    page.wait_for_url("**/matters/my/")
    assert one.item(FRONT).state == "received"
    _look(shown, page, "home-received", lang)
    sealer.seal_round(at=now())
    page.locator(f"a[href='{reverse('matters:my_item', args=[item.id])}']").click()
    page.locator("form[hx-post] button").click()
    page.locator(".own-picture").wait_for()
    _look(shown, page, "own", lang)
    assert shown.complaints == []


def test_a_refused_consent_leads_to_paper_and_a_wrong_file_gets_its_sentence(screen: Open) -> None:
    one = mine()
    shown = screen(width=375)
    page = _enter(shown, one)
    page.locator(".consent-row").first.click()
    page.locator("main form .btn-primary").click()
    page.goto(shown.address + reverse("matters:my_item", args=[one.item(FRONT).id]))
    expect(page.locator("main")).to_contain_text("带原件到柜台")
    _look(shown, page, "needs-consent", "zh-hans")
    one.consent()
    page.reload()
    for buffer, words in ((b"", "空的"), (b"MZ" + b"\0" * 2000, "")):
        page.locator("[data-file]").nth(1).set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": buffer}
        )
        expect(page.locator(".upload-bad")).to_be_visible()
        expect(page.locator(".upload-bad")).to_contain_text(words)
    _look(shown, page, "wrong-file", "zh-hans")
    with tenant(one.cast.tenant_id), transaction.atomic():
        assert Item.objects.get(id=one.item(FRONT).id).state == "wanted"


def test_a_broken_connection_goes_on_where_it_stopped(screen: Open) -> None:
    one = mine()
    one.consent()
    shown = screen(width=375)
    pass_hold(one.cast.tenant_id, one.link_id)
    page = shown.open(one.path)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    assert work(one.link_id) == 1
    page.locator("#code").fill(digits(message(one.cast.tenant_id)))
    page.locator(".code-form button").click()
    page.locator(".portal-list").first.wait_for()
    page.goto(shown.address + reverse("matters:my_item", args=[one.item(FRONT).id]))
    page.locator("[data-upload]").evaluate("form => { form.dataset.piece = '1000' }")
    broken = []

    def break_once(route: Route) -> None:
        if len(broken) < 2 and not route.request.url.endswith("/0/"):
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/matters/my/items/*/*/*/", break_once)
    page.locator("[data-file]").nth(1).set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    )
    page.wait_for_url("**/matters/my/")
    assert len(broken) == 2
    assert one.item(FRONT).state == "received"
    shown.complaints.clear()  # the browser reports the connections that were cut
