"""`fengni disposal due | propose | approve | withdraw | run | resume | certificate`: the end of a client file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import lang, said, signed_in, tell

_token = click.option("--token-file", type=click.Path(path_type=Path))


def _now() -> datetime:
    return datetime.now(UTC)


@click.group()
def disposal() -> None:
    """Retention, destruction and certificates."""


@disposal.command()
@_token
def due(token_file: Path | None) -> None:
    """Client files whose matter was closed, what is due first."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries

    for row in queries.retention_page(actor=actor, at=_now()):
        state = said(f"disposals.state.{row.state}")
        number = row.counts.get("due", 0)
        click.echo(said("disposals.cli.due", client=str(row.client_id), number=row.number, due=number, state=state))


@disposal.command()
@click.argument("client", type=click.UUID)
@click.option("--number", required=True)
@click.option("--reason", required=True)
@click.option("--person", type=click.UUID, default=None)
@_token
def propose(client: UUID, number: str, reason: str, person: UUID | None, token_file: Path | None) -> None:
    """Propose what is due of a client file, or what one person asked to have deleted."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    done = services.propose_disposal(
        actor=actor, at=_now(), client_id=client, number=number, reason=reason, person_id=person
    )
    click.echo(str(done.value))
    tell("disposals.cli.proposed", disposal=str(done.value))


@disposal.command()
@click.argument("disposal_id", type=click.UUID)
@click.option("--number", required=True)
@_token
def approve(disposal_id: UUID, number: str, token_file: Path | None) -> None:
    """Agree as the second person."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    services.approve_disposal(actor=actor, at=_now(), disposal_id=disposal_id, number=number)
    tell("disposals.cli.approved")


@disposal.command()
@click.argument("disposal_id", type=click.UUID)
@_token
def withdraw(disposal_id: UUID, token_file: Path | None) -> None:
    """Take it back before anything is destroyed."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    services.withdraw_disposal(actor=actor, at=_now(), disposal_id=disposal_id)
    tell("disposals.cli.withdrawn")


@disposal.command()
@_token
def resume(token_file: Path | None) -> None:
    """Go on with everything that was approved and not finished; what a hold stops is left alone."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries, running

    waiting = [one for one, lapsed in queries.unattended(at=_now()) if not lapsed]
    for disposal_id in waiting:
        done = running.carry_out(actor=actor, disposal_id=disposal_id, clock=_now)
        click.echo(str(disposal_id))
        tell("disposals.cli.done", destroyed=done.destroyed, sealed=done.sealed)
    if not waiting:
        tell("disposals.cli.nothing-waits")


@disposal.command()
@click.argument("disposal_id", type=click.UUID)
@_token
def run(disposal_id: UUID, token_file: Path | None) -> None:
    """Carry it out, or go on."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import running

    done = running.carry_out(actor=actor, disposal_id=disposal_id, clock=_now)
    tell("disposals.cli.done", destroyed=done.destroyed, sealed=done.sealed)


@disposal.command()
@click.argument("disposal_id", type=click.UUID)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_token
def certificate(disposal_id: UUID, output: Path, token_file: Path | None) -> None:
    """Issue the certificate when there is none yet, and write it to a file: PDF where its name ends so, else JSON."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries, services

    if "certify" in queries.disposal_page(actor=actor, disposal_id=disposal_id).may:
        services.issue_certificate(actor=actor, at=_now(), disposal_id=disposal_id)
    if output.suffix.lower() == ".pdf":
        output.write_bytes(queries.certificate_paper(actor=actor, disposal_id=disposal_id, lang=lang()))
    else:
        output.write_bytes(queries.certificate_file(actor=actor, disposal_id=disposal_id))
    tell("disposals.cli.certificate", path=str(output))
