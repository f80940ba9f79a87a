"""Verification: an item on the desk, its picture beside its fields; one goes back with a reason, all get a verdict."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo import specimens
from fengni.demo.people import person
from fengni.demo.tour.cast import AGENT, LEAD, NEW, Tour, hand_in_picture
from fengni.demo.tour.report import Step, TourFailed


def verify(tour: Tour) -> None:
    """The agent takes the client's picture to the desk; a colleague sees grey bars meanwhile."""
    chen, lead = tour.desk(AGENT), tour.desk(LEAD)
    item = f"/matters/desk/{tour.paths['own-picture'].rstrip('/').rsplit('/', 1)[-1]}/"
    page = chen.go(item)
    expect(page.locator(".grey").first).to_be_visible()
    chen.press("form[action$='/claim/'] button")
    lead.go(item)
    expect(lead.page.locator(".grey").first).to_be_visible()
    chen.press("form[action$='/picture/'] button")
    expect(page.locator("img[data-picture]")).to_be_visible()
    chen.look("desk")


def give_back(tour: Tour) -> None:
    """A corner is cut off: it goes back with a reason, and the client reads why and takes it anew."""
    chen, client = tour.desk(AGENT), tour.phone(NEW)
    chen.page.locator("[data-open=return]").click()
    chen.page.locator("#return input[value=cut_off]").check()
    chen.press("#return .btn-risk")
    client.go(tour.paths["own-picture"])
    expect(client.page.locator(".notice")).to_be_visible()
    client.look("returned")
    hand_in_picture(client, specimens.card_front(person(2), quality=90))
    client.page.wait_for_url(f"**{tour.paths['home']}")


def accept_all(tour: Tour) -> None:
    """The company's papers are looked at as paper and not copied; everything is taken to the desk and accepted."""
    chen = tour.desk(AGENT)
    page = chen.go(tour.paths["matter"])
    while (wanted := page.locator("li.item-wanted")).count():
        wanted.first.locator("details.menu summary").click()
        chen.press(wanted.first.locator("form:has(input[name=on_paper]) button"))
    for path in [str(one.get_attribute("href")) for one in page.locator("li.item-received a.btn").all()]:
        chen.go(path)
        chen.press("form[action$='/claim/'] button")
        chen.press("form[action$='/accept/'] button")
    chen.go(tour.paths["matter"])
    if page.locator("li.item-accepted").count() != page.locator("li.item").count():
        raise TourFailed("matter: an item has no verdict")


STEPS: Final = (
    Step("verify", verify, "8"),
    Step("give-back", give_back, "8"),
    Step("accept-all", accept_all, "8"),
)
