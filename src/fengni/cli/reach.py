"""`fengni reach list | find | ask | give | refuse | end | break | review | overdue | alarm`: client files opened for
some hours, or at once in an emergency.

`overdue` ends with 1 while a review is overdue, so that a timer can watch it.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell

_token = click.option("--token-file", type=click.Path(path_type=Path))
_reason = click.option("--reason", required=True)
_purpose = click.option("--purpose", required=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _code(purpose: str) -> str:
    return purpose if purpose.startswith("purpose.") else f"purpose.{purpose}"


@click.group()
def reach() -> None:
    """Access for some hours, and emergencies."""


@reach.command(name="list")
@click.option("--json", "as_json", is_flag=True)
@_token
def list_(as_json: bool, token_file: Path | None) -> None:
    """Requests and emergencies: id, kind, state, until."""
    actor = signed_in(token_file)
    from fengni.apps.reach import queries

    page = queries.reach_page(actor=actor, at=_now())
    rows: list[queries.RequestRow | queries.EmergencyRow] = [*page.emergencies, *page.requests]
    for one in rows:
        kind = "emergency" if isinstance(one, queries.EmergencyRow) else "request"
        if as_json:
            row = {"kind": kind, "id": str(one.id), "client": str(one.client_id), "state": one.state}
            click.echo(json.dumps(row | {"until": one.until.isoformat() if one.until else None}))
        else:
            until = f"{one.until.astimezone():%Y-%m-%d %H:%M}" if one.until else ""
            click.echo(f"{one.id}  {said(f'reach.kind.{kind}')}  {said(f'reach.state.{one.state}')}  {until}".rstrip())


@reach.command()
@_token
def find(token_file: Path | None) -> int:
    """Which client file has the name or USCC on stdin."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    found = services.find_client(actor=actor, at=_now(), named=sys.stdin.read()).value
    if found is None:
        tell("reach.none-found")
        return 1
    click.echo(str(found))
    return 0


@reach.command()
@click.argument("client", type=click.UUID)
@click.option("--person", type=click.UUID, default=None)
@_purpose
@click.option("--hours", type=int, required=True)
@_reason
@_token
def ask(client: UUID, person: UUID | None, purpose: str, hours: int, reason: str, token_file: Path | None) -> None:
    """Ask for a client file, or one person of it."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    done = services.ask_access(
        actor=actor, at=_now(), client_id=client, person_id=person, purpose=_code(purpose), hours=hours, reason=reason
    )
    click.echo(str(done.value))
    tell("reach.cli.asked")


@reach.command()
@click.argument("request", type=click.UUID)
@_token
def give(request: UUID, token_file: Path | None) -> None:
    """Say yes."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    until = services.give_access(actor=actor, at=_now(), request_id=request).value
    tell("reach.cli.given", until=f"{until.astimezone():%Y-%m-%d %H:%M}")


@reach.command()
@click.argument("request", type=click.UUID)
@_reason
@_token
def refuse(request: UUID, reason: str, token_file: Path | None) -> None:
    """Say no."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    services.refuse_access(actor=actor, at=_now(), request_id=request, reason=reason)
    tell("reach.cli.refused")


@reach.command()
@click.argument("request", type=click.UUID)
@_token
def end(request: UUID, token_file: Path | None) -> None:
    """Take back, give back, or withdraw."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    services.end_access(actor=actor, at=_now(), request_id=request)
    tell("reach.cli.ended")


@reach.command(name="break")
@click.argument("client", type=click.UUID)
@_purpose
@_reason
@_token
def break_(client: UUID, purpose: str, reason: str, token_file: Path | None) -> None:
    """Open a client file at once."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    done = services.break_glass(actor=actor, at=_now(), client_id=client, purpose=_code(purpose), reason=reason)
    click.echo(str(done.value))
    tell("reach.cli.broken")


@reach.command()
@click.argument("emergency", type=click.UUID)
@click.option("--verdict", type=click.Choice(["justified", "not_justified"]), required=True)
@_reason
@_token
def review(emergency: UUID, verdict: str, reason: str, token_file: Path | None) -> None:
    """Say whether an emergency was justified."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    services.review_emergency(actor=actor, at=_now(), emergency_id=emergency, verdict=verdict, reason=reason)
    tell("reach.cli.reviewed")


@reach.command()
@_token
def overdue(token_file: Path | None) -> int:
    """Emergencies without a review: a finding each, and what to do."""
    actor = signed_in(token_file)
    from fengni.apps.reach import queries

    rows = queries.to_review(actor=actor, at=_now())
    if not rows:
        click.echo(said("reach.cli.none-owed"))
    for row in rows:
        hours = abs(row.left)
        code = "reach.cli.late" if row.state == "overdue" else "reach.cli.due"
        click.echo(said(code, emergency=str(row.id), hours=hours))
    return int(any(row.state == "overdue" for row in rows))


@reach.command()
@click.option("--clear", is_flag=True)
@_token
def alarm(clear: bool, token_file: Path | None) -> None:
    """Where one is told of emergencies: the address on stdin."""
    actor = signed_in(token_file)
    from fengni.apps.reach import services

    address = "" if clear else sys.stdin.read()
    services.set_alarm_address(actor=actor, at=_now(), address=address)
    tell("reach.cli.address")
