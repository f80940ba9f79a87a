"""A consent taken back in mid-matter: what that does is said first, it stops at once, and the house answers."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from fengni.demo.tour.cast import OFFICER, SHAREHOLDERS, Tour
from fengni.demo.tour.report import Step, TourFailed

_WHO: Final = SHAREHOLDERS[1]


def withdraw(tour: Tour) -> None:
    """Two taps from the own page; destroyed, sealed, beyond recall stand there before the button is pressed."""
    door = tour.phone(_WHO)
    home = door.go("/matters/my/")
    tour.paths["own-number"] = home.locator(".portal-head .mono").inner_text().strip()
    door.press("a[href$='/my/rights/']")
    door.press("a[href$='/rights/withdraw/']")
    lists = door.page.locator("main .facts dt")
    expect(lists).to_have_count(3)
    if tour.paths["own-number"] not in door.page.locator("main .facts").inner_text():
        raise TourFailed("withdraw: what was filed is not named as beyond recall")
    door.look("withdraw")
    door.press("main form .btn-primary")
    expect(door.page.locator("main .ev .facts dt")).to_have_count(3)
    if tour.paths["own-number"] not in door.page.locator("main .ev .facts").inner_text():
        raise TourFailed("rights: what was filed is not named after the withdrawal")
    door.look("withdrawn")


def told(tour: Tour) -> None:
    """The protection officer answers; the shareholder reads it, and the notice says that the consent was taken back."""
    officer, door = tour.desk(OFFICER), tour.phone(_WHO)
    page = officer.go("/cases/?kind=right")
    officer.press("main table a[href*='/cases/']")
    page.locator("input[name=granted][value='1']").check()
    page.locator("#reason").fill("已停止处理，决议改由本人到场签署。")
    officer.press("main form .btn-primary")
    page = door.go("/cases/my/rights/")
    expect(page.locator("main .ev .state-ok").first).to_be_visible()
    door.go("/matters/my/notice/")
    if page.locator("main .consent-row input:checked").count():
        raise TourFailed("notice: a consent that was taken back stands as given")


STEPS: Final = (
    Step("withdraw", withdraw),
    Step("told", told),
)
