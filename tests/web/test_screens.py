"""Every screen in Chromium, both widths, both languages: pictures, accessibility, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse

from fengni.core.access.actor import Actor
from tests.web.browsing import ARTIFACTS, Open
from tests.web.world import World

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Shot:
    """A screen: who looks at it, and at which address."""

    name: str
    who: str
    path: Callable[[World], str]


def _at(url_name: str, *fields: str) -> Callable[[World], str]:
    return lambda world: reverse(url_name, args=[getattr(world, name) for name in fields])


SHOTS = (
    Shot("demo", "", _at("accounts:demo_people")),
    Shot("sign-in", "", _at("account_login")),
    Shot("accept", "", _at("accounts:accept")),
    Shot("today-agent", "agent", _at("home")),
    Shot("today-owner", "owner", _at("home")),
    Shot("today-admin", "admin", _at("home")),
    Shot("clients", "owner", _at("vault:clients")),
    Shot("clients-empty", "admin", _at("vault:clients")),
    Shot("persons", "owner", _at("vault:persons")),
    Shot("client", "owner", _at("vault:client", "client")),
    Shot("person", "agent", _at("vault:person", "client", "person")),
    Shot("person-dpo", "dpo", _at("vault:person", "client", "person")),
    Shot("new-person", "owner", _at("vault:new_person", "client")),
    Shot("search", "owner", _at("vault:search")),
    Shot("ledger", "owner", _at("ledger:entries")),
    Shot("entry", "owner", lambda world: reverse("ledger:entry", args=[4])),
    Shot("measures", "owner", _at("measures:list")),
    Shot("measure", "owner", lambda world: reverse("measures:measure", args=["M04"])),
    Shot("people", "owner", _at("accounts:people")),
    Shot("sessions", "owner", _at("accounts:devices")),
    Shot("factors", "agent", _at("mfa_index")),
    Shot("denied", "colleague", _at("vault:client", "client")),
)


def _actor(world: World, who: str) -> Actor | None:
    return getattr(world.cast, who) if who else None


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_screen_fits_and_complains_of_nothing(shot: Shot, width: int, world: World, screen: Open) -> None:
    shown = screen(_actor(world, shot.who), width=width)
    page = shown.open(shot.path(world))
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{shot.name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("h1").count() == 1
