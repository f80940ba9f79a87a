"""`fengni house show | edit`: how clients reach the organisation; it stands in every notice they read."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from fengni.cli.session import signed_in, tell

_token = click.option("--token-file", type=click.Path(path_type=Path))


@click.group()
def house() -> None:
    """The organisation as clients read of it."""


@house.command()
@click.option("--json", "as_json", is_flag=True)
@_token
def show(as_json: bool, token_file: Path | None) -> None:
    """Name, who answers, telephone, e-mail, address."""
    signed_in(token_file)
    from fengni.apps.accounts.queries import house as read

    row = read()
    about = {"name": row.name} | asdict(row.contact)
    click.echo(json.dumps(about, ensure_ascii=False) if as_json else "\n".join(v for v in about.values() if v))


@house.command()
@click.option("--contact")
@click.option("--phone")
@click.option("--email")
@click.option("--street", "address")
@click.option("--name", default="")
@_token
def edit(
    contact: str | None, phone: str | None, email: str | None, address: str | None, name: str, token_file: Path | None
) -> None:
    """Change what is given; the rest stays."""
    actor = signed_in(token_file)
    from fengni.apps.accounts.queries import house as read
    from fengni.apps.accounts.services import edit_tenant

    asked = {"contact": contact, "phone": phone, "email": email, "address": address}
    given = replace(read().contact, **{kind: value for kind, value in asked.items() if value is not None})
    edit_tenant(actor=actor, at=datetime.now(UTC), contact=given, name=name)
    tell("cli.house-saved")
