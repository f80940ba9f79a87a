"""`fengni import folder DIR --check | --commit`.

Rules: files are sealed as they leave this process; nothing is bound before --commit, and what is staged dies after 24
hours. Killed at any point and run again it goes on: what arrived is not sent again, what the house holds is not taken
twice. Links are not followed, nothing in the folder is changed. The plan goes to stdout, sentences to stderr.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput
from fengni.core.intake.scans import LONGEST_PATH, is_noise
from fengni.core.pictures.kinds import MOST_BYTES

_PIECE: Final = 4 << 20
_PAUSE: Final = 0.2
_PATIENCE: Final = 600.0
_TOLD: Final = ("bound", "undone", "fresh", "choice", "twin", "held", "refused", "left", "waiting")


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the folder, its path inside it and its digest; empty where it is too large to be taken in."""

    place: Path
    path: str
    size: int
    sha256: str


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", "mode", flag_value="check", default="check")
@click.option("--commit", "mode", flag_value="commit")
@click.option("--choose", "chosen", multiple=True, metavar="NUMBER:KIND:CLIENT[:PERSON]")
@click.option("--leave", "left", multiple=True, type=int, metavar="NUMBER")
@click.option("--json", "as_json", is_flag=True)
@click.option("--report", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--token-file", type=click.Path(path_type=Path))
def folder(
    folder: Path, mode: str, chosen: tuple[str, ...], left: tuple[int, ...], as_json: bool, report: Path | None,
    token_file: Path | None,
) -> int:  # fmt: skip
    """Check a folder of scans, or take it in."""
    choices = [_choice(one) for one in chosen]
    actor = signed_in(token_file)
    from fengni.apps.imports import services

    files = list(_files(folder))
    folder_id = _send(actor, folder, files)
    services.check_folder(actor=actor, at=_now(), folder_id=folder_id)
    said_so = [services.Choice(number, kind, client, person, propose=True) for number, kind, client, person in choices]
    said_so += [services.Choice(number, leave=True) for number in left]
    if said_so:
        services.choose_scans(actor=actor, at=_now(), folder_id=folder_id, choices=said_so)
    if mode == "commit" and _counts(actor, folder_id).get("fresh"):
        services.confirm_folder(actor=actor, at=_now(), folder_id=folder_id)
        _wait(actor, folder_id)
    _tell(actor, folder_id, as_json=as_json, mode=mode)
    if report is not None:
        from fengni.apps.imports import queries

        report.write_bytes(queries.folder_report(actor=actor, at=_now(), folder_id=folder_id))
    return 0


def _choice(told: str) -> tuple[int, str, UUID, UUID | None]:
    """What `--choose` says of one file. Raises BadInput ("imports.cli.choice-unread")."""
    number, _, rest = told.partition(":")
    kind, _, owners = rest.partition(":")
    client, _, person = owners.partition(":")
    try:
        return int(number), kind, UUID(client), UUID(person) if person else None
    except ValueError:
        raise BadInput("imports.cli.choice-unread") from None


def _now() -> datetime:
    return datetime.now(UTC)


def _files(folder: Path) -> Iterator[_File]:
    """Every file that may be a scan, in order of its path. One that cannot be read is said and passed over."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(names):
            place = Path(where) / name
            path = place.relative_to(folder).as_posix()
            if is_noise(path) or place.is_symlink() or not place.is_file():
                continue
            try:
                size = place.stat().st_size
                if size > MOST_BYTES:
                    yield _File(place, path, size, "")
                else:
                    content = place.read_bytes()
                    yield _File(place, path, len(content), hashlib.sha256(content).hexdigest())
            except OSError:
                tell("imports.cli.unreadable", path=path)


def _send(actor: Actor, folder: Path, files: list[_File]) -> UUID:
    """Announce the folder and send what is wanted. Returns its id."""
    from fengni.apps.imports import services

    told = [services.Announced(one.path, one.size, one.sha256) for one in files]
    where = folder.resolve()
    opened = services.open_folder(actor=actor, at=_now(), name=where.name, place=str(where), files=told).value
    by_path = {one.path[-LONGEST_PATH:]: one for one in files}
    progress = _progress()
    for done, (number, there) in enumerate(opened.wants.items(), 1):
        content = by_path[opened.paths[number]].place.read_bytes()
        while there < len(content):
            sent = services.send_scan(
                actor=actor, at=_now(), folder_id=opened.folder_id, number=number, position=there,
                content=content[there : there + _PIECE],
            ).value  # fmt: skip
            if sent.state != "waiting":
                break
            there = sent.received
        progress(done, len(opened.wants))
    progress.end()
    return opened.folder_id


def _progress() -> Any:  # Any: imports._Line, loaded late because that module loads this one
    from fengni.cli.imports import Line

    return Line()


def _counts(actor: Actor, folder_id: UUID) -> dict[str, int]:
    from fengni.apps.imports import queries

    return dict(queries.folder_progress(actor=actor, folder_id=folder_id).counts)


def _wait(actor: Actor, folder_id: UUID) -> None:
    """Wait until the worker has bound every file. Raises BadInput when it never takes them up."""
    from fengni.apps.imports import queries

    progress, until, last = _progress(), time.monotonic() + _PATIENCE, -1
    while (row := queries.folder_progress(actor=actor, folder_id=folder_id)).state == "storing":
        left = row.counts.get("fresh", 0)
        if left != last:
            last, until = left, time.monotonic() + _PATIENCE
        if time.monotonic() > until:
            raise BadInput("imports.took-too-long")
        progress(row.total - left, row.total)
        time.sleep(_PAUSE)
    progress.end()


def _tell(actor: Actor, folder_id: UUID, *, as_json: bool, mode: str) -> None:
    from fengni.apps.imports import queries

    page = pages = 1
    while page <= pages:
        found = queries.folder(actor=actor, at=_now(), folder_id=folder_id, page=page)
        for one in found.scans:
            if as_json:
                line = {key: value for key, value in asdict(one).items() if key not in ("clients", "persons", "items")}
                click.echo(json.dumps(line | {"why": queries.why(one)}, ensure_ascii=False, default=str))
            else:
                click.echo(f"{one.number}\t{one.path}\t{queries.why(one)}\t{one.client}\t{one.person}\t{one.item}")
        page, pages = page + 1, found.scans.paginator.num_pages
    row = found.row
    if as_json:
        click.echo(json.dumps({"folder": str(folder_id), "counts": dict(row.counts), "places": row.places}))
    counts = [f"{said(f'imports.scan-state.{state}')} {row.counts[state]}" for state in _TOLD if row.counts.get(state)]
    tell("imports.cli.folder-counts", counts=said("imports.cli.between").join(counts), places=row.places)
    if row.state == "done":
        tell("imports.cli.undo", job=str(folder_id))
    elif mode == "check":
        tell("imports.cli.folder-next", folder=str(folder_id))
