"""`fengni backup run | list | policy | verify | restore-test | restore`: sealed files of the whole installation.

Rules: passphrases and recovery sheets come from files closed to others, or are typed; never from arguments. Exit code 5
when a file is not whole or a check of what was restored does not hold.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from fengni.cli.session import said, setup_django, tell
from fengni.core.errors import HostProblem
from fengni.host import backup as making
from fengni.host import (
    backup_chain,
    backup_journal,
    backup_recover,
    backup_restore,
    backup_verify,
    secret_input,
    state,
)
from fengni.keys import roots


class _Instant(click.ParamType[datetime]):
    """An instant in ISO 8601; without an offset it is that of this machine's clock on the wall."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Raises click.BadParameter."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value).astimezone()
        except ValueError:
            self.fail(said("backup.no-instant"), param, ctx)


_to = click.option("--to", type=_Instant())
_as_json = click.option("--json", "as_json", is_flag=True)
_passphrase_file = click.option("--passphrase-file", type=click.Path(path_type=Path))
_sheet_file = click.option("--sheet-file", type=click.Path(path_type=Path))
_SIGNS = {"whole": "✔", "part": "…", "missing": "✘"}


@click.group()
def backup() -> None:
    """Make, list, keep and restore backups."""


@backup.command("run")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base", "as_base", is_flag=True)
@click.option("--increment", "as_increment", is_flag=True)
@_as_json
def run_(folder: Path | None, as_base: bool, as_increment: bool, as_json: bool) -> None:
    """Make one backup, and remove those kept long enough."""
    if as_increment and (as_base or folder is not None):
        raise click.UsageError(said("backup.increment-alone"))
    setup_django()
    place = folder or making.default_folder()
    if as_increment:
        made = backup_journal.make_increment(progress=_Progress())
    elif as_base:
        made = backup_journal.make_base(place, progress=_Progress())
    else:
        made = making.make(place, progress=_Progress())
    if as_json:
        row = {"id": str(made.id), "file": str(made.path), "size": made.size, "rows": made.rows}
        click.echo(json.dumps(row | {"sha256": made.digest.hex()}, ensure_ascii=False))
    else:
        code = "backup.made-increment" if as_increment else "backup.made-base" if as_base else "backup.made"
        tell(code, rows=made.rows, size=_size(made.size))
        click.echo(str(made.path))


@backup.command("list")
@_as_json
def list_(as_json: bool) -> None:
    """Every backup that is not gone, newest first."""
    setup_django()
    rows = making.listed()
    if as_json:
        for one in rows:
            click.echo(json.dumps(_plain(asdict(one)), ensure_ascii=False))
        return
    for one in rows:
        tested = said("backup.tested", at=_day(one.tested_at)) if one.tested_at else said("backup.untested")
        dies = said("backup.dies", at=_day(one.dies)) if one.dies else said("backup.kept-without-end")
        size = _size(one.size) if one.size is not None else "—"
        reach = one.reaches_at or one.begun_at
        chain = "  " + said("backup.listed-chain", number=one.increments, at=_day(reach)) if one.kind == "base" else ""
        click.echo(f"{_SIGNS[one.status]} {one.path}  {size}{chain}  {tested}  {dies}")
    if not rows:
        tell("backup.list-empty")


@backup.command()
@click.option("--keep-days", type=click.IntRange(1, 3650))
@click.option("--none", "no_backups", is_flag=True)
@click.option("--journal", type=click.IntRange(0, 1440))
@_as_json
def policy(keep_days: int | None, no_backups: bool, journal: int | None, as_json: bool) -> None:
    """Decide how long backups are kept and how often increments are made; without an option say what holds."""
    if no_backups and (keep_days is not None or journal):
        raise click.UsageError(said("backup.one-policy"))
    setup_django()
    if keep_days is not None or no_backups or journal is not None:
        backup_journal.decide(keep_days, none=no_backups, journal_minutes=journal)
    decided, day = making.standing()
    if as_json:
        minutes = decided.journal_minutes if decided else None
        shown = {"decided": decided is not None, "keep_days": decided.keep_days if decided else None, "horizon": day}
        click.echo(json.dumps(_plain(shown | {"journal_minutes": minutes})))
        return
    if decided is None:
        click.echo(said("backup.policy-undecided"))
        return
    if decided.keep_days is None:
        click.echo(said("backup.policy-none"))
    else:
        click.echo(said("backup.policy-keep", days=decided.keep_days))
    if decided.journal_minutes is not None:
        click.echo(said("backup.policy-journal", minutes=decided.journal_minutes))
    click.echo(said("backup.horizon", day=str(day)) if day else said("backup.horizon-unknown"))


@backup.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--root-file", type=click.Path(path_type=Path))
@_passphrase_file
@_sheet_file
@_as_json
def verify(
    file: Path | None, root_file: Path | None, passphrase_file: Path | None, sheet_file: Path | None, as_json: bool
) -> None:
    """Read a backup, or the newest in a folder, to its end and check it, without restoring and without a database."""
    if root_file is not None and sheet_file is not None:
        raise click.UsageError(said("backup.one-root"))
    path = file or making.default_folder()
    path = backup_verify.newest(path) if file is None or path.is_dir() else path
    making.named(path)
    sheet = _sheet(sheet_file)
    secret = "" if sheet else secret_input.for_root(roots.read(root_file or state.root_file()), passphrase_file)
    root = backup_restore.open_root(root_file=root_file, secret=secret, sheet=sheet)
    found: backup_verify.Verified | backup_verify.VerifiedChain
    found = backup_verify.verify_chain(path, root) if backup_chain.is_base(path) else backup_verify.verify(path, root)
    counted = {k: v for k, v in asdict(found).items() if isinstance(v, int) and k != "size"}
    if as_json:
        click.echo(json.dumps({"file": str(path)} | _plain(asdict(found)), ensure_ascii=False))
    elif isinstance(found, backup_verify.VerifiedChain):
        first, last = backup_recover.shown(found.first), backup_recover.shown(found.last)
        click.echo(said("backup.verified-chain", first=first, last=last, size=_size(found.size), **counted))
    else:
        click.echo(said("backup.verified", at=_day(found.begun_at), size=_size(found.size), **counted))


@backup.command("restore-test")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_to
@_passphrase_file
@_sheet_file
@_as_json
def restore_test(
    file: Path | None, to: datetime | None, passphrase_file: Path | None, sheet_file: Path | None, as_json: bool
) -> None:
    """Restore beside the running installation, check everything, and remove it again."""
    setup_django()
    path = file or making.newest()
    with backup_restore.failure_recorded(path):
        making.named(path)
    sheet = _sheet(sheet_file)
    secret = "" if sheet else secret_input.for_root(roots.read(state.root_file()), passphrase_file)
    root = backup_restore.open_root(root_file=None, secret=secret, sheet=sheet)
    _show(path, backup_restore.test(path, root, to=to, step=tell), as_json=as_json, code="backup.tested-well")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--root-file", type=click.Path(path_type=Path))
@click.option("--keys", "survived", type=click.Path(file_okay=False, path_type=Path))
@_to
@click.option("--give-up-signed", "gives_up", is_flag=True)
@_passphrase_file
@_sheet_file
@_as_json
def restore(
    file: Path,
    root_file: Path | None,
    survived: Path | None,
    to: datetime | None,
    gives_up: bool,
    passphrase_file: Path | None,
    sheet_file: Path | None,
    as_json: bool,
) -> None:
    """Bring an installation back into an empty state directory."""
    if (root_file is None) == (sheet_file is None):
        raise click.UsageError(said("backup.one-root"))
    file = backup_verify.newest(file) if file.is_dir() else file
    making.named(file)
    sheet = _sheet(sheet_file)
    passphrase = (
        secret_input.passphrase(passphrase_file, twice=True)
        if root_file is None
        else secret_input.for_root(roots.read(root_file), passphrase_file)
    )
    root = backup_restore.open_root(root_file=root_file, secret=passphrase, sheet=sheet)
    done = backup_restore.restore(
        file, root, root_file=root_file, passphrase=passphrase, survived=survived, to=to, gives_up=gives_up, step=tell
    )
    _show(file, done, as_json=as_json, code="backup.restored")


class _Progress:
    """Bytes written so far on stderr, where that is a terminal."""

    def __init__(self) -> None:
        self._shown = 0

    def __call__(self, size: int) -> None:
        if sys.stderr.isatty() and size - self._shown >= 1 << 20:
            self._shown = size
            click.echo(f"\r{_size(size)}", err=True, nl=False)


def _show(path: Path, done: backup_restore.Checked, *, as_json: bool, code: str) -> None:
    counted = {k: v for k, v in asdict(done).items() if isinstance(v, int)}
    if as_json:
        click.echo(json.dumps({"file": str(path)} | _plain(asdict(done)), ensure_ascii=False))
    else:
        click.echo(said(code, at=_day(done.begun_at), **counted))
        if done.given_up and code == "backup.restored":
            click.echo(said("backup.gave-up", number=done.given_up))


def _sheet(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        if file.stat().st_mode & 0o077:
            raise HostProblem("host.passphrase-file-open", path=str(file))
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise HostProblem("host.passphrase-file-unreadable", path=str(file)) from None


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | str | bool | None) else str(v) for k, v in row.items()}


def _day(at: datetime | None) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M %Z") if at else ""


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
