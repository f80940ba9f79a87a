"""A folder of scans in Chromium: chosen, planned file by file, a choice made, sealed by the worker, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from fengni.apps.ledger import sealer
from tests.apps.imports.worker import working
from tests.apps.matters.making import item_of, make_matter
from tests.apps.vault.files import company
from tests.apps.vault.uploads import listed
from tests.cast import assemble, now
from tests.core.pictures import samples
from tests.core.pictures.samples import drawing, saved
from tests.web.browsing import Open, Screen, look

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real worker beside the server."""
    with working(tmp_path_factory.mktemp("worker")):
        yield


def _folder(root: Path, firm: str) -> Path:
    scans = root / "示例扫描件"
    files = {
        f"{firm}/陆知衡身份证正面.jpg": samples.jpeg(), f"{firm}/营业执照.heic": samples.heic(),
        f"{firm}/IMG_2041.png": saved("PNG", drawing(900, 700)),
        f"{firm}/IMG_2042.png": saved("PNG", drawing(910, 700)),
        f"{firm}/旧/陆知衡.jpg": samples.jpeg(), "便条.txt": b"a note", "无名/租赁合同.pdf": samples.pdf(),
        "锁.pdf": samples.locked_pdf(),
    }  # fmt: skip
    for path, content in files.items():
        (scans / path).parent.mkdir(parents=True, exist_ok=True)
        (scans / path).write_bytes(content)
    return scans


def _both(shown: Screen, name: str) -> None:
    look(shown, f"folder/{name}", widths=(1440, 375))


def _row(page: Page, words: str) -> Page:
    return page.locator(".line-row").filter(has_text=words)  # type: ignore[return-value]  # a locator acts alike here


def test_a_folder_from_the_disk_to_the_proof_and_back(screen: Open, tmp_path: Path) -> None:
    cast, firm = assemble(), company(1)
    made = make_matter(cast)
    shown = screen(cast.agent)
    page = shown.open("/imports/folders/")
    _both(shown, "folder-1-choose")
    broken: list[str] = []

    def cut(route: Route) -> None:
        if len(broken) < 2:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/bytes/*", cut)
    page.set_input_files("input[webkitdirectory]", str(_folder(tmp_path, firm)))
    page.wait_for_url("**/imports/folders/*-*/")
    assert len(broken) == 2  # and it went on by itself
    shown.complaints[:] = [one for one in shown.complaints if "ERR_CONNECTION_RESET" not in one]
    expect(page.locator(".line-row")).to_have_count(8)
    _both(shown, "folder-2-plan")
    shown.speak("en")
    page.reload()
    _both(shown, "folder-2-plan-en")
    shown.speak("zh-hans")
    page.reload()
    expect(_row(page, "陆知衡身份证正面")).to_contain_text("将封存")  # type: ignore[arg-type]
    sealer.seal_round(at=now())
    _row(page, "IMG_2042").locator("[hx-post] button").click()
    expect(page.locator(".scan-picture")).to_be_visible()
    _both(shown, "folder-2-look")
    lease = _row(page, "租赁合同.pdf")
    lease.locator("input[name=client]").fill("没有这一家")
    lease.locator(".scan-form .btn").click()
    expect(page.locator(".notice-failed")).to_contain_text("没有叫这个名字的")
    lease = _row(page, "租赁合同.pdf")
    lease.locator("input[name=client]").fill(firm[:6])
    lease.locator(".scan-form .btn").click()
    expect(_row(page, "租赁合同.pdf")).to_contain_text("将封存")  # type: ignore[arg-type]
    _row(page, "IMG_2042").locator("[name=leave]").click()
    page.wait_for_load_state()
    page.locator(".page-foot .btn-primary").click()
    page.wait_for_selector(".danger")
    _both(shown, "folder-3-done")
    assert item_of(cast, made, "new_representative_id_front").state == "received"
    assert {row.kind for row in listed(cast.agent, made.client_id)} == {"id_front", "licence", "lease"}
    with page.expect_download() as report:
        page.locator(".page-head a").first.click()
    assert "陆知衡" not in report.value.path().read_text("utf-8-sig")
    page.locator(".danger .btn-risk").click()
    page.wait_for_selector(".empty-done")
    _both(shown, "folder-4-undone")
    assert listed(cast.agent, made.client_id) == ()
    shown.open("/imports/folders/")
    _both(shown, "folder-5-list")
