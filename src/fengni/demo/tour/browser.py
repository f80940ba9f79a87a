"""Chromium and the doors into the product: each person has a browser of his own, at his own width."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError, expect, sync_playwright

from fengni.core.errors import BadInput, HostProblem
from fengni.demo.tour.pictures import Album
from fengni.demo.tour.report import TourFailed

DESK: Final = (1440, 900)
PHONE: Final = (375, 812)
_PATIENCE: Final = 60_000.0  # milliseconds for whatever a page still has to do: a busy machine gets time
_SETTLING: Final = 5_000.0  # milliseconds for a page to take its new width
_FITS: Final = """width => innerWidth === width
  && document.documentElement.scrollWidth <= document.documentElement.clientWidth"""
_NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """The browser's program. Raises HostProblem ("host.no-chromium") when there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise HostProblem("host.no-chromium")
    return found


@dataclass
class Door:
    """One person's browser: where the person is, at which width, and what the pages complained about."""

    context: BrowserContext
    page: Page
    address: str
    size: tuple[int, int]
    album: Album
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path of the product. Raises TourFailed when it is refused."""
        answer = self.page.goto(self.address + path)
        if answer is None or not answer.ok:
            raise TourFailed(f"{path} {answer.status if answer else ''}")
        return self.page

    def press(self, what: str | Locator) -> None:
        """Press what leads to another page, and be there."""
        one = self.page.locator(what) if isinstance(what, str) else what
        with self.page.expect_navigation():
            one.first.click()

    def look(self, name: str, at: Locator | None = None) -> None:
        """Look at the page at both widths: nothing is wider than the window; the album keeps what it wants, with `at`
        in sight.
        """
        other = DESK if self.size == PHONE else PHONE
        for width, height in (other, self.size):
            self.page.set_viewport_size({"width": width, "height": height})
            try:
                self.page.wait_for_function(_FITS, arg=width, timeout=_SETTLING)
            except TimeoutError:
                raise TourFailed(f"{name}: wider than {width} px") from None
            if at is not None:
                at.scroll_into_view_if_needed()
            self.album.keep(self.page, name, width)

    def download(self, what: str) -> Path:
        """The file that pressing this hands out."""
        with self.page.expect_download() as there:
            self.page.locator(what).first.click()
        return Path(there.value.path())

    def number(self, what: str) -> int:
        """The first number in what is shown there."""
        text = self.page.locator(what).first.inner_text()
        found = re.search(r"\d+", text)
        if found is None:
            raise TourFailed(f"{what}: {text!r}")
        return int(found.group())

    def note(self, kind: str, text: str) -> None:
        """Keep what a page complained about; an expected refusal of a request is no complaint."""
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
            self.complaints.append(text)


class House:
    """All doors of one walk."""

    def __init__(self, browser: Browser, address: str, lang: str, album: Album) -> None:
        self.browser, self.address, self.lang, self.album = browser, address.rstrip("/"), lang, album
        self.doors: dict[str, Door] = {}

    def desk(self, name: str) -> Door:
        """A colleague at the desk, by name; comes in by the demonstration's choice of persons."""
        if name not in self.doors:
            door = self._open(name, DESK)
            door.go("/people/demo/")
            door.press(door.page.locator(".cast-card", has_text=name))
        return self.doors[name]

    def phone(self, name: str) -> Door:
        """Somebody with a phone and no account."""
        return self.doors.get(name) or self._open(name, PHONE)

    def complaints(self) -> list[str]:
        """What pages complained about since the last time."""
        found = [complaint for door in self.doors.values() for complaint in door.complaints]
        for door in self.doors.values():
            door.complaints.clear()
        return found

    def _open(self, name: str, size: tuple[int, int]) -> Door:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai",
            reduced_motion="reduce", device_scale_factor=2 if size == PHONE else 1,
        )  # fmt: skip
        context.set_default_timeout(_PATIENCE)
        cookie = "en" if self.lang == "en" else "zh-hans"
        context.add_cookies([{"name": "fengni_lang", "value": cookie, "url": self.address}])
        door = Door(context, context.new_page(), self.address, size, self.album)
        door.page.on("console", lambda said: door.note(said.type, said.text))
        door.page.on("pageerror", lambda error: door.note("error", str(error)))
        self.doors[name] = door
        return door


@contextlib.contextmanager
def house(address: str, lang: str, album: Album) -> Iterator[House]:
    """Chromium without a window, in front of a running demonstration. Raises BadInput for an address elsewhere."""
    if not re.match(r"http://(127\.0\.0\.1|localhost)(:\d+)?/?$", address):
        raise BadInput("tour.address-elsewhere")
    expect.set_options(timeout=_PATIENCE)
    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]  # root cannot have Chromium's own cage
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        try:
            yield House(browser, address, lang, album)
        finally:
            browser.close()
