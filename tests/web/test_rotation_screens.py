"""Changing keys in Chromium: nothing runs, it moves, it waits for its end, it is over."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.rotations import running
from tests.apps.rotations.scene import agreed, begin, epochs
from tests.apps.vault.files import make_client, make_person
from tests.cast import assemble, now
from tests.web.browsing import Open, Screen, look

pytestmark = pytest.mark.browser


def _look(shown: Screen, name: str) -> None:
    for lang in ("zh-hans", "en"):
        shown.speak(lang)
        look(shown, f"rotations/{name}", page=shown.open(reverse("rotations:list")), widths=(375, 1440))
    shown.speak("zh-hans")


def test_the_page_from_the_first_question_to_the_end(screen: Open) -> None:
    cast = assemble()
    for number in (1, 2, 3):
        make_person(cast.owner, make_client(cast.owner, number))
    shown = screen(cast.owner)
    _look(shown, "never")
    page = shown.open(reverse("rotations:list"))
    page.get_by_role("button", name="更换钥期").click()
    page.wait_for_url("**/approvals/**")
    assert "开始更换密钥" in page.locator("main").inner_text()
    rotation = begin(cast)
    _look(shown, "running")
    assert page.locator("progress").get_attribute("max") == "9"
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    page.get_by_role("button", name="结束旧密钥").wait_for()  # the open page saw it by itself
    _look(shown, "moved")
    agreed(cast, cast.owner, "rotations:rotation:finish", rotation)
    page = shown.open(reverse("rotations:list"))
    page.get_by_role("button", name="结束旧密钥").click()
    page.get_by_text("更换已完成").first.wait_for()
    _look(shown, "done")
    assert epochs(cast) == [2]
    page = shown.open(reverse("rotations:list"))
    page.get_by_label("加密套件").select_option("suite-4")
    page.get_by_role("button", name="更换加密套件").click()
    page.wait_for_url("**/approvals/**")
    assert "开始更换密钥 · 改用国密 SM4-GCM" in page.locator("main").inner_text()
    rotation = begin(cast, what="suite-4")
    assert running.carry_on(actor=cast.owner, rotation_id=rotation, clock=now)
    agreed(cast, cast.owner, "rotations:rotation:finish", rotation)
    _look(shown, "suite")
    shown.open(reverse("rotations:list")).get_by_role("button", name="核对并完成").click()
    page.get_by_text("更换已完成").first.wait_for()
