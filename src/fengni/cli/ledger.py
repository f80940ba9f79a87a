"""`fengni ledger verify | prove | checkpoint`: the whole ledger derived again; files that anyone can check offline.

Exit code 5 when something stored differs from what was signed; the first place is named.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell
from fengni.core.errors import BadInput

_token_file = click.option("--token-file", type=click.Path(path_type=Path))
_output = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False))
_since = click.option("--since", type=click.IntRange(min=1))
_as_json = click.option("--json", "as_json", is_flag=True)


@click.group()
def ledger() -> None:
    """Verify the ledger, prove entries, save checkpoints."""


@ledger.command()
@_as_json
@_token_file
def verify(as_json: bool, token_file: Path | None) -> int:
    """Derive everything again and compare."""
    actor = signed_in(token_file)
    from fengni.apps.ledger import verification

    report = verification.verify(actor, progress=_show_progress if sys.stderr.isatty() else None)
    found = report.finding
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        sentence = said(f"ledger.finding.{found.kind}", sequence=found.sequence) if found else said("ledger.verified")
        click.echo(sentence)
        extent = said("ledger.verified-extent", size=report.size, signed=report.signed, waiting=report.waiting)
        click.echo(extent)
        click.echo(report.fingerprint)
    return 5 if found else 0


@ledger.command()
@click.option("--entry")
@click.option("--person", type=click.UUID)
@click.option("--client", "client_id", type=click.UUID)
@_since
@_output
@_token_file
def prove(
    entry: str | None,
    person: UUID | None,
    client_id: UUID | None,
    since: int | None,
    output: Path | None,
    token_file: Path | None,
) -> None:
    """Write the proof of one entry, or one person's receipt."""
    if (entry is None) == (person is None) or (person is None) != (client_id is None):
        raise click.UsageError(said("ledger.prove-one"))
    actor = signed_in(token_file)
    if person is not None and client_id is not None:
        from fengni.apps.vault.services import issue_receipt

        done = issue_receipt(actor=actor, at=datetime.now(UTC), client_id=client_id, person_id=person)
        _write(done.value, output)
        return
    from fengni.apps.ledger.queries import entry_proof_file

    sequence, entry_id = _place(entry or "")
    _write(entry_proof_file(actor, sequence=sequence, entry_id=entry_id, since=since), output)


@ledger.command()
@_since
@_output
@_as_json
@_token_file
def checkpoint(since: int | None, output: Path | None, as_json: bool, token_file: Path | None) -> None:
    """Show the newest checkpoint, or write its file."""
    signed_in(token_file)
    from fengni.apps.ledger import queries

    if output is not None:
        _write(queries.checkpoint_file(since=since), output)
        return
    head, fingerprint = queries.checkpoint(), queries.log_fingerprint()
    if as_json:
        shown = {
            "origin": head.origin,
            "size": head.size,
            "root": head.root,
            "signed": head.signed,
            "waiting": head.waiting,
            "note": head.note,
            "fingerprint": fingerprint,
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        click.echo(head.note or said("ledger.not-signed-yet"))
        click.echo(fingerprint)


def _place(entry: str) -> tuple[int | None, UUID | None]:
    """An entry is named by its sequence or its id."""
    if entry.isascii() and entry.isdecimal() and len(entry) < 19:
        return int(entry), None
    try:
        return None, UUID(entry)
    except ValueError:
        raise BadInput("ledger.no-entry") from None


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    output.write_bytes(content)
    tell("ledger.written", path=str(output))


def _show_progress(done: int, total: int) -> None:
    click.echo(f"\r{done}/{total}", err=True, nl=done == total)
