"""Closing: shares and links die in the same instant, the time of keeping begins."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo.tour.cast import AGENT, NEW, PARTNER, Tour
from fengni.demo.tour.report import Step, TourFailed


def close(tour: Tour) -> None:
    """The agent closes the matter."""
    chen = tour.desk(AGENT)
    page = chen.go(tour.paths["matter"])
    page.locator("[data-open=close]").click()
    chen.press("#close .btn-primary")
    chen.go(tour.paths["matter"])
    expect(page.locator("[data-open=close]")).to_have_count(0)
    chen.look("closed")


def ended(tour: Tour) -> None:
    """The partner's room and the links open nothing any more."""
    partner, stranger = tour.phone(PARTNER), tour.phone("stranger")
    partner.page.goto(partner.address + "/agreements/room/")
    tour.figures.left = partner.page.locator(".room-subject").count()
    if tour.figures.left:
        raise TourFailed("room: open after the matter was closed")
    partner.look("room-over")
    stranger.page.goto(stranger.address + tour.links[NEW].path)
    expect(stranger.page.locator("main form")).to_have_count(0)


STEPS: Final = (
    Step("close", close, "14"),
    Step("ended", ended, "14"),
)
