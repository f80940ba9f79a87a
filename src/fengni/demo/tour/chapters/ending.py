"""The end of a file whose 30 days are over: proposed, agreed to by a second person, destroyed, certified, tried.

The matter of this tour was closed a minute ago; so the file of an older one is destroyed.
"""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo.tour.cast import LEAD, OFFICER, OWNER, Tour
from fengni.demo.tour.offline import verified
from fengni.demo.tour.report import Step, TourFailed


def propose(tour: Tour) -> None:
    """The lead sees what is due and proposes it, typing the matter's number."""
    lead = tour.desk(LEAD)
    page = lead.go("/disposals/")
    for path in [str(one.get_attribute("href")) for one in page.locator("a.row-link").all()]:
        lead.go(path)
        if page.locator("main form #id_number").count():
            break
    tour.paths["number"] = page.locator("label[for=id_number]").inner_text().rsplit(" ", 1)[-1].rsplit("：", 1)[-1]
    page.locator("#id_number").fill(tour.paths["number"])
    page.locator("#id_reason").fill("办结期满，无异议")
    lead.look("due")
    lead.press("form:has(#id_number) button")
    tour.paths["disposal"] = page.url.removeprefix(lead.address)


def destroy(tour: Tour) -> None:
    """A second person agrees and types the number as well; key after key is destroyed."""
    officer = tour.desk(OFFICER)
    page = officer.go(tour.paths["disposal"])
    page.locator("#id_number").fill(tour.paths["number"])
    officer.press("form[action$='/approve/'] button")
    expect(page.locator(".goes .v-destroyed").first).to_be_visible()


def certify(tour: Tour) -> None:
    """The certificate is issued: a PDF with the proof inside, which verifies without the product."""
    officer = tour.desk(OFFICER)
    officer.press("form[action$='/certify/'] button")
    page = officer.page
    key = page.locator(".secret-line").inner_text().rsplit(" ", 1)[-1]
    stated = verified(officer.download("a[href*='certificate.pdf']"), key)["statement"]
    alone = verified(officer.download("a[href$='certificate.json']"), key)["statement"]
    if not stated or stated != alone or stated["matter"] != tour.paths["number"]:
        raise TourFailed("certificate: the PDF states something else than its file")
    tour.figures.destroyed = int(stated["counts"]["units"])
    tour.figures.sealed = sum(int(one["units"]) for one in stated["sealed"])


def try_to_open(tour: Tour) -> None:
    """The button 试着打开 fails before one's eyes."""
    officer = tour.desk(OFFICER)
    officer.press("form[action$='/try/'] button")
    expect(officer.page.locator(".tries li")).to_have_count(3)
    officer.look("destroyed", officer.page.locator(".tries"))


def measures(tour: Tour) -> None:
    """The owner sees what all this gives evidence for."""
    owner = tour.desk(OWNER)
    owner.go("/measures/")
    expect(owner.page.locator("main table").first).to_be_visible()
    owner.look("measures")


def house(tour: Tour) -> None:
    """The owner's one page: one sentence, what waits for a decision, and every figure leads to its evidence."""
    owner = tour.desk(OWNER)
    owner.press("a[href='/measures/house/']")
    expect(owner.page.locator(".house-says a").first).to_be_visible()
    under_way = owner.number(".figure:has(a[href='/matters/']) .fig")
    if not under_way or not owner.page.locator(".house-decisions li").count():
        raise TourFailed("house: nothing was counted")
    owner.look("house")


STEPS: Final = (
    Step("propose", propose, "15"),
    Step("destroy", destroy, "16"),
    Step("certify", certify, "16"),
    Step("try-to-open", try_to_open, "16"),
    Step("measures", measures),
    Step("house", house),
)
