"""Closing: shares and links die in the same instant, keeping begins; the client comes back for the voucher."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.core.printing import page_texts
from fengni.demo.people import person
from fengni.demo.tour.cast import AGENT, LEAD, NEW, PARTNER, Tour
from fengni.demo.tour.offline import verified
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
    stranger.page.goto(stranger.address + tour.links[PARTNER].path)
    expect(stranger.page.locator("main form")).to_have_count(0)
    client = tour.phone(NEW)
    client.page.goto(client.address + tour.paths["home"])
    if client.page.locator(".portal-list").count():
        raise TourFailed("home: the client is still inside after the matter was closed")


def come_back(tour: Tour) -> None:
    """The same link with a new code leads to reading and rights alone: nothing can be handed in any more."""
    client = tour.enter(NEW)
    client.page.wait_for_url("**/cases/my/closed/")
    client.page.goto(client.address + tour.paths["home"])
    client.page.wait_for_url("**/cases/my/closed/")
    client.look("my-closed")


def feedback(tour: Tour) -> None:
    """The client is asked how it went and says it; whoever answers finds the words among the requests."""
    client, lead = tour.phone(NEW), tour.desk(LEAD)
    page = client.go("/cases/my/closed/")
    client.press(page.locator("main .notice a[href*='/feedback/']"))
    page.locator(".scores label", has=page.locator("input[value='5']")).click()
    page.locator("#reason").fill("办得快，看得见谁看过我的资料。")
    client.look("feedback")
    client.press("main form .btn-primary")
    client.go("/cases/my/closed/")
    expect(page.locator("main .notice a[href*='/feedback/']")).to_have_count(0)
    lead.go("/cases/?kind=feedback")
    lead.press("main table a[href*='/cases/']")
    lead.page.locator("#reason").fill("谢谢，我们会继续这样办。")
    lead.press("main form .btn-primary")


def voucher(tour: Tour) -> None:
    """The voucher as a PDF: it says what was asked and who saw it; the receipt inside verifies without the product."""
    client = tour.phone(NEW)
    client.go("/cases/my/receipt/")
    client.look("my-receipt")
    key = client.page.locator(".receipt-qr code").inner_text()
    file = client.download(f"form[action*='/my/voucher/'] button[value={tour.house.lang}]")
    if verified(file, key)["format"] != "fengni/person-receipt/1":
        raise TourFailed("voucher: no receipt lies in it")
    text = "".join(page_texts(file.read_bytes()))
    if person(2).id_number in text or person(2).mobile in text:
        raise TourFailed("voucher: a number stands on it")


STEPS: Final = (
    Step("close", close, "14"),
    Step("ended", ended, "14"),
    Step("come-back", come_back, "14"),
    Step("feedback", feedback, "14"),
    Step("voucher", voucher, "14"),
)
