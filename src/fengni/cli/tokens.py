"""`fengni tokens make | resolve | fake` and `fengni exports whose`: stand-ins and marks without the console.

Rules: tokens and numbers come from stdin, never from arguments, which shells and process lists keep; clear values go to
stdout alone.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell
from fengni.core.errors import BadInput

_token = click.option("--token-file", type=click.Path(path_type=Path))
_KINDS = ("mobile", "id_number", "uscc")


@click.group()
def tokens() -> None:
    """Stand-ins."""


@tokens.command()
@click.argument("fields", nargs=-1, required=True)
@click.option("--client", "client_id", type=click.UUID)
@click.option("--partner", type=click.UUID)
@_token
def make(fields: tuple[str, ...], client_id: UUID | None, partner: UUID | None, token_file: Path | None) -> None:
    """One token a line for client/ID/FIELD or person/ID/FIELD."""
    actor = signed_in(token_file)
    from fengni.apps.tokens import services
    from fengni.apps.tokens.spaces import Field

    wanted = []
    for field in fields:
        try:
            what, written, kind = field.split("/")
            subject = UUID(written)
        except ValueError:
            raise BadInput("tokens.cli.field-wrong") from None
        client = subject if what == "client" else client_id
        if what not in ("client", "person") or client is None:
            raise BadInput("tokens.cli.field-wrong")
        wanted.append(Field(client, subject, kind))
    done = services.make_tokens(actor=actor, at=datetime.now(UTC), fields=wanted, partner_id=partner)
    for one in done.value:
        click.echo(one or "")
    tell("cli.clients.in-ledger", entry=str(done.entry_id))


@tokens.command()
@click.option("--purpose", required=True)
@click.option("--reason", required=True)
@_token
def resolve(purpose: str, reason: str, token_file: Path | None) -> None:
    """What the tokens on stdin stand for: state, field, value."""
    actor = signed_in(token_file)
    from fengni.apps.tokens import services

    done = services.resolve_tokens(
        actor=actor, at=datetime.now(UTC), tokens=_lines(), reason=reason,
        purpose=purpose if purpose.startswith("purpose.") else f"purpose.{purpose}",
    )  # fmt: skip
    for one in done.value:
        click.echo(f"{one.state}\t{one.about.kind if one.about else ''}\t{one.value}")
    tell("cli.clients.in-ledger", entry=str(done.entry_id))


@tokens.command()
@click.argument("kind", type=click.Choice(_KINDS))
@_token
def fake(kind: str, token_file: Path | None) -> None:
    """Another number of the same form for each on stdin."""
    actor = signed_in(token_file)
    from fengni.apps.tokens import queries

    for one in queries.fake_numbers(actor=actor, kind=kind, values=_lines()):
        click.echo(one)


@click.group()
def exports() -> None:
    """Exported lists."""


@exports.command()
@click.argument("sample", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_token
def whose(sample: Path, token_file: Path | None) -> int:
    """The export that rows of a list came from; ends with 1 when none fits."""
    actor = signed_in(token_file)
    from fengni.apps.accounts.queries import member_names
    from fengni.apps.tokens import services

    found = services.trace_export(actor=actor, at=datetime.now(UTC), content=sample.read_bytes()).value
    names = member_names()
    for one in found.named:
        job = one.job
        line = said(
            "tokens.cli.named", at=f"{job.at.astimezone():%Y-%m-%d %H:%M}", who=names.get(job.member_id, ""),
            list=said(f"tokens.list.{job.list}"), rows=job.rows, canaries=one.fit.canaries,
            chance=f"{one.chance:.1e}", entry=str(job.id),
        )  # fmt: skip
        click.echo(line)
    if not found.named:
        tell("tokens.cli.none", jobs=found.jobs)
    return 0 if found.named else 1


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]
