"""Walking: the steps one after the other, each with its line, until the end or the first that does not hold."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error

from fengni.core.errors import FengniError
from fengni.demo.tour.browser import house
from fengni.demo.tour.cast import Tour
from fengni.demo.tour.chapters import CHAPTERS
from fengni.demo.tour.pictures import Album
from fengni.demo.tour.report import Clock, Report, Step, TourFailed

STEPS: tuple[Step, ...] = tuple(step for chapter in CHAPTERS for step in chapter)


def walk(
    *, address: str, lang: str, album: Album, tell: Callable[[Step, float, str], None], failures: Path | None = None,
    until: str | None = None,
) -> Report:  # fmt: skip
    """Walk every step in one language, or those up to and with the one named `until`.

    `tell` gets each step with its seconds and what went wrong, "" for nothing.

    Where a step does not hold the walk ends, and the screens it ended at are kept in `failures`.
    """
    report, whole = Report(lang), Clock()
    with house(address, lang, album) as there:
        tour = Tour(there)
        for step in STEPS:
            clock, why = Clock(), ""
            try:
                step.walk(tour)
                if complaints := there.complaints():
                    raise TourFailed(complaints[0])
            except TourFailed as failed:
                why = str(failed.params["what"])
            except (Error, AssertionError, FengniError) as error:
                why = str(error).strip().splitlines()[0]
            tell(step, clock.read(), why)
            if why:
                report.failed, report.why = step.code, why
                _keep_failure(tour, step, failures)
                break
            report.steps += 1
            if step.code == until:
                break
        report.figures = tour.figures
    report.seconds = whole.read()
    return report


def _keep_failure(tour: Tour, step: Step, folder: Path | None) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, door in tour.house.doors.items():
        with contextlib.suppress(Error):  # a page that does not answer is what went wrong
            door.page.screenshot(path=folder / f"{step.code}-{name}.png")
