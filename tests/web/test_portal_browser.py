"""A client on a phone: link, code, five cards, consent, a photo taken sideways, and what becomes of it."""

from __future__ import annotations

import io
from base64 import b64decode
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, Route, expect

from fengni.apps.common.tenancy import tenant
from fengni.apps.consents import queries
from fengni.apps.guests import services as guests
from fengni.apps.ledger import sealer
from tests.apps.guests.inviting import digits, message, pass_hold, work
from tests.apps.matters.portal import Mine, mine
from tests.apps.vault.files import entries
from tests.cast import now
from tests.core.pictures.samples import MARK, heic, jpeg, locked_pdf, pdf
from tests.web.browsing import Open, Screen, look, ways

pytestmark = pytest.mark.browser
FRONT = "new_representative_id_front"
ALBUM = 1


def _look(shown: Screen, page: Page, name: str) -> None:
    """A screen on a phone, and nothing on it that a thumb would miss."""
    look(shown, f"portal/{name}", page=page)
    targets = page.locator("main .btn, main .portal-list a, main label.consent-row")
    assert [box for one in targets.all() if (box := one.bounding_box()) and box["height"] < 44] == []


def _open(shown: Screen, one: Mine) -> Page:
    pass_hold(one.cast.tenant_id, one.link_id)
    page = shown.open(one.path)
    page.locator("main form button").click()
    page.locator("#code").wait_for()
    return page


def _enter(shown: Screen, one: Mine) -> Page:
    """Come in with the code that was sent: two taps."""
    page = _open(shown, one)
    assert work(one.link_id) == 1
    page.locator("#code").fill(digits(message(one.cast.tenant_id)))
    page.locator(".code-form button").click()
    page.locator(".portal-head").wait_for()
    return page


def _to_item(shown: Screen, page: Page, one: Mine) -> None:
    page.goto(shown.address + reverse("matters:my_item", args=[one.item(FRONT).id]))


def _choose(page: Page, content: bytes, name: str = "IMG_0001.JPG", kind: str = "image/jpeg") -> None:
    page.locator("[data-file]").nth(ALBUM).set_input_files({"name": name, "mimeType": kind, "buffer": content})


def _count_taps(shown: Screen) -> list[str]:
    """From now on, every touch of the screen by what it was on."""
    taps: list[str] = []

    def tapped(what: str) -> None:
        taps.append(what)

    shown.context.expose_function("tapped", tapped)
    shown.context.add_init_script("addEventListener('pointerdown', e => tapped(e.target.outerHTML.slice(0, 80)), true)")
    return taps


def _own_picture(page: Page) -> tuple[bytes, Image.Image]:
    """The display copy as it came."""
    page.locator("form[hx-post] button").first.click()
    page.locator(".own-picture").wait_for()
    source = str(page.locator(".own-picture").get_attribute("src"))
    raw = b64decode(source.split(",", 1)[1])
    return raw, Image.open(io.BytesIO(raw)).convert("RGB")


@pytest.mark.parametrize("lang", ways("en", "zh-hans"))
def test_six_taps_from_the_link_to_a_photo_that_stands_upright(screen: Open, lang: str) -> None:
    one = mine()
    shown = screen(width=375, lang=lang)
    taps = _count_taps(shown)
    page = _enter(shown, one)  # the first two
    _look(shown, page, "notice")
    assert page.locator(".told > li").count() == 5
    assert page.locator("main input[type=checkbox]").count() == 1  # no partner is named, so none is asked about
    assert page.locator("main input:checked").count() == 0
    page.locator(".consent-row", has=page.locator("[value=sensitive]")).click()
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    _look(shown, page, "home")
    row = page.locator(f"a[href='{reverse('matters:my_item', args=[one.item(FRONT).id])}']")
    row.click()
    page.locator("[data-upload]").wait_for()
    _look(shown, page, "item")
    with page.expect_file_chooser() as chooser:
        page.locator("label", has=page.locator("[data-file]")).nth(ALBUM).click()  # the sixth
    turned = jpeg(6)  # taken with the phone turned by a quarter
    chooser.value.set_files({"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": turned})
    page.wait_for_url("**/matters/my/")
    assert len(taps) == 6, taps  # from the link to the picture; typing the code is none
    assert one.item(FRONT).state == "received"
    removed = str(entries(one.cast.tenant_id)[-1]["facts"]["removed"]).split(".")
    assert "gps" in removed
    _look(shown, page, "home-received")
    sealer.seal_round(at=now())
    row.click()
    raw, picture = _own_picture(page)
    assert picture.width < picture.height, "the picture lies on its side"
    red, green, blue = picture.getpixel((picture.width - 8, 8))  # type: ignore[misc]  # a pixel of RGB
    assert red > 150
    assert max(green, blue) < 110
    assert MARK not in raw
    assert dict(Image.open(io.BytesIO(raw)).getexif()) == {}
    _look(shown, page, "own")
    staff = screen(actor=one.cast.owner, width=375, lang=lang)
    board = staff.open(reverse("matters:page", args=[one.matter_id]))
    expect(board.locator(".item-received", has_text={"en": "picture"}.get(lang, "人像面")).first).to_be_visible()
    assert shown.complaints == []


def test_a_photo_of_an_iphone_and_every_page_of_a_pdf_are_shown(screen: Open) -> None:
    one = mine()
    one.consent()
    shown = screen(width=375)
    page = _enter(shown, one)
    for content, kind, pages in ((heic(), "image/heic", 1), (pdf(2), "application/pdf", 2)):
        _to_item(shown, page, one)
        _choose(page, content, "IMG_2.HEIC", kind)
        page.wait_for_url("**/matters/my/")
        sealer.seal_round(at=now())
        _to_item(shown, page, one)
        first, _picture = _own_picture(page)
        assert MARK not in first
        if pages > 1:
            page.locator("#own-picture form button").click()
            expect(page.locator("#own-picture form")).to_have_count(0)
            assert b64decode(str(page.locator(".own-picture").get_attribute("src")).split(",", 1)[1]) != first
    assert shown.complaints == []


def test_a_refused_consent_leads_to_paper_and_takes_nothing_away(screen: Open) -> None:
    one = mine()
    shown = screen(width=375)
    page = _enter(shown, one)
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    assert page.locator(".portal-list").first.locator("li").count() == 4
    _to_item(shown, page, one)
    expect(page.locator("main")).to_contain_text("带原件到柜台")
    assert page.locator("[data-file]").count() == 0
    _look(shown, page, "needs-consent")
    page.goto(shown.address + reverse("matters:my_item", args=[one.item("new_representative_identity").id]))
    assert page.locator("main form").count() == 1, "what rests on the contract goes on"
    page.goto(shown.address + reverse("matters:notice"))
    page.locator(".consent-row", has=page.locator("[value=sensitive]")).click()
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    _to_item(shown, page, one)
    assert page.locator("[data-file]").count() == 2
    assert shown.complaints == []


def test_each_wrong_file_gets_its_sentence_and_the_next_one_goes_through(screen: Open, tmp_path: Path) -> None:
    one = mine()
    one.consent()
    shown = screen(width=375)
    page = _enter(shown, one)
    _to_item(shown, page, one)
    for content, words in (
        (b"", "文件是空的"),
        (b"MZ" + bytes(2000), "程序文件"),
        (locked_pdf(), "有密码"),
        (jpeg()[:900], "请重新"),
        (b"a letter, not a picture", "认不出"),
    ):
        _choose(page, content)
        expect(page.locator(".upload-bad")).to_contain_text(words)
        expect(page.locator(".upload-say")).to_contain_text("四角")
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate((32 << 20) + 1)
    page.locator("[data-file]").nth(ALBUM).set_input_files(large)  # by its path: bytes would travel as text
    expect(page.locator(".upload-bad")).to_contain_text("超过 32 MB")
    _look(shown, page, "wrong-file")
    assert one.item(FRONT).state == "wanted"
    _choose(page, jpeg())
    page.wait_for_url("**/matters/my/")
    assert one.item(FRONT).state == "received"


def test_a_broken_connection_goes_on_by_itself_and_after_a_reload(screen: Open) -> None:
    one = mine()
    one.consent()
    shown = screen(width=375)
    page = _enter(shown, one)
    asked: list[int] = []
    broken: list[int] = []
    most = 1000

    def cut(route: Route) -> None:
        position = int(route.request.url.rstrip("/").rsplit("/", 1)[1])
        asked.append(position)
        if position and len(broken) < most:
            broken.append(position)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/matters/my/items/*/*/*/", cut)
    _to_item(shown, page, one)
    page.locator("[data-upload]").evaluate("form => { form.dataset.piece = '1000' }")
    _choose(page, jpeg())
    expect(page.locator(".upload-bad")).to_contain_text("会自动接着传")
    _look(shown, page, "broken")
    assert one.item(FRONT).state == "wanted"
    page.reload()  # the client closes the page and comes back
    most = len(broken) + 1  # and the connection breaks once more
    before = len(asked)
    _choose(page, jpeg())
    page.wait_for_url("**/matters/my/")
    assert asked[0] == 0
    assert asked[before:] == [1000, 1000], "it went on where it stopped"
    assert one.item(FRONT).state == "received"
    shown.complaints.clear()  # the browser reports the connections that were cut


def test_a_code_that_staff_read_out_takes_no_picture_until_the_client_confirms(screen: Open) -> None:
    one = mine()
    shown = screen(width=375)
    page = _open(shown, one)
    read = guests.read_out_code(actor=one.cast.owner, at=now(), link_id=one.link_id).value
    page.locator("#code").fill(read.code)
    page.locator(".code-form button").click()
    page.locator(".told").wait_for()
    page.locator(".consent-row", has=page.locator("[value=sensitive]")).click()
    page.locator("main form .btn-primary").click()
    page.locator(".portal-list").first.wait_for()
    assert _scopes(one)["sensitive"] == "unproved"
    _to_item(shown, page, one)
    assert page.locator("[data-file]").count() == 0
    _look(shown, page, "unproved")
    page.locator("main .card .btn-primary").click()
    page.wait_for_url("**/my/confirm/")
    _look(shown, page, "confirm")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    assert work(one.link_id) == 2  # the one of the landing page was never delivered
    page.reload()  # the code has come meanwhile
    page.locator("#code").fill(digits(message(one.cast.tenant_id)))
    page.locator(".code-form button").click()
    page.locator(".portal-list").first.wait_for()
    assert _scopes(one)["sensitive"] == "given"
    _to_item(shown, page, one)
    assert page.locator("[data-file]").count() == 2
    assert shown.complaints == []


def _scopes(one: Mine) -> dict[str, str]:
    with tenant(one.cast.tenant_id), transaction.atomic():
        return queries.standing(person_id=one.person_id, matter_id=one.matter_id).scopes
