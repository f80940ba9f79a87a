"""The partner: reads and accepts the agreement, gets three fields once the client agreed, sees them one at a time."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo.tour.cast import AGENT, NEW, PARTNER, Tour
from fengni.demo.tour.report import Step, TourFailed


def accept(tour: Tour) -> None:
    """Without an agreement nothing leaves: the partner reads and accepts it."""
    door = tour.enter(PARTNER)
    door.go("/agreements/my/")  # the only one is shown at once
    door.look("partner-agreement")
    door.press("main form .btn-primary")
    expect(door.page.locator("main form .btn-primary")).to_have_count(0)


def share(tour: Tour) -> None:
    """Three named fields for the bank, previewed as the partner sees them; without the client's yes they stay here."""
    chen = tour.desk(AGENT)
    page = chen.go(f"{tour.paths['matter']}sharing/")
    chen.press("a[href*='/shares/new/']")
    option = page.locator("#partner option", has_text=PARTNER)
    page.locator("#partner").select_option(str(option.get_attribute("value")))
    page.locator("label.chip:has(input[value='purpose.bank_visit'])").click()
    page.locator("label.chip:has(input[value$=':company_name'])").click()
    about = page.locator("section.card", has=page.locator("h2", has_text=NEW))
    for kind in ("name", "mobile"):
        about.locator(f"label.chip:has(input[value$=':{kind}'])").click()
    chen.press(".page-foot .btn-primary")
    expect(page.locator(".room-held")).to_have_count(3)
    tour.paths["share"] = page.url.removeprefix(chen.address)
    expect(page.locator(_SEND)).to_be_disabled()
    chen.look("share")


def agree_anew(tour: Tour) -> None:
    """The client is told what is new: which partner, which fields, what for; and agrees to that."""
    door = tour.phone(NEW)
    door.go(tour.paths["home"])
    door.press("main .notice a")
    expect(door.page.locator("main")).to_contain_text(PARTNER)
    asked = door.page.locator("main .consent-row", has=door.page.locator("input:enabled"))
    expect(asked).to_have_count(1)
    door.look("notice-anew", asked)
    asked.click()
    door.press("main form .btn-primary")
    door.go(tour.paths["home"])
    expect(door.page.locator("main .notice")).to_have_count(0)


def send(tour: Tour) -> None:
    """Now it can be sent."""
    chen = tour.desk(AGENT)
    chen.go(tour.paths["share"])
    chen.press(_SEND)
    tour.keep_link(chen, PARTNER)
    tour.figures.shares += 1


def room(tour: Tour) -> None:
    """The partner opens the room: one sensitive value at a time, under the own name."""
    door = tour.enter(PARTNER)
    door.go("/agreements/room/")
    buttons = door.page.locator(".room-subject button")
    if buttons.count() != 3:
        raise TourFailed("room: not what was previewed")
    for button in buttons.all():
        button.click()
    expect(door.page.locator(".room-values.is-clear")).to_have_count(1)
    door.look("room")


_SEND: Final = "form[action$='/send/'] button"
AGREEING: Final = (
    Step("accept", accept, "10"),
    Step("share", share, "10"),
    Step("agree-anew", agree_anew, "10"),
    Step("send", send, "10"),
)
LOOKING: Final = (Step("room", room, "10"),)
