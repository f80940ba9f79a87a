"""`fengni original list | take | give`: the papers, seals and keys that a house holds for a matter."""

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
_person = click.option("--person", type=click.UUID, default=None)
_paper = click.option("--on-paper", is_flag=True)


@click.group()
def original() -> None:
    """Originals."""


@original.command("list")
@click.argument("matter_id", type=click.UUID)
@_token
@_json
def originals(matter_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Where they are; those that are here first."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    rows = queries.originals(actor=actor, at=datetime.now(UTC), matter_id=matter_id)
    for one in rows:
        if as_json:
            click.echo(json.dumps(asdict(one) | {"state": one.state}, ensure_ascii=False, default=str))
            continue
        named, state = said(f"matters.original.{one.code}"), said(f"matters.original-state.{one.state}")
        since = (one.given_at or one.taken_at).astimezone().date().isoformat()
        click.echo("\t".join((str(one.id), f"{named} × {one.count}", state, since)))
    if not rows and not as_json:
        tell("cli.original.none")


@original.command("take")
@click.argument("matter_id", type=click.UUID)
@click.argument("code")
@click.option("--count", type=int, default=1)
@_person
@_paper
@_token
@_json
def take(
    matter_id: UUID, code: str, count: int, person: UUID | None, on_paper: bool, token_file: Path | None, as_json: bool
) -> None:
    """Take something in, from a person of the matter or from the registry."""
    actor = signed_in(token_file)
    from fengni.apps.matters import services

    done = services.take_original(
        actor=actor, at=datetime.now(UTC), matter_id=matter_id, code=code, count=count, person_id=person,
        on_paper=on_paper,
    )  # fmt: skip
    found = {"id": str(done.value), "entry_id": str(done.entry_id)}
    click.echo(json.dumps(found) if as_json else found["id"])
    tell("cli.matter.done", entry=found["entry_id"])


@original.command("give")
@click.argument("original_id", type=click.UUID)
@_person
@_paper
@_token
def give(original_id: UUID, person: UUID | None, on_paper: bool, token_file: Path | None) -> None:
    """Hand something over, to a person of the matter or to the registry."""
    actor = signed_in(token_file)
    from fengni.apps.matters import services

    done = services.give_original(
        actor=actor, at=datetime.now(UTC), original_id=original_id, person_id=person, on_paper=on_paper
    )
    tell("cli.matter.done", entry=str(done.entry_id))
