"""A live server over the tests' house, and Chromium in front of it. What a page complains about fails its test.

Nothing of Django is imported before a fixture runs: this file is read before the settings are.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

if TYPE_CHECKING:
    from fengni.core.access.actor import Actor
    from tests.web.browsing import Open, Screen
    from tests.web.world import World


@pytest.fixture(scope="session")
def world() -> World:
    """The agency of the screens, built once for all tests that only look at it."""
    from tests.web.world import build

    return build()


@pytest.fixture(scope="session")
def address(world: World) -> Iterator[str]:
    """A server of the real application on a free port, as long as the session lives."""
    from django.core.servers.basehttp import ThreadedWSGIServer

    from fengni.config.wsgi import application
    from tests.web.browsing import Quiet

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session; each page has a context of its own. A busy machine gets time. The shell is the same
    engine without windows: it draws for half the processor time."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        program = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def screen(chromium: Browser, address: str) -> Iterator[Open]:
    """`screen(actor, width=1440, lang="zh-hans")` opens a page; whatever it complains about fails the test."""
    from tests.web.browsing import make_screen

    opened: list[Screen] = []

    def make(actor: Actor | None = None, *, width: int = 1440, lang: str = "zh-hans", scripts: bool = True) -> Screen:
        opened.append(make_screen(chromium, address, actor, width=width, lang=lang, scripts=scripts))
        return opened[-1]

    yield make
    for shown in opened:
        shown.context.close()
    assert [complaint for shown in opened for complaint in shown.complaints] == []
