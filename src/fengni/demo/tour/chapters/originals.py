"""The new licence: fetched from the registry, handed over, received on the phone. Who has it stands in the ledger."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo.tour.cast import AGENT, NEW, Tour
from fengni.demo.tour.report import Step


def fetch(tour: Tour) -> None:
    """The agent fetches the licence and its duplicate: they stand there as being with the agency."""
    chen = tour.desk(AGENT)
    page = chen.go(f"{tour.paths['matter']}originals/")
    for code in ("licence_original", "licence_copy"):
        page.locator("#code").select_option(code)
        page.locator("#from-new").select_option("registry")
        chen.press(f"form[action='{tour.paths['matter']}originals/'] .btn-primary")
    expect(page.locator("li.item")).to_have_count(2)


def hand_over(tour: Tour) -> None:
    """Both are handed to the new representative, who says on the phone that they have arrived."""
    chen, client = tour.desk(AGENT), tour.phone(NEW)
    page = chen.go(f"{tour.paths['matter']}originals/")
    for _ in range(2):
        row = page.locator("li.item", has=page.locator("form[action$='/give/']")).first
        row.locator("summary").click()
        option = row.locator("option", has_text=NEW)
        row.locator("select[name=person]").select_option(str(option.get_attribute("value")))
        chen.press(row.locator("form[action$='/give/'] button"))
    client.go(tour.paths["home"])
    waiting = client.page.locator("form[action$='/confirm/'] button")
    expect(waiting).to_have_count(2)
    client.look("my-originals", client.page.locator(".portal-originals"))
    for _ in range(2):
        client.press(waiting.first)
    expect(waiting).to_have_count(0)
    chen.go(f"{tour.paths['matter']}originals/")
    expect(page.locator("li.item .state-ok")).to_have_count(2)
    chen.look("originals")


STEPS: Final = (
    Step("fetch", fetch, "13"),
    Step("hand-over", hand_over, "13"),
)
