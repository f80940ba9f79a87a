"""The intake's five screens in Chromium: the demonstration's messy workbook from the file to the proof and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from fengni.apps.imports import services
from fengni.apps.ledger import sealer
from fengni.core.access.actor import Actor, system_actor
from fengni.demo.ledger_sheet import MESSY_NAME, messy
from tests.apps.imports.sheets import encrypted, row, sheet
from tests.apps.imports.worker import working
from tests.cast import assemble, now
from tests.web.browsing import Open, Screen, look, ways

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module", autouse=True)
def worker(apart: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real worker beside the server."""
    with working(tmp_path_factory.mktemp("worker")):
        yield


def _choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": XLSX, "buffer": content})
    page.locator(".drop button.btn-primary").click()


def _primary(page: Page) -> None:
    """The one way on of a screen."""
    page.locator(".page-foot .btn-primary").click()


def _begin(shown: Screen, name: str, content: bytes) -> Page:
    page = shown.open("/imports/")
    _choose(page, name, content)
    page.wait_for_selector(".figures")
    return page


@pytest.mark.parametrize(("width", "lang"), ways((1440, "en"), (375, "zh-hans")))
def test_the_messy_workbook_through_five_screens(width: int, lang: str, screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent, width=width, lang=lang)
    page = shown.open("/imports/")
    look(shown, "import-1-file", widths=(1440, 375))
    _choose(page, MESSY_NAME, messy())
    page.wait_for_selector(".figures")
    look(shown, "import-2-check", widths=(1440, 375))
    _primary(page)
    page.wait_for_url("**/columns/")
    page.wait_for_selector("select")
    look(shown, "import-3-columns", widths=(1440, 375))
    _primary(page)
    page.wait_for_url("**/rows/")
    page.wait_for_selector(".line-row")
    look(shown, "import-4-rows", widths=(1440, 375))
    page.goto(page.url + "?outcome=locked")
    look(shown, "import-4-rows-locked", widths=(1440, 375))
    _primary(page)
    page.wait_for_selector(".checklist")
    sealer.seal_round(at=now())
    page.reload()
    look(shown, "import-5-done", widths=(1440, 375))
    page.locator(".danger .btn-risk").click()
    page.wait_for_selector(".empty-done")
    look(shown, "import-6-undone", widths=(1440, 375))
    shown.open("/imports/")
    look(shown, "import-1-list", widths=(1440, 375))


def test_one_cell_is_put_right_with_the_keyboard(screen: Open) -> None:
    cast = assemble()
    wrong = row(1)
    right = wrong[3]
    wrong[3] = right[:-1] + ("0" if right[-1] != "0" else "1")
    shown = screen(cast.agent)
    page = _begin(shown, "示例.xlsx", sheet([wrong, row(2)]))
    job = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(page.url + "rows/?outcome=asked")
    expect(page.locator(".line-row")).to_have_count(1)
    look(shown, "import-4-rows-asked")
    field = page.locator("input[name='w:客户!D2']")
    field.focus()
    page.keyboard.type(right)
    page.keyboard.press("Enter")
    page.wait_for_selector(".empty-none")  # nothing is asked any more
    assert f"/imports/{job}/rows/?outcome=asked" in page.url
    look(shown, "import-4-rows-none")


def test_pasted_cells_take_the_same_way(screen: Open) -> None:
    cast = assemble()
    page = screen(cast.lead).open("/imports/")
    page.locator(".paste summary").click()
    page.locator("textarea[name=pasted]").fill("公司名称\t法定代表人\n示例·粘贴商贸有限公司\t温子墨\n")
    page.locator(".paste button").click()
    page.wait_for_selector(".figures")
    expect(page.locator(".page-head .lead")).to_contain_text("粘贴的单元格")


def test_a_hostile_file_says_so_and_the_next_one_works(screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent)
    page = shown.open("/imports/")
    _choose(page, "示例.xlsx", sheet([row(1)])[:-400])
    page.wait_for_selector(".error-box")
    look(shown, "import-refused")
    page.locator(".error-box .btn-primary").click()
    _choose(page, "示例.xlsx", sheet([row(1)]))
    page.wait_for_selector(".figures")


def test_without_scripts_the_way_is_the_same(screen: Open) -> None:
    cast = assemble()
    page = screen(cast.agent, scripts=False).open("/imports/")
    page.set_input_files("input[type=file]", {"name": "示例.xlsx", "mimeType": XLSX, "buffer": sheet([row(1)])})
    page.locator(".drop button.btn-primary").click()
    page.wait_for_selector(".figures")  # the working page reloads itself
    _primary(page)
    page.wait_for_selector("select")
    _primary(page)
    page.wait_for_selector(".line-row")
    _primary(page)
    page.wait_for_selector(".checklist")


def test_stopping_keeps_nothing(screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent)
    page = _begin(shown, "示例.xlsx", sheet([row(1)]))
    page.locator(".page-foot form .btn").first.click()
    page.wait_for_url("**/imports/")
    expect(page.locator(".notice-ok")).to_be_visible()
    page.locator("a.row-link").first.click()
    page.wait_for_selector(".empty-done")
    look(shown, "import-cancelled")


def test_a_locked_workbook_asks_for_its_password(screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent, width=375)
    page = shown.open("/imports/")
    _choose(page, "示例.xlsx", encrypted(sheet([row(1)]), "right"))
    page.wait_for_selector("input[type=password]")
    look(shown, "import-locked", widths=(1440, 375))
    page.locator("input[type=password]").fill("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice-failed")
    page.locator("input[type=password]").fill("right")
    page.keyboard.press("Enter")
    page.wait_for_selector(".figures")


def test_an_import_that_ran_out_says_so(screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent)
    page = _begin(shown, "示例.xlsx", sheet([row(1)]))
    job_id = UUID(page.url.rstrip("/").rsplit("/", 1)[1])
    services.expire_job(actor=system_actor(cast.tenant_id), at=now() + timedelta(days=1, minutes=1), job_id=job_id)
    page.reload()
    page.wait_for_selector(".empty-done")
    look(shown, "import-expired")


@pytest.mark.parametrize("who", ["colleague", "stranger", "auditor"])
def test_nobody_else_opens_it(who: str, screen: Open) -> None:
    cast = assemble()
    page = _begin(screen(cast.agent), "示例.xlsx", sheet([row(1)]))
    path = page.url[page.url.index("/imports/") :]
    actor: Actor = getattr(cast, who)
    refused = screen(actor)
    answer = refused.page.goto(refused.address + path)
    assert answer is not None
    assert answer.status in {400, 403}
    assert "示例.xlsx" not in refused.page.content()
