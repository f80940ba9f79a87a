"""`fengni policy` and `fengni agent`: the information policy and the declared agents, without the console.

Rules: a text comes from a file, never from an argument. Approving and reading name the hash of the text that was shown.
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
_hash = click.option("--hash", "text_hash", required=True)


@click.group()
def policy() -> None:
    """The information policy of the house."""


@click.group()
def agent() -> None:
    """Declared registration agents."""


@policy.command("list")
@_token
@_json
def list_policies(token_file: Path | None, as_json: bool) -> None:
    """Versions, the newest first."""
    actor = signed_in(token_file)
    from fengni.apps.measures import queries

    page = queries.policy_page(actor=actor)
    for row in page.rows:
        state = said(f"measures.policy-state.{row.state}")
        line = f"{row.id}\t{row.number}\t{state}\t{row.read}/{page.members}\t{row.text_hash}"
        click.echo(json.dumps(asdict(row), ensure_ascii=False, default=str) if as_json else line)


@policy.command("show")
@click.argument("policy_id", type=click.UUID, required=False)
@_token
def show_policy(policy_id: UUID | None, token_file: Path | None) -> None:
    """The text of a version, the one in force without one; the text to begin with while there is none."""
    actor = signed_in(token_file)
    from fengni.apps.measures import queries

    page = queries.policy_page(actor=actor)
    row = next((one for one in page.rows if one.id == policy_id), None) if policy_id else page.standing
    click.echo(row.text if row else page.standard)


@policy.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_token
def draft_policy(file: Path, token_file: Path | None) -> None:
    """A new version from a text file in UTF-8."""
    actor = signed_in(token_file)
    from fengni.apps.measures import services

    text = file.read_text("utf-8", errors="replace")
    click.echo(str(services.draft_policy(actor=actor, at=datetime.now(UTC), text=text).value))


@policy.command("approve")
@click.argument("policy_id", type=click.UUID)
@_hash
@_token
def approve_policy(policy_id: UUID, text_hash: str, token_file: Path | None) -> None:
    """Put a version in force."""
    actor = signed_in(token_file)
    from fengni.apps.measures import services

    services.approve_policy(actor=actor, at=datetime.now(UTC), policy_id=policy_id, text_hash=text_hash)
    tell("cli.policy.approved")


@policy.command("read")
@click.argument("policy_id", type=click.UUID)
@_hash
@_token
def read_policy(policy_id: UUID, text_hash: str, token_file: Path | None) -> None:
    """Your receipt of having read it."""
    actor = signed_in(token_file)
    from fengni.apps.measures import services

    services.read_policy(actor=actor, at=datetime.now(UTC), policy_id=policy_id, text_hash=text_hash)
    tell("cli.policy.read")


@agent.command("list")
@_token
@_json
def list_agents(token_file: Path | None, as_json: bool) -> None:
    """Who handles matters, declared or not."""
    actor = signed_in(token_file)
    from fengni.apps.measures import queries

    for row in queries.handlers(actor=actor, at=datetime.now(UTC)):
        line = f"{row.id}\t{row.name}\t{said(f'measures.declared.{row.state}')}\t{row.until or '-'}"
        click.echo(json.dumps(asdict(row), ensure_ascii=False, default=str) if as_json else line)


@agent.command("declare")
@click.argument("member_id", type=click.UUID)
@click.option("--from", "declared_on", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True)
@_token
def declare(member_id: UUID, declared_on: datetime, until: datetime, token_file: Path | None) -> None:
    """Note a declaration."""
    actor = signed_in(token_file)
    from fengni.apps.measures import services

    services.declare_handler(
        actor=actor, at=datetime.now(UTC), member_id=member_id, declared_on=declared_on.date(), until=until.date()
    )
    tell("cli.agent.declared")
