"""Chromium in front of the live server: what a screen is, and what its complaints are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from fengni.apps.accounts.models import User
from fengni.core.access.actor import Actor
from tests.cast import login_of

ARTIFACTS = Path(__file__).resolve().parents[1] / ".artifacts"
WIDTHS = {1440: 900, 375: 812}


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
