"""Chromium in front of the live server: what a screen is, and what its complaints are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from fengni.apps.accounts.models import User
from fengni.core.access.actor import Actor
from tests.cast import login_of

ARTIFACTS = Path(__file__).resolve().parents[1] / ".artifacts"
PICTURES = "PYTEST_XDIST_WORKER" not in os.environ or "FENGNI_PICTURES" in os.environ  # a third of a look's time
AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
SERIOUS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(v => ["serious", "critical"].includes(v.impact))
    .map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).join(" | "))"""
_STILL = """() => document.getAnimations().forEach(
    a => Number.isFinite(a.effect.getComputedTiming().endTime) && a.finish())"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Words that stand letter under letter: a place so narrow that hardly a character fits on a line.
_SQUEEZED = """() => [...document.querySelectorAll("main *")].filter(e => {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join("")
    const box = e.getBoundingClientRect(), size = parseFloat(getComputedStyle(e).fontSize)
    for (let up = e; up; up = up.parentElement) if (getComputedStyle(up).clipPath !== "none") return false
    return text.length > 5 && box.width > 1 && box.width < 2.2 * size && box.height > 4 * size
}).map(e => e.textContent.trim().slice(0, 40))"""
WIDTHS = {1440: 900, 375: 812}
_JUDGED: set[tuple[str, int]] = set()  # screens and widths that axe has looked at in this process
Way = TypeVar("Way")
WHOLE = os.environ.get("FENGNI_SCREENS") == "whole"


def ways(*all_of_them: Way) -> list[Way]:
    """The widths or languages a long walk goes by: all of them by `make screens`, the first in the suite."""
    return list(all_of_them if WHOLE else all_of_them[:1])


class Quiet(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Screen:
    """A page, where it lives, and what it complained about."""

    page: Page
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the application."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return self.page

    def speak(self, lang: str) -> None:
        """From the next page on, in this language."""
        self.context.add_cookies([{"name": "fengni_lang", "value": lang, "url": self.address}])

    def note(self, kind: str, text: str) -> None:
        """Errors and warnings of the console; an expected refusal (4xx of a request) is no complaint of the page."""
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
            self.complaints.append(f"{kind}: {text}")


Open = Callable[..., Screen]


def picture(page: Page, name: str, *, full_page: bool = True) -> None:
    """Keep `name` as a picture for people to look at: in a run by hand, or with FENGNI_PICTURES in the suite."""
    if PICTURES:
        path = ARTIFACTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=full_page)


def look(
    shown: Screen, name: str, *, page: Page | None = None, widths: tuple[int, ...] = (), full_page: bool = True,
    axe: bool = True,
) -> None:  # fmt: skip
    """One screen at each of the widths, its own where none is named: a picture, one heading, nothing wider than the
    window, no words letter under letter, nothing that axe calls serious (in the first language it is seen in; in both
    by `make screens`). Dialogs that still rise are brought to their end: axe measures contrast on what is drawn."""
    page = page or shown.page
    assert page.viewport_size is not None
    usual, complaints = page.viewport_size, list(shown.complaints)
    suffix = "-en" if page.locator("html").get_attribute("lang") == "en" else ""
    for width in widths or (usual["width"],):
        if width != page.viewport_size["width"]:
            page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        page.evaluate(_STILL)
        picture(page, f"{name}-{width}{suffix}", full_page=full_page)
        assert page.evaluate(_WIDER) <= 0, (name, width)
        squeezed = page.evaluate(_SQUEEZED)
        assert squeezed == [], (name, width, squeezed)
        assert page.locator("h1").count() == 1, name
        if axe and (WHOLE or (name, width) not in _JUDGED):
            _JUDGED.add((name, width))
            if page.evaluate("typeof axe") != "object":
                page.evaluate(AXE)
            serious = page.evaluate(SERIOUS)
            assert serious == [], (name, width, serious)
    if page.viewport_size != usual:
        page.set_viewport_size(usual)
    shown.complaints[:] = complaints  # axe itself trips over our policy on inline styles


def signed_in(actor: Actor) -> Client:
    """A test client with the session of a member."""
    client = Client(SERVER_NAME="127.0.0.1")
    user = User.objects.get(login=login_of(actor))
    client.force_login(user, backend="fengni.apps.accounts.authentication.LoginBackend")
    return client


def make_screen(browser: Browser, address: str, actor: Actor | None, *, width: int, lang: str, scripts: bool) -> Screen:
    """A page of its own context, signed in as `actor` if one is given."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        java_script_enabled=scripts,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(60_000)
    shown = Screen(context.new_page(), context, address)
    shown.speak(lang)
    if actor is not None:
        key = signed_in(actor).cookies["fengni_session"].value
        context.add_cookies([{"name": "fengni_session", "value": key, "url": address}])
    shown.page.on("console", lambda said: shown.note(said.type, said.text))
    shown.page.on("pageerror", lambda error: shown.complaints.append(f"error: {error}"))
    return shown
