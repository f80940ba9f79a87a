"""Who plays in the tour, and what one step leaves for the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import FilePayload, Locator, expect

from fengni.demo.tour.browser import Door, House
from fengni.demo.tour.report import Clock, Figures

AGENT, LEAD, OFFICER, OWNER, SECURITY = "陈一诺", "周予安", "苏明谨", "江述白", "郑望舒"
CLIENT: Final = "示例·青禾智造有限公司"
NEW: Final = "陆知衡"
SHAREHOLDERS: Final = ("沈若溪", "顾南乔", "温子墨")
CLIENT_NUMBER: Final = "示例登字117"
PARTNER: Final = "示例·诚达跑腿"
HOLD: Final = 30.0  # seconds in which a fresh link opens nothing


@dataclass
class Link:
    """A link as its inviter got it, and since when it is held."""

    path: str
    made: Clock = field(default_factory=Clock)


@dataclass
class Tour:
    """One walk: the house with its doors, figures, and what was found on the way."""

    house: House
    figures: Figures = field(default_factory=Figures)
    links: dict[str, Link] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def desk(self, name: str) -> Door:
        """A colleague."""
        return self.house.desk(name)

    def phone(self, name: str) -> Door:
        """A client or partner."""
        return self.house.phone(name)

    def keep_link(self, door: Door, name: str) -> None:
        """Take the link that the page shows this once."""
        shown = door.page.locator("input[id^=link-]")
        expect(shown).to_be_visible()
        self.links[name] = Link(shown.input_value().removeprefix(door.address))

    def enter(self, name: str) -> Door:
        """Come in by the own link: wait until it may be opened, press, read the code on the phone, type it."""
        door, link = self.phone(name), self.links[name]
        door.page.wait_for_timeout(max(0.0, HOLD - link.made.read()) * 1000 + 300)
        door.go(link.path)
        door.press("main form button")
        door.page.locator("#code").fill(self._code(door, link))
        door.press(".code-form button")
        return door

    def _code(self, door: Door, link: Link) -> str:
        """Six digits from the phone that stands for every phone here."""
        phone = door.context.new_page()
        bubble = phone.locator(".bubble").first
        for _ in range(100):
            phone.goto(f"{door.address}{link.path}phone/")
            if bubble.count():
                break
            phone.wait_for_timeout(200)
        digits = "".join(one for one in bubble.inner_text() if one.isdigit())
        phone.close()
        return digits[:6]


def hand_in_picture(door: Door, content: bytes) -> None:
    """Choose a picture from the album, on the page of an item."""
    picture: FilePayload = {"name": "IMG_0117.JPG", "mimeType": "image/jpeg", "buffer": content}
    door.page.locator("[data-file]").nth(1).set_input_files(picture)


def row_of(door: Door, text: str) -> Locator:
    """The item of a list that says this."""
    return door.page.locator("li.item", has_text=text)
