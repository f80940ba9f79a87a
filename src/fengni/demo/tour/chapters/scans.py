"""A folder of scans while the links are held: what becomes of each file is said first, then it is sealed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import expect

from fengni.demo import specimens
from fengni.demo.tour.cast import AGENT, CLIENT, Tour
from fengni.demo.tour.report import Step


def plan(tour: Tour) -> None:
    """Three files: the resolution finds its item, its copy is taken once, a note in another form stays out."""
    chen = tour.desk(AGENT)
    resolution = specimens.paper("股东会决议")
    files = {f"{CLIENT}/股东会决议.jpg": resolution, f"{CLIENT}/股东会决议（2）.jpg": resolution, "便条.txt": b"-"}
    page = chen.go("/imports/folders/")
    with tempfile.TemporaryDirectory() as there:
        root = Path(there) / "扫描件"
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        page.set_input_files("input[webkitdirectory]", str(root))
        page.wait_for_url("**/imports/folders/*-*/")
    expect(page.locator(".line-row")).to_have_count(len(files))
    expect(page.locator(".line-row", has_text="→")).to_have_count(1)
    chen.look("folder")


def seal(tour: Tour) -> None:
    """One word and it is sealed into its place; the matter has one thing less to wait for."""
    chen = tour.desk(AGENT)
    chen.press(".page-foot .btn-primary")
    expect(chen.page.locator(".danger")).to_be_visible()
    chen.look("folder-done")
    chen.go(tour.paths["matter"])
    expect(chen.page.locator("li.item-received")).to_have_count(tour.counts["received"] + 1)


STEPS: Final = (
    Step("folder-plan", plan),
    Step("folder-seal", seal),
)
