"""The registry: filed, returned for one digit that differs, found without showing the number, filed again, approved."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo.people import person
from fengni.demo.tour.cast import AGENT, CLIENT_NUMBER, NEW, Tour, row_of
from fengni.demo.tour.report import Step, TourFailed


def reveal(tour: Tour) -> None:
    """The form needs the number: one value, for a purpose and a reason, covered again after 30 seconds."""
    chen = tour.desk(AGENT)
    page = chen.go(f"{tour.paths['matter']}people/")
    chen.press(row_of(chen, NEW).locator(".item-what a"))
    tour.paths["person"] = page.url.removeprefix(chen.address)
    number = person(2).id_number
    if number in page.content():
        raise TourFailed("person: the number stands on the page before it was asked for")
    _ask(tour)
    clear = page.locator("#value-id_number [data-clear]")
    expect(clear).to_be_visible()
    if page.locator("[data-clear]").count() != 1:
        raise TourFailed("person: more than one value in clear")
    expect(page.locator("#history article").first).to_be_visible()
    chen.look("person")
    page.keyboard.press("Escape")
    expect(page.locator("[data-clear]")).to_have_count(0)


def copy(tour: Tour) -> None:
    """Field by field into the registry's form: the number is on the clipboard for 30 seconds, by the page's clock."""
    chen = tour.desk(AGENT)
    chen.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=chen.address)
    chen.context.clock.install()
    page = chen.go(f"{tour.paths['matter']}filing/")
    page.locator("tr:has(#value-id_number) form button").click()
    expect(page.locator("#value-id_number [data-clear]")).to_be_visible()
    page.wait_for_function(_HELD, arg=person(2).id_number)
    chen.look("filing-copied")
    page.clock.run_for(31_000)
    expect(page.locator("[data-clear]")).to_have_count(0)
    page.wait_for_function(_HELD, arg="")


def submit(tour: Tour) -> None:
    """The receipt number of the registry is noted; the matter is with the registry."""
    _submit(tour, f"{CLIENT_NUMBER}-0001")


def returned(tour: Tour) -> None:
    """The registry gives it back: the numbers do not agree."""
    chen = tour.desk(AGENT)
    page = chen.page
    page.locator("label.chip:has(input[value=content_mismatch])").click()
    chen.press("form[action$='/filing/return/'] button[type=submit]")
    chen.go(f"{tour.paths['matter']}filing/")
    tour.figures.returns += page.locator(".filings li .state-failed").count()
    expect(page.locator(".filings li")).to_have_count(1)


def compare(tour: Tour) -> None:
    """Where do they differ? Positions 13 and 14; nobody sees a digit."""
    chen = tour.desk(AGENT)
    page = chen.go(tour.paths["matter"])
    chen.press(page.locator("li.item a[href*='/matters/desk/']").nth(1))
    chen.press("form[action$='/claim/'] button")
    number = person(2).id_number
    page.locator("#person").select_option(label=NEW)
    page.locator("#given").fill(number[:12] + number[13] + number[12] + number[14:])
    chen.press("form[action*='/compare/'] button")
    expect(page.locator(".difference")).to_contain_text("13–14")
    if number in page.content():
        raise TourFailed("difference: the number was shown")
    chen.look("difference")
    chen.press("form[action$='/accept/'] button")


def approve(tour: Tour) -> None:
    """Filed again, and approved."""
    chen = tour.desk(AGENT)
    _submit(tour, f"{CLIENT_NUMBER}-0002")
    chen.press("form[action$='/filing/approve/'] button")
    chen.go(f"{tour.paths['matter']}filing/")
    expect(chen.page.locator(".filings li")).to_have_count(2)
    chen.look("filing")


def _ask(tour: Tour) -> None:
    """Purpose and reason for one value, on the person's page."""
    page = tour.desk(AGENT).page
    page.locator("tr:has(#value-id_number) a[href*='/reveal/']").click()
    page.locator("#ask label.chip:has(input[value='purpose.fill_form'])").click()
    page.locator("#ask #id_reason").fill("填写变更申请书")
    page.locator("#ask button.btn-primary").click()


def _submit(tour: Tour, receipt: str) -> None:
    chen = tour.desk(AGENT)
    chen.go(f"{tour.paths['matter']}filing/")
    chen.page.locator("#receipt_number").fill(receipt)
    chen.press("form[action$='/filing/submit/'] button")
    chen.go(f"{tour.paths['matter']}filing/")


_HELD: Final = "wanted => navigator.clipboard.readText().then(held => held === wanted)"
STEPS: Final = (
    Step("reveal", reveal, "9"),
    Step("copy", copy, "11"),
    Step("submit", submit, "11"),
    Step("returned", returned, "12"),
    Step("compare", compare, "12"),
    Step("approve", approve, "12"),
)
