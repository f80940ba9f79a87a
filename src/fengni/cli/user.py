"""`fengni user invite | list | deactivate`: colleagues of the member whose token is used."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.init import invitation_link
from fengni.cli.session import said, signed_in, tell
from fengni.core.access.actor import STAFF_ROLES
from fengni.host import state

_token_file = click.option("--token-file", type=click.Path(path_type=Path))


@click.group()
def user() -> None:
    """Invite, list and deactivate colleagues."""


@user.command()
@click.option("--name", required=True)
@click.option("--role", "roles", type=click.Choice(sorted(STAFF_ROLES)), multiple=True, required=True)
@click.option("--address", default=f"http://localhost:{state.WEB_PORT}/", show_default=True)
@_token_file
def invite(name: str, roles: tuple[str, ...], address: str, token_file: Path | None) -> None:
    """Print the one-time link of a new colleague."""
    actor = signed_in(token_file)
    from fengni.apps.accounts.services import invite_member

    done = invite_member(actor=actor, at=datetime.now(UTC), name=name, roles=roles)
    click.echo(invitation_link(address, done.value.token))
    tell("cli.user-invited")


@user.command("list")
@click.option("--json", "as_json", is_flag=True)
@_token_file
def list_(as_json: bool, token_file: Path | None) -> None:
    """Print members, active ones first."""
    signed_in(token_file)
    from fengni.apps.accounts.queries import members

    for member in members():
        if as_json:
            row = {"id": str(member.id), "name": member.name, "roles": list(member.roles), "active": member.active}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            state_ = "" if member.active else said("cli.user-inactive")
            click.echo(f"{member.id}  {member.name}  {'、'.join(said(f'role.{r}') for r in member.roles)}  {state_}")


@user.command()
@click.argument("member", type=click.UUID)
@_token_file
def deactivate(member: UUID, token_file: Path | None) -> None:
    """Close a colleague's access."""
    actor = signed_in(token_file)
    from fengni.apps.accounts.services import deactivate_member

    done = deactivate_member(actor=actor, at=datetime.now(UTC), member_id=member)
    tell("cli.user-deactivated", sessions=done.value)
