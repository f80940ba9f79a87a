"""The intake's five screens in Chromium: the demonstration's messy workbook from the file to the proof and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
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
from tests.web.browsing import ARTIFACTS, Open, Screen

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module", autouse=True)
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real worker beside the server."""
    with working(tmp_path_factory.mktemp("worker")):
        yield


def _look_at(shown: Screen, name: str, width: int = 1440) -> None:
    """Keep a picture; nothing is wider than the window; axe finds nothing serious."""
    page = shown.page
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"import-{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("h1").count() == 1
    complaints = list(shown.complaints)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    shown.complaints[:] = complaints  # what axe tried with styles is none of the page's doing
    serious = [
        (v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []


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


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh-hans"), (375, "zh-hans"), (1440, "en")])
def test_the_messy_workbook_through_five_screens(width: int, lang: str, screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent, width=width, lang=lang)
    suffix = "" if lang == "zh-hans" else "-en"
    page = shown.open("/imports/")
    _look_at(shown, f"1-file{suffix}", width)
    _choose(page, MESSY_NAME, messy())
    page.wait_for_selector(".figures")
    _look_at(shown, f"2-check{suffix}", width)
    _primary(page)
    page.wait_for_url("**/columns/")
    page.wait_for_selector("select")
    _look_at(shown, f"3-columns{suffix}", width)
    _primary(page)
    page.wait_for_url("**/rows/")
    page.wait_for_selector(".line-row")
    _look_at(shown, f"4-rows{suffix}", width)
    page.goto(page.url + "?outcome=locked")
    _look_at(shown, f"4-rows-locked{suffix}", width)
    _primary(page)
    page.wait_for_selector(".checklist")
    sealer.seal_round(at=now())
    page.reload()
    _look_at(shown, f"5-done{suffix}", width)
    page.locator(".danger .btn-risk").click()
    page.wait_for_selector(".empty-done")
    _look_at(shown, f"6-undone{suffix}", width)
    shown.open("/imports/")
    _look_at(shown, f"1-list{suffix}", width)


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
    _look_at(shown, "4-rows-asked")
    field = page.locator("input[name='w:客户!D2']")
    field.focus()
    page.keyboard.type(right)
    page.keyboard.press("Enter")
    page.wait_for_selector(".empty-none")  # nothing is asked any more
    assert f"/imports/{job}/rows/?outcome=asked" in page.url
    _look_at(shown, "4-rows-none")


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
    _look_at(shown, "refused")
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
    _look_at(shown, "cancelled")


@pytest.mark.parametrize("width", [1440, 375])
def test_a_locked_workbook_asks_for_its_password(width: int, screen: Open) -> None:
    cast = assemble()
    shown = screen(cast.agent, width=width)
    page = shown.open("/imports/")
    _choose(page, "示例.xlsx", encrypted(sheet([row(1)]), "right"))
    page.wait_for_selector("input[type=password]")
    _look_at(shown, "locked", width)
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
    _look_at(shown, "expired")


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
