"""The matter begins: the least that is asked, own links, one that went wrong; meanwhile a look at an old workbook."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo import ledger_sheet
from fengni.demo.tour.cast import AGENT, CLIENT, NEW, PARTNER, SHAREHOLDERS, Tour, row_of
from fengni.demo.tour.report import Step, TourFailed

_PREVIEWS: Final = 10


def open_matter(tour: Tour) -> None:
    """The change of the representative and the domicile, to another district."""
    chen = tour.desk(AGENT)
    page = chen.go("/matters/new/")
    page.locator("#client").select_option(label=CLIENT)
    page.locator("label.chip:has(input[value=LEGAL])").click()
    expect(page.locator(".counted-figure b")).to_have_text("8")
    page.locator("input[name=region][value=cross] + span").click()
    page.locator("label.chip:has(input[value=ADDR])").first.click()
    expect(page.locator(".asked > li")).to_have_count(11)
    for part, names in (("new_legal_representative", (NEW,)), ("shareholder", SHAREHOLDERS)):
        for name in names:
            chip = page.locator(f"label.chip:has(input[name='part.{part}'])", has_text=name)
            chip.click()
            expect(chip.locator("input")).to_be_checked()
    page.wait_for_load_state("networkidle")
    chen.press(".page-foot .btn-primary")
    tour.paths["matter"] = page.url.removeprefix(chen.address)
    counted = page.locator(".counted-figure").first
    tour.figures.asked = chen.number(".counted-figure b")
    tour.figures.usual = int("".join(one for one in counted.locator("span").inner_text() if one.isdigit()))
    if tour.figures.asked != page.locator(".items .item").count():
        raise TourFailed("matter: the list has another length than is said")
    tour.counts["received"] = page.locator("li.item-received").count()
    chen.look("matter")


def invite_partner(tour: Tour) -> None:
    """A partner gets a link to read the agreement."""
    chen = tour.desk(AGENT)
    page = chen.go("/agreements/")
    chen.press(page.locator("a.row-link", has_text=PARTNER))
    tour.paths["partner"] = page.url.removeprefix(chen.address)
    chen.press("form[action$='/invite/'] button")
    tour.keep_link(chen, PARTNER)


def invite(tour: Tour) -> None:
    """Four links, one for each; the code goes another way."""
    chen = tour.desk(AGENT)
    for name in (NEW, *SHAREHOLDERS):
        chen.go(f"{tour.paths['matter']}people/")
        row = row_of(chen, name)
        row.locator("summary").click()
        chen.press(row.locator("button[value=mobile]"))
        tour.keep_link(chen, name)
    chen.look("invited")


def recall(tour: Tour) -> None:
    """One link went to the wrong chat: it is taken back, and nobody had opened it."""
    chen, wrong = tour.desk(AGENT), SHAREHOLDERS[-1]
    chen.press(".invited form[action$='/recall/'] button")
    expect(chen.page.locator(".notice")).to_be_visible()
    if chen.page.locator("main .facts dd, main dl dd").first.inner_text().strip() != "0":
        raise TourFailed("recalled: opened, though nobody was there")
    chen.look("recalled")
    stranger = tour.phone("stranger")
    stranger.page.goto(stranger.address + tour.links[wrong].path)
    expect(stranger.page.locator("main form")).to_have_count(0)
    chen.go(f"{tour.paths['matter']}people/")
    row = row_of(chen, wrong)
    row.locator("summary").click()
    chen.press(row.locator("button[value=mobile]"))
    tour.keep_link(chen, wrong)


def preview(tour: Tour) -> None:
    """Chats fetch previews of a link: nothing is used up and no name is shown."""
    robot = tour.phone("stranger")
    for _ in range(_PREVIEWS):
        answer = robot.context.request.get(robot.address + tour.links[NEW].path)
        if NEW in answer.text() or CLIENT in answer.text():
            raise TourFailed("preview: a name was shown")
    tour.figures.previews = _PREVIEWS


def check_workbook(tour: Tour) -> None:
    """Meanwhile the agent drops the old client list and sees what lies in it."""
    chen = tour.desk(AGENT)
    page = chen.go("/imports/")
    sheet = {"name": ledger_sheet.MESSY_NAME, "mimeType": _XLSX, "buffer": ledger_sheet.messy()}
    page.locator("input[type=file]").set_input_files(sheet)  # type: ignore[arg-type]  # a plain dict of its fields
    if not page.url.rstrip("/").rsplit("/", 1)[-1].count("-"):
        button = page.locator("form[enctype] button[type=submit]")
        if button.count() and button.first.is_visible():
            chen.press(button)
    page.wait_for_url("**/imports/*-*/")
    expect(page.locator(".figures, .health").first).to_be_visible()
    chen.look("import-check")


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS: Final = (
    Step("open-matter", open_matter, "3"),
    Step("invite-partner", invite_partner, "10"),
    Step("invite", invite, "5"),
    Step("recall", recall, "5"),
    Step("preview", preview, "5"),
    Step("check-workbook", check_workbook),
)
