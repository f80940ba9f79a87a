"""Every screen in Chromium at both widths and in both languages: a picture, axe, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from fengni.core.access.actor import Actor
from tests.web.browsing import Open, look
from tests.web.world import World

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Shot:
    """A screen: who looks at it, at which address, and what is done there first."""

    name: str
    who: str
    path: Callable[[World], str]
    act: Callable[[Page], None] | None = None


def _at(url_name: str, *fields: str) -> Callable[[World], str]:
    return lambda world: reverse(url_name, args=[getattr(world, name) for name in fields])


def _search(words: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("#search").fill(words)
        page.locator("#search").press("Enter")
        page.wait_for_load_state()

    return act


def _click(selector: str, wait_for: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(wait_for).first.wait_for()

    return act


SHOTS = (
    Shot("demo", "", _at("accounts:demo_people")),
    Shot("sign-in", "", _at("account_login")),
    Shot("accept", "", _at("accounts:accept")),
    Shot("today-agent", "agent", _at("home")),
    Shot("today-owner", "owner", _at("home")),
    Shot("today-admin", "admin", _at("home")),
    Shot("today-new", "stranger", _at("home")),
    Shot("help", "agent", _at("home"), lambda page: page.keyboard.press("?")),
    Shot("clients", "owner", _at("vault:clients")),
    Shot("clients-none", "admin", _at("vault:clients")),
    Shot("persons", "owner", _at("vault:persons")),
    Shot("client", "owner", _at("vault:client", "client")),
    Shot("person", "agent", _at("vault:person", "client", "person")),
    Shot("person-dpo", "dpo", _at("vault:person", "client", "person")),
    Shot("ask", "agent", _at("vault:person", "client", "person"), _click("tr:has(#value-mobile) .do a", "#ask[open]")),
    Shot(
        "replace", "agent", _at("vault:person", "client", "person"),
        _click("tr:has(#value-mobile) .do a:last-child", "#ask[open]"),
    ),
    Shot("new-client", "owner", _at("vault:new_client")),
    Shot("new-person", "owner", _at("vault:new_person", "client")),
    Shot("search", "owner", _at("vault:search")),
    Shot("found-part", "owner", _at("home"), _search("示例")),
    Shot("found-number", "owner", _at("home"), _search("990101 19880229 0212")),
    Shot("found-nothing", "agent", _at("home"), _search("查无此人")),
    Shot("ledger", "owner", _at("ledger:entries")),
    Shot("ledger-refused", "owner", lambda world: reverse("ledger:entries") + "?refused=1"),
    Shot("ledger-verified", "auditor", _at("ledger:entries"), _click("aside form button", "#verified .notice")),
    Shot("entry", "owner", lambda world: reverse("ledger:entry", args=[4])),
    Shot("measures", "owner", _at("measures:list")),
    Shot("measure-drawer", "owner", _at("measures:list"), _click("a[data-drawer^=M04]", "#drawer[open] .tests")),
    Shot("people", "owner", _at("accounts:people")),
    Shot("invite", "owner", _at("accounts:people"), _click("[data-open=invite]", "#invite[open]")),
    Shot("sessions", "owner", _at("accounts:devices")),
    Shot("password-box", "owner", _at("vault:password_box")),
    Shot("factors", "agent", _at("mfa_index")),
    Shot("denied", "colleague", _at("vault:client", "client")),
    Shot("not-there", "agent", lambda world: "/no-such-page/"),
)  # fmt: skip


def _actor(world: World, who: str) -> Actor | None:
    actor: Actor | None = getattr(world.cast, who) if who else None
    return actor


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_screen_fits_and_everybody_can_use_it(shot: Shot, world: World, screen: Open) -> None:
    shown = screen(_actor(world, shot.who))
    for lang in ("zh-hans", "en"):
        shown.speak(lang)
        page = shown.open(shot.path(world))
        if shot.act:
            shot.act(page)
        look(shown, shot.name, widths=(1440, 375), full_page=shot.act is None)
