"""`fengni consent list | told MATTER`: who was told what and said yes to what, without the console."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in

_token = click.option("--token-file", type=click.Path(path_type=Path))


@click.group()
def consent() -> None:
    """What clients were told and agreed to."""


@consent.command(name="list")
@click.argument("matter_id", metavar="MATTER", type=click.UUID)
@_token
def list_(matter_id: UUID, token_file: Path | None) -> None:
    """Consents of a matter: person, scope, state, since, whose word."""
    actor = signed_in(token_file)
    from fengni.apps.consents import queries

    for row in queries.of_matter(actor=actor, at=datetime.now(UTC), matter_id=matter_id):
        since = f"{row.since:%Y-%m-%d %H:%M}" if row.since else "-"
        word = said(f"consents.assurance.{row.assurance}") if row.assurance else "-"
        scope, state = said(f"consents.scope.{row.scope}"), said(f"consents.state.{row.word}")
        click.echo(f"{row.person_id}  {scope}  {state}  {since}  {word}")


@consent.command()
@click.argument("matter_id", metavar="MATTER", type=click.UUID)
@click.argument("reading_id", metavar="[READING]", type=click.UUID, required=False)
@_token
def told(matter_id: UUID, reading_id: UUID | None, token_file: Path | None) -> None:
    """Notices that were read in a matter; with READING its text, byte for byte."""
    actor = signed_in(token_file)
    from fengni.apps.consents import queries

    at = datetime.now(UTC)
    if reading_id is not None:
        row = queries.reading(actor=actor, at=at, matter_id=matter_id, reading_id=reading_id)
        click.echo(row.text, nl=False)
        return
    for row in queries.readings(actor=actor, at=at, matter_id=matter_id):
        word = said(f"consents.assurance.{row.assurance}")
        click.echo(f"{row.id}  {row.person_id}  {row.read_at:%Y-%m-%d %H:%M}  {row.text_hash}  {word}")
