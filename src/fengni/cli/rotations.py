"""`fengni keys rotate --what epoch | unit | suite | display | index`: change keys while the house works.

Rules: run again, it goes on. A beginning and an end need a second person; the command asks on the way when it is given
a reason, and ends with 4 until the yes is there. Moving goes on by the worker too, whatever becomes of this process.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

import click

from fengni.cli.approvals import asking_when_refused
from fengni.cli.init import SUITES
from fengni.cli.session import said, signed_in, tell
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput

if TYPE_CHECKING:
    from fengni.apps.rotations.queries import RotationRow


def _now() -> datetime:
    return datetime.now(UTC)


@click.command()
@click.option("--what", type=click.Choice(["epoch", "unit", "suite", "display", "index"]), required=True)
@click.option("--to", type=click.Choice(list(SUITES)))
@click.option("--reason", default="")
@click.option("--token-file", type=click.Path(path_type=Path))
def rotate(what: str, to: str | None, reason: str, token_file: Path | None) -> int:
    """Change keys: begin, move, check, end the old ones."""
    if (what == "suite") != (to is not None):
        raise BadInput("rotations.suite-missing")
    kind = what if to is None else f"{what}-{SUITES[to]}"
    actor = signed_in(token_file)
    from fengni.apps.rotations import queries, running, services

    rotation_id = queries.running_rotation()
    if rotation_id is None:
        with asking_when_refused(actor, reason):
            rotation_id = services.begin_rotation(actor=actor, at=_now(), what=kind).value
    row = _row(actor, rotation_id)
    if row.kind != kind:
        raise BadInput("rotations.running-already")
    how = "unit" if what == "suite" else what
    tell(f"rotations.cli.begun.{how}", old=row.old, new=row.new, keys=row.done + row.left)
    progress = _Line(row.left)
    moved = row.left == 0 or running.carry_on(actor=actor, rotation_id=rotation_id, clock=_now, told=progress)
    progress.end()
    if not moved:
        tell("rotations.cli.stuck")
        return 1
    with asking_when_refused(actor, reason):
        services.finish_rotation(actor=actor, at=_now(), rotation_id=rotation_id)
    tell(f"rotations.cli.done.{how}", new=row.new)
    return 0


def _row(actor: Actor, rotation_id: UUID) -> RotationRow:
    from fengni.apps.rotations import queries

    return next(row for row in queries.rotations(actor=actor) if row.id == rotation_id)


class _Line:
    """Progress and what is left of it on stderr, on one line that is written over; silent when it is no terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._begun = total, 0, monotonic()

    def __call__(self, moved: int) -> None:
        self._done += moved
        if self._done and sys.stderr.isatty():
            eta = round((monotonic() - self._begun) * max(self._total - self._done, 0) / self._done)
            line = said("rotations.cli.progress", done=self._done, total=max(self._total, self._done), eta=eta)
            click.echo(f"\r{line}\x1b[K", nl=False, err=True)

    def end(self) -> None:
        """Clear the line."""
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)
