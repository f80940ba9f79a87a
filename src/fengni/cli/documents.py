"""`fengni document list | add | view`: scans and documents of a client file, without the console.

Rules: a file is sealed as it arrives and loses what it carried unseen; a page comes as the marked display copy, for a
purpose and a reason, and is counted for the person. Nothing in the folder it came from is changed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell

_token = click.option("--token-file", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True)


@click.group()
def document() -> None:
    """Documents."""


@document.command("list")
@click.argument("client_id", type=click.UUID)
@click.option("--person", "person_id", type=click.UUID)
@click.option("--matter", "matter_id", type=click.UUID)
@_token
@_json
def list_documents(
    client_id: UUID, person_id: UUID | None, matter_id: UUID | None, token_file: Path | None, as_json: bool
) -> None:
    """What lies there, newest first."""
    actor = signed_in(token_file)
    from fengni.apps.vault import queries

    rows = queries.materials(
        actor=actor, at=datetime.now(UTC), client_id=client_id, subject_id=person_id, matter_id=matter_id
    )
    for row in rows:
        shown = (str(row.id), row.kind, row.media_type, str(row.pages), str(row.size))
        click.echo(json.dumps(asdict(row), default=str) if as_json else "\t".join(shown))


@document.command("add")
@click.argument("client_id", type=click.UUID)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True)
@click.option("--person", "person_id", type=click.UUID)
@click.option("--matter", "matter_id", type=click.UUID)
@_token
def add_document(
    client_id: UUID, file: Path, kind: str, person_id: UUID | None, matter_id: UUID | None, token_file: Path | None
) -> None:
    """Seal one; its id is what `fengni matter item receive --material` takes."""
    actor = signed_in(token_file)
    from fengni.apps.vault import services

    done = services.upload_material(
        actor=actor, at=datetime.now(UTC), client_id=client_id, subject_id=person_id, kind=kind,
        content=file.read_bytes(), matter_id=matter_id,
    )  # fmt: skip
    kept = done.value
    click.echo(str(kept.material_id))
    tell("cli.document.added", pages=kept.pages, entry=str(done.entry_id))
    if kept.removed:
        between = said("imports.cli.between")
        tell("cli.document.removed", what=between.join(said(f"pictures.removed.{code}") for code in kept.removed))


@document.command("view")
@click.argument("document_id", type=click.UUID)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--purpose", required=True)
@click.option("--reason", required=True)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@_token
def view_document(
    document_id: UUID, output: Path, purpose: str, reason: str, page: int, token_file: Path | None
) -> None:
    """One page as JPEG with the reader's mark."""
    actor = signed_in(token_file)
    from fengni.apps.vault import services

    done = services.view_material(
        actor=actor, at=datetime.now(UTC), material_id=document_id, page=page - 1, reason=reason,
        purpose=purpose if purpose.startswith("purpose.") else f"purpose.{purpose}",
    )  # fmt: skip
    output.write_bytes(done.value)
    tell("cli.document.viewed", path=str(output), entry=str(done.entry_id))
