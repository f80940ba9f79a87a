"""`fengni demo tour`: one matter from the invitation to the destruction certificate, walked in a browser by everybody.

It starts a demonstration of its own in a temporary folder for each language and removes it afterwards; an installation
that runs on this machine is never touched. Exit code 0 only when every step held.
"""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fengni.cli.session import lang, said, tell
from fengni.core.errors import BadInput, HostProblem
from fengni.host import temporary

if TYPE_CHECKING:
    from fengni.demo.tour.report import Report, Step


@click.command()
@click.option("--in", "langs", type=click.Choice(["zh", "en"]), multiple=True)
@click.option("--pictures", type=click.Path(file_okay=False, path_type=Path))
@click.option("--every", is_flag=True)
@click.option("--until")
@click.option("--url")
def tour(langs: tuple[str, ...], pictures: Path | None, every: bool, until: str | None, url: str | None) -> int:
    """Walk the tour in each language; without one in both."""
    _refuse_without_browser()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what was started is ended and removed
    from fengni.demo.tour.pictures import Album
    from fengni.demo.tour.walking import STEPS, walk

    if until is not None and until not in {step.code for step in STEPS}:
        raise BadInput("tour.no-such-step", steps=", ".join(step.code for step in STEPS))

    reports = []
    for one in langs or ("zh", "en"):
        tell("cli.tour-begins", spoken=one)
        album = Album(pictures / one if pictures else None, every)
        with _address(url) as address:
            report = walk(
                address=address, lang=one, album=album, tell=_tell, failures=Path("fengni-tour-failed"), until=until
            )
        reports.append(report)
        if report.failed or not until:
            _conclude(report)
        if report.failed:
            break
    return int(any(report.failed for report in reports))


@contextlib.contextmanager
def _address(url: str | None) -> Iterator[str]:
    """Where the tour is walked: a demonstration of its own, or one that the caller vouches for."""
    if url is not None:
        yield url
        return
    with temporary.demonstration("--story-ahead") as address:
        yield address


def _refuse_without_browser() -> None:
    """Raises HostProblem without the driver or without Chromium, each with what to install."""
    if importlib.util.find_spec("playwright") is None:
        raise HostProblem("host.no-browser-driver")
    from fengni.demo.tour.browser import find_chromium

    find_chromium()


def _tell(step: Step, seconds: float, why: str) -> None:
    """A line for a step: its number in the story, what happened, how long it took, what was wrong."""
    mark = "✗" if why else "✓"
    click.echo(f"{mark} {step.of:>2}  {said(f'tour.{step.code}')}  {seconds:.1f} s")
    if why:
        click.echo(f"      {why}", err=True)


def _conclude(report: Report) -> None:
    if report.failed:
        tell("cli.tour-failed", step=said(f"tour.{report.failed}"), folder="fengni-tour-failed")
        return
    separator = "; " if lang() == "en" else "；"
    figures = separator.join(said(f"tour.figures.{n}", **report.figures.named()) for n in range(1, 6))
    click.echo(said("cli.tour-done", steps=report.steps, seconds=round(report.seconds), figures=figures))
