"""Who plays in the tour, and what one step leaves for the next."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import FilePayload, Locator, expect

from fengni.demo.tour.browser import Door, House
from fengni.demo.tour.report import Clock, Figures, TourFailed

AGENT, LEAD, OFFICER, OWNER, SECURITY = "陈一诺", "周予安", "苏明谨", "江述白", "郑望舒"
CLIENT: Final = "示例·青禾智造有限公司"
NEW: Final = "陆知衡"
SHAREHOLDERS: Final = ("沈若溪", "顾南乔", "温子墨")
CLIENT_NUMBER: Final = "示例登字117"
PARTNER: Final = "示例·诚达跑腿"
_CODE: Final = re.compile(r'class="bubble">[^<]*?(\d{6})')
HOLD: Final = 30.0  # seconds in which a fresh link opens nothing


@dataclass
class Link:
    """A link as its inviter got it, since when it is held, and the code typed last."""

    path: str
    made: Clock = field(default_factory=Clock)
    code: str = ""


@dataclass
class Tour:
    """One walk: the house with its doors, figures, and what was found on the way."""

    house: House
    figures: Figures = field(default_factory=Figures)
    links: dict[str, Link] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

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
        """Six digits from the phone that stands for every phone here: the newest message, once it has come."""
        for _ in range(200):
            page = door.context.request.get(f"{door.address}{link.path}phone/").text()
            found = _CODE.search(page)
            if found is not None and found[1] != link.code:
                link.code = found[1]
                return link.code
            door.page.wait_for_timeout(150)
        raise TourFailed("phone: no code came")


def hand_in_picture(door: Door, content: bytes) -> None:
    """Choose a picture from the album, on the page of an item."""
    picture: FilePayload = {"name": "IMG_0117.JPG", "mimeType": "image/jpeg", "buffer": content}
    door.page.locator("[data-file]").nth(1).set_input_files(picture)


def row_of(door: Door, text: str) -> Locator:
    """The item of a list that says this."""
    return door.page.locator("li.item", has_text=text)
