"""`fengni destroy plan | calendar | list | approve | withdraw | run | certificate`: the end of a client file.
`fengni hold add | release | list`: what stops it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import lang, said, signed_in, tell
from fengni.core.access.actor import Actor

_token = click.option("--token-file", type=click.Path(path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True)


def _now() -> datetime:
    return datetime.now(UTC)


@click.group()
def destroy() -> None:
    """Retention, destruction and certificates."""


@destroy.command()
@click.argument("client", type=click.UUID, required=False)
@click.option("--number")
@click.option("--reason")
@click.option("--person", type=click.UUID, default=None)
@_token
def plan(
    client: UUID | None, number: str | None, reason: str | None, person: UUID | None, token_file: Path | None
) -> None:
    """What is due: of all client files, or of one; with its number and a reason, propose to destroy that."""
    proposes = number is not None and reason is not None
    if (number is None) != (reason is None) or (client is None and proposes) or (person is not None and not proposes):
        raise click.UsageError(said("disposals.cli.number-and-reason"))
    actor = signed_in(token_file)
    if client is None:
        _due(actor)
        return
    if number is None or reason is None:
        _of_file(actor, client)
        return
    from fengni.apps.disposals import services

    done = services.propose_disposal(
        actor=actor, at=_now(), client_id=client, number=number, reason=reason, person_id=person
    )
    click.echo(str(done.value))
    tell("disposals.cli.proposed", disposal=str(done.value))


def _due(actor: Actor) -> None:
    """Client files whose matter was closed, what is due first."""
    from fengni.apps.disposals import queries

    for row in queries.retention_page(actor=actor, at=_now()):
        state = said(f"disposals.state.{row.state}")
        number = row.counts.get("due", 0)
        click.echo(said("disposals.cli.due", client=str(row.client_id), number=row.number, due=number, state=state))


def _of_file(actor: Actor, client: UUID) -> None:
    """What would be destroyed of one client file, and what sealed until when."""
    from fengni.apps.disposals import queries

    page = queries.file_page(actor=actor, at=_now(), client_id=client)
    for line in (*page.destroys, *page.seals):
        kinds = said("disposals.cli.kind-separator").join(said(f"field.{kind}") for kind in line.kinds)
        told: dict[str, str | int] = {
            "subject": said(f"disposals.subject.{line.subject}"), "units": line.units,
            "kinds": kinds or said("disposals.cli.files"),
        }  # fmt: skip
        if line in page.destroys:
            click.echo(said("disposals.cli.destroys", **told))
        else:
            click.echo(said("disposals.cli.seals", until=str(line.until), **told))
    state = said(f"disposals.state.{page.row.state}")
    tell("disposals.cli.stands", number=page.row.number or "—", state=state)


@destroy.command()
@_as_json
@_token
def calendar(as_json: bool, token_file: Path | None) -> None:
    """How many units of which class become due in the months and years to come."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries
    from fengni.apps.disposals.calendar import lines

    for line in lines(queries.retention_calendar(actor=actor, at=_now())):
        if as_json:
            row = {"period": line.period, "what": line.what, "retention": line.kept, "units": line.units}
            click.echo(json.dumps(row))
            continue
        period = said(f"disposals.period.{line.period}") if line.period.isalpha() else line.period or "—"
        family = "fate" if line.period else "state"
        what, kept = said(f"disposals.{family}.{line.what}"), said(f"retention.{line.kept}")
        click.echo(said("disposals.cli.period", period=period, what=what, kept=kept, units=line.units))


@destroy.command(name="list")
@_as_json
@_token
def disposals(as_json: bool, token_file: Path | None) -> None:
    """The newest destructions, how each stands, and why an approved one does not go on."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries

    for one in queries.disposals(actor=actor, at=_now()):
        if as_json:
            row = {"id": str(one.id), "client_id": str(one.client_id), "number": one.number, "state": one.state}
            row |= {"proposed_at": one.proposed_at.isoformat(), "stopped": one.stopped}
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        state = said("disposals.state.stopped" if one.stopped else f"disposals.state.{one.state}")
        click.echo("\t".join((str(one.id), one.number, state, one.stopped)).rstrip())


@destroy.command()
@click.argument("disposal_id", type=click.UUID)
@click.option("--number", required=True)
@_token
def approve(disposal_id: UUID, number: str, token_file: Path | None) -> None:
    """Agree as the second person."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    services.approve_disposal(actor=actor, at=_now(), disposal_id=disposal_id, number=number)
    tell("disposals.cli.approved")


@destroy.command()
@click.argument("disposal_id", type=click.UUID)
@_token
def withdraw(disposal_id: UUID, token_file: Path | None) -> None:
    """Take it back before anything is destroyed."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    services.withdraw_disposal(actor=actor, at=_now(), disposal_id=disposal_id)
    tell("disposals.cli.withdrawn")


@destroy.command()
@click.argument("disposal_id", type=click.UUID, required=False)
@_token
def run(disposal_id: UUID | None, token_file: Path | None) -> None:
    """Carry out one, or go on with all that was approved and not finished; what a hold stops is left alone."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries, running

    waiting = [disposal_id] if disposal_id else [one for one, lapsed in queries.unattended(at=_now()) if not lapsed]
    for one in waiting:
        done = running.carry_out(actor=actor, disposal_id=one, clock=_now)
        click.echo(str(one))
        tell("disposals.cli.done", destroyed=done.destroyed, sealed=done.sealed)
    if not waiting:
        tell("disposals.cli.nothing-waits")


@destroy.command()
@click.argument("disposal_id", type=click.UUID)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_token
def certificate(disposal_id: UUID, output: Path, token_file: Path | None) -> None:
    """Issue the certificate when there is none yet, and write it to a file: PDF where its name ends so, else JSON."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries, services

    if "certify" in queries.disposal_page(actor=actor, at=_now(), disposal_id=disposal_id).may:
        services.issue_certificate(actor=actor, at=_now(), disposal_id=disposal_id)
    if output.suffix.lower() == ".pdf":
        output.write_bytes(queries.certificate_paper(actor=actor, disposal_id=disposal_id, lang=lang()))
    else:
        output.write_bytes(queries.certificate_file(actor=actor, disposal_id=disposal_id))
    tell("disposals.cli.certificate", path=str(output))


@click.group()
def hold() -> None:
    """Legal holds: as long as one stands, nothing of the client is destroyed."""


@hold.command()
@click.argument("client", type=click.UUID)
@click.option("--reason", required=True)
@_token
def add(client: UUID, reason: str, token_file: Path | None) -> None:
    """Stop every destruction in a client file."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    services.set_hold(actor=actor, at=_now(), client_id=client, reason=reason)
    tell("disposals.cli.held")


@hold.command()
@click.argument("client", type=click.UUID)
@click.option("--reason", required=True)
@_token
def release(client: UUID, reason: str, token_file: Path | None) -> None:
    """Let retention go on."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import services

    services.lift_hold(actor=actor, at=_now(), client_id=client, reason=reason)
    tell("disposals.cli.released")


@hold.command("list")
@_as_json
@_token
def list_(as_json: bool, token_file: Path | None) -> None:
    """The holds that stand, the oldest first."""
    actor = signed_in(token_file)
    from fengni.apps.disposals import queries

    rows = queries.holds(actor=actor)
    for one in rows:
        since = one.set_at.astimezone().date().isoformat()
        if as_json:
            row = {"client_id": str(one.client_id), "set_at": one.set_at.isoformat(), "set_by": str(one.set_by)}
            click.echo(json.dumps(row | {"reason": one.reason}, ensure_ascii=False))
        else:
            click.echo(said("disposals.cli.hold", client=str(one.client_id), since=since, reason=one.reason))
    if not rows and not as_json:
        tell("disposals.cli.no-holds")
