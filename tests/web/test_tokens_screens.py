"""Exporting stand-ins from the list of clients, and whose a list is, in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from fengni.apps.ledger import sealer
from tests.apps.vault.files import sheet, store
from tests.cast import assemble, now
from tests.web.browsing import Open, look

pytestmark = pytest.mark.browser
BOTH = (1440, 375)


def test_stand_ins_are_exported_and_traced(screen: Open, tmp_path: Path) -> None:
    cast = assemble()
    store(cast.owner, sheet(30))
    owner = screen(cast.owner)
    page = owner.open(reverse("vault:clients"))
    page.locator("details.menu summary").click()
    look(owner, "export-menu", widths=BOTH, full_page=False)
    with page.expect_download() as waited:
        page.get_by_role("button", name="替身工作簿").click()
    file = tmp_path / "list.xlsx"
    waited.value.save_as(file)
    sealer.seal_round(at=now())
    page = owner.open(reverse("tokens:whose"))
    look(owner, "whose", widths=BOTH)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="比对这个文件").click()
    page.get_by_text("碰巧").wait_for()
    look(owner, "whose-named", widths=BOTH)
    page.locator("details.paste summary").click()
    page.locator("textarea").fill("示例·甲\t1\n示例·乙\t2")
    page.get_by_role("button", name="比对这些行").click()
    page.get_by_text("都不吻合").wait_for()
    look(owner, "whose-none", widths=BOTH)
    english = screen(cast.dpo, lang="en")
    page = english.open(reverse("tokens:whose"))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Compare this file").click()
    page.get_by_text("by accident").wait_for()
    look(english, "whose-named", widths=BOTH, axe=False)
    page = english.open(reverse("vault:clients"))
    page.locator("details.menu summary").click()
    look(english, "export-menu", widths=BOTH, full_page=False, axe=False)
