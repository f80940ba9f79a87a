"""Clients on their phones: the notice, the agreement, consents, pictures and fields, what became of them."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo import specimens
from fengni.demo.people import person
from fengni.demo.tour.browser import Door
from fengni.demo.tour.cast import NEW, SHAREHOLDERS, Tour, hand_in_picture
from fengni.demo.tour.report import Step, TourFailed


def enter(tour: Tour) -> None:
    """The new representative comes in with link and code, and reads five cards."""
    door = tour.enter(NEW)
    expect(door.page.locator(".told > li")).to_have_count(5)
    if door.page.locator("main input:checked").count():
        raise TourFailed("notice: a consent is given beforehand")
    door.look("notice")


def consent(tour: Tour) -> None:
    """He agrees to each purpose on its own."""
    door = tour.phone(NEW)
    _consent(door)
    expect(door.page.locator(".portal-list").first).to_be_visible()
    tour.paths["home"] = door.page.url.removeprefix(door.address)
    door.look("home")


def agree(tour: Tour) -> None:
    """He accepts the agreement for the company."""
    door = tour.phone(NEW)
    _agree(door)
    door.go(tour.paths["home"])
    expect(door.page.locator("main .notice")).to_have_count(0)


def hand_in(tour: Tour) -> None:
    """Two pictures of the card, and the fields the form needs; each thing once."""
    door = tour.phone(NEW)
    pictures = [specimens.card_front(person(2)), specimens.card_back()]
    values = {"name": NEW, "id_number": person(2).id_number, "id_valid_until": "2036-05-01"}
    for _ in range(8):
        door.go(tour.paths["home"])
        waiting = door.page.locator("a[href*='/my/items/']:has(.state-waiting)")
        if not waiting.count():
            break
        door.press(waiting)
        if door.page.locator("[data-upload]").count():
            hand_in_picture(door, pictures.pop(0))
            door.page.wait_for_url(f"**{tour.paths['home']}")
        else:
            for kind, value in values.items():
                field = door.page.locator(f"input[name={kind}]")
                if field.count():
                    field.fill(value)
            door.press("main form .btn-primary")
    if pictures:
        raise TourFailed("home: not both pictures were asked for")
    expect(door.page.locator("main h1")).to_be_visible()


def look(tour: Tour) -> None:
    """He sees his own picture: the display copy says what it may be used for."""
    door = tour.phone(NEW)
    for link in door.page.locator("a[href*='/my/items/']").all():
        path = str(link.get_attribute("href"))
        door.go(path)
        if door.page.locator("#own-picture").count():
            break
        door.go(tour.paths["home"])
    tour.paths["own-picture"] = path
    door.page.locator("form[hx-post] button").first.click()
    expect(door.page.locator(".own-picture")).to_be_visible()
    door.look("own-picture")


def others(tour: Tour) -> None:
    """Three shareholders come in as well; nothing of theirs is collected."""
    for name in SHAREHOLDERS:
        door = tour.enter(name)
        _consent(door)
        expect(door.page.locator("main h1")).to_be_visible()
        if door.page.locator("a[href*='/my/items/']").count():
            raise TourFailed("home: something is asked of one who only signs")


def _consent(door: Door) -> None:
    for row in door.page.locator(".consent-row").all():
        row.click()
    door.press("main form .btn-primary")


def _agree(door: Door) -> None:
    door.press("main .notice a")
    door.look("agreement")
    door.press("main form .btn-primary")


COMING: Final = (
    Step("enter", enter, "6"),
    Step("consent", consent, "6"),
    Step("agree", agree, "2"),
)
HANDING_IN: Final = (
    Step("hand-in", hand_in, "7"),
    Step("look", look, "7"),
    Step("others", others, "6"),
)
