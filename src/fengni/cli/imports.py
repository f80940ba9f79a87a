"""`fengni import excel FILE --check | --commit`, `fengni import folder DIR` (folders.py) and `fengni import undo JOB`.

Rules: `--check` reads and plans in this process and stores nothing, not even sealed. `--commit` takes the same way as
the console: a sealed upload, the worker, acts in the member's name. `--json` prints one object per cell, the counts
last. A password comes from a file, never from an argument. Progress and sentences go to stderr, no value is printed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from fengni.cli.folders import folder
from fengni.cli.session import said, signed_in, tell
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, UnreadableFile
from fengni.core.intake.plan import Answer, Plan
from fengni.definitions import has_text

_PAUSE: Final = 0.2
_PATIENCE: Final = 600.0
_UNDER_WAY: Final = frozenset({"checking", "storing"})


@click.group()
def import_() -> None:
    """Take client workbooks and folders of scans in."""


import_.add_command(folder)


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "mode", flag_value="check", default="check")
@click.option("--commit", "mode", flag_value="commit")
@click.option("--json", "as_json", is_flag=True)
@click.option("--answers", type=click.Choice(["none", "defaults"]), default="none")
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--token-file", type=click.Path(path_type=Path))
def excel(
    file: Path, mode: str, as_json: bool, answers: str, password_file: Path | None, token_file: Path | None
) -> int:
    """Check a workbook, or take it in."""
    password = password_file.read_text("utf-8").rstrip("\r\n") if password_file else None
    content = file.read_bytes()
    if mode == "check":
        return _check(content, password, defaults=answers == "defaults", as_json=as_json)
    return _commit(signed_in(token_file), file.name, content, password, answers == "defaults", as_json)


@import_.command()
@click.argument("job", type=click.UUID)
@click.option("--token-file", type=click.Path(path_type=Path))
def undo(job: UUID, token_file: Path | None) -> int:
    """Take an import back."""
    actor = signed_in(token_file)
    from fengni.apps.imports import queries, services

    if queries.is_folder(folder_id=job):
        done = services.undo_folder(actor=actor, at=datetime.now(UTC), folder_id=job)
        tell("imports.cli.folder-undone", files=done.value)
        return 0
    services.undo_job(actor=actor, at=datetime.now(UTC), job_id=job)
    tell("imports.cli.undone")
    return 0


@import_.command()
@click.argument("folder_id", type=click.UUID)
@click.argument("number", type=int)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--token-file", type=click.Path(path_type=Path))
def look(folder_id: UUID, number: int, output: Path, token_file: Path | None) -> int:
    """A file of a folder that waits, marked."""
    actor = signed_in(token_file)
    from fengni.apps.imports import services

    done = services.look_at_scan(actor=actor, at=datetime.now(UTC), folder_id=folder_id, number=number)
    output.write_bytes(done.value)
    tell("cli.document.viewed", path=str(output), entry=str(done.entry_id))
    return 0


@import_.command()
@click.argument("job", type=click.UUID)
@click.option("--token-file", type=click.Path(path_type=Path))
def cancel(job: UUID, token_file: Path | None) -> int:
    """Stop one that waits; nothing of it is kept."""
    actor = signed_in(token_file)
    from fengni.apps.imports import queries, services

    if queries.is_folder(folder_id=job):
        services.cancel_folder(actor=actor, at=datetime.now(UTC), folder_id=job)
    else:
        services.cancel_job(actor=actor, at=datetime.now(UTC), job_id=job)
    tell("imports.cli.cancelled")
    return 0


# ---- check ------------------------------------------------------------------------------------------------------


def _check(content: bytes, password: str | None, *, defaults: bool, as_json: bool) -> int:
    from fengni.core.intake.building import build_plan
    from fengni.core.intake.reading import read_workbook
    from fengni.core.vault.tokens import looks_like_token
    from fengni.host import state

    progress = Line()
    workbook = read_workbook(content, password=password, progress=progress)
    if any(looks_like_token(cell.text) for sheet in workbook.sheets for cell in sheet.cells):
        tell("imports.cli.stand-ins")
    plan = build_plan(workbook, demo=state.demo(), progress=progress)
    if defaults:
        plan = build_plan(workbook, answers=plan.default_answers(), demo=state.demo(), progress=progress)
    progress.end()
    if as_json:
        _print([*plan.as_lines(), plan.counts_line()])
    else:
        _tell_plan(plan)
    return 0


def _tell_plan(plan: Plan) -> None:
    health = plan.health
    click.echo(said("imports.cli.health", ids=health.id_numbers, passwords=health.passwords, hidden=health.hidden))
    for question in plan.open_questions():
        default = said(f"intake.choice.{question.default}")
        click.echo(said("imports.cli.question", question=_said(question.code, question.count), choice=default))
    counts = plan.counts
    click.echo(
        said(
            "imports.cli.counts",
            rows=counts.rows,
            cells=counts.cells,
            imported=counts.imported,
            asked=counts.asked,
            locked=counts.locked,
            skipped=counts.skipped,
        )
    )


def _said(code: str, count: int) -> str:
    return said(code, count=count) if has_text(code) else code


# ---- commit -----------------------------------------------------------------------------------------------------


def _commit(actor: Actor, name: str, content: bytes, password: str | None, defaults: bool, as_json: bool) -> int:
    from fengni.apps.imports import queries, services

    job_id = services.upload_file(actor=actor, at=datetime.now(UTC), name=name, content=content).value
    try:
        _settle(actor, job_id, password, defaults=defaults)
        outside = queries.job(actor=actor, job_id=job_id).view.get("outside", 0)
        if outside:
            raise BadInput("vault.clients-outside-scope", clients=outside)
        cells = queries.cells(actor=actor, job_id=job_id)
        services.confirm_job(actor=actor, at=datetime.now(UTC), job_id=job_id)
        result = _wait(actor, job_id).result
    except BaseException:
        _leave_nothing(actor, job_id)
        raise
    if as_json:
        _print(cells)
    else:
        click.echo(str(job_id))
    tell("imports.cli.stored", created=result["created"], updated=result["updated"], unchanged=result["unchanged"])
    tell("imports.cli.undo", job=str(job_id))
    return 0


def _settle(actor: Actor, job_id: UUID, password: str | None, *, defaults: bool) -> None:
    """Wait for the check; give the password and the careful answers. Raises BadInput while questions are open."""
    from fengni.apps.imports import queries, services

    def answer(answers: tuple[Answer, ...], secret: str | None) -> None:
        services.answer_job(
            actor=actor, at=datetime.now(UTC), job_id=job_id, mapping={}, answers=answers, password=secret
        )

    row = _wait(actor, job_id)
    if row.state == "locked_file" and password is not None:
        answer((), password)
        row = _wait(actor, job_id)
    if row.state == "locked_file":
        raise UnreadableFile(row.error)
    questions = queries.job(actor=actor, job_id=job_id).view["questions"]
    still_open = [q for q in questions if not q["chosen"]]
    if still_open and not defaults:
        raise BadInput("imports.questions-open", n=len(still_open))
    if still_open:
        answer(tuple(Answer(q["id"], q["default"]) for q in still_open), None)
        _wait(actor, job_id)


def _wait(actor: Actor, job_id: UUID) -> Any:  # Any: queries.JobRow, loaded with the server part only
    """The job once the worker has done what was asked. Raises what it ended with."""
    from fengni.apps.imports import queries

    progress = Line()
    until = time.monotonic() + _PATIENCE
    while (row := queries.progress(actor=actor, job_id=job_id)).state in _UNDER_WAY:
        if time.monotonic() > until:
            raise BadInput("imports.took-too-long")
        progress(row.progress, row.progress_of)
        time.sleep(_PAUSE)
    progress.end()
    if row.state == "refused":
        raise UnreadableFile(row.error, **row.error_params)
    if row.state in {"cancelled", "expired"}:
        raise BadInput("imports.stopped")
    return row


def _leave_nothing(actor: Actor, job_id: UUID) -> None:
    """Cancel what is still open; what is over stays as it ended."""
    from fengni.apps.imports import queries, services

    if queries.progress(actor=actor, job_id=job_id).living:
        services.cancel_job(actor=actor, at=datetime.now(UTC), job_id=job_id)


# ---- output -----------------------------------------------------------------------------------------------------


def _print(lines: Iterable[Mapping[str, Any]]) -> None:
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


class Line:
    """Progress on stderr, on one line that is written over; silent when stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        if total and sys.stderr.isatty():
            self._shown = True
            click.echo(f"\r{said('imports.cli.progress', done=done, total=total)}\x1b[K", nl=False, err=True)

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
