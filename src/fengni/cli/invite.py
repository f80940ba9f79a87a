"""`fengni invite new | state | recall | read-out`: a client's link without the console.

Rules: the link and a code go to stdout alone and are shown once; everything else to stderr.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell
from fengni.core.errors import BadInput
from fengni.host import state as host

_token = click.option("--token-file", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True)


@click.group()
def invite() -> None:
    """Invite clients."""


@invite.command()
@click.argument("client_id", type=click.UUID)
@click.argument("person_id", type=click.UUID)
@click.option("--contact", type=click.Choice(["mobile", "email", "none"]), default="mobile", show_default=True)
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True)
@click.option("--address", default=f"http://localhost:{host.WEB_PORT}/", show_default=True)
@_token
def new(client_id: UUID, person_id: UUID, contact: str, days: int, address: str, token_file: Path | None) -> None:
    """Print the link of a person in a client file."""
    actor, at = signed_in(token_file), datetime.now(UTC)
    from fengni.apps.guests.services import invite_person

    done = invite_person(
        actor=actor,
        at=at,
        client_id=client_id,
        person_id=person_id,
        contact="" if contact == "none" else contact,
        expires_at=at + timedelta(days=days),
    )
    click.echo(address.rstrip("/") + done.value.path)
    tell("cli.invite.made")


@invite.command("state")
@click.argument("link_id", type=click.UUID, required=False)
@click.option("--client", "client_id", type=click.UUID)
@_token
@_json
def show_state(link_id: UUID | None, client_id: UUID | None, token_file: Path | None, as_json: bool) -> None:
    """One invitation, or all of a client file."""
    if link_id is None and client_id is None:
        raise BadInput("cli.invite.one-of")
    actor, at = signed_in(token_file), datetime.now(UTC)
    from fengni.apps.guests import queries

    if link_id is not None:
        rows = [queries.invitation(actor=actor, at=at, link_id=link_id)]
    else:
        rows = queries.invitations(actor=actor, at=at, client_id=client_id)
    for row in rows:
        if as_json:
            click.echo(json.dumps(asdict(row), ensure_ascii=False, default=str))
        else:
            told = row.state
            word = said(f"guests.state.{told.state}")
            click.echo(f"{row.link_id}  {row.name}  {word}  {told.opens}  {told.previews}  {told.expires_at:%Y-%m-%d}")


@invite.command()
@click.argument("link_id", type=click.UUID)
@_token
@_json
def recall(link_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """End a link; say whether it was opened."""
    actor = signed_in(token_file)
    from fengni.apps.guests.services import recall_link

    done = recall_link(actor=actor, at=datetime.now(UTC), link_id=link_id)
    if as_json:
        click.echo(json.dumps(asdict(done.value) | {"entry_id": str(done.entry_id)}))
    if done.value.opened:
        tell("cli.invite.recalled-opened", opens=done.value.opens)
    else:
        tell("cli.invite.recalled-unopened", previews=done.value.previews)


@invite.command("read-out")
@click.argument("link_id", type=click.UUID)
@_token
def read_out(link_id: UUID, token_file: Path | None) -> None:
    """Print a code to be read out on the telephone."""
    actor = signed_in(token_file)
    from fengni.apps.guests.services import read_out_code

    done = read_out_code(actor=actor, at=datetime.now(UTC), link_id=link_id)
    click.echo(done.value.code)
    tell("cli.invite.read-out-until", until=f"{done.value.until.astimezone():%H:%M}")
