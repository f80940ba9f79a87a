"""What `make run` promises a newcomer: an address, people to be, and a password that lets them in."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request

import pytest

from fengni.demo.team import TEAM
from tests.installation import Installation, eventually


@pytest.mark.slow
def test_the_demonstration_starts_from_nothing_and_its_owner_signs_in(installation: Installation) -> None:
    installation.start("--demo")
    told = installation.folder.parent / "run.txt"
    assert eventually(lambda: all(member.name in told.read_text() for member in TEAM)), told.read_text()
    said = told.read_text()
    password = re.search(r"(\w{4}-\w{4}-\w{4})", said)
    assert password is not None
    page = _sign_in(f"http://127.0.0.1:{installation.port}", TEAM[0].login, password.group(1))
    assert TEAM[0].name in page
    assert installation.stop() == 0


def _sign_in(root: str, login: str, password: str) -> str:
    """The page after sign-in."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with opener.open(f"{root}/sign-in/login/", timeout=60) as answer:
        form = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token.group(1), "login": login, "password": password}
    with opener.open(f"{root}/sign-in/login/", data=urllib.parse.urlencode(fields).encode(), timeout=60) as answer:
        page: str = answer.read().decode()
    return page
