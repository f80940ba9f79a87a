"""`fengni approve list | ask | give | refuse`: the second person without the console.

A command that needs a second person ends with 4; given a reason, it asks on the way. The same command run again after
the yes does what was asked, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell
from fengni.core.access.actor import Actor
from fengni.core.errors import Denied

_token = click.option("--token-file", type=click.Path(path_type=Path))


@contextmanager
def asking_when_refused(actor: Actor, reason: str, *, detail: str = "") -> Iterator[None]:
    """Ask for a second person when one is needed and a reason was given; the refusal goes on to the exit code."""
    try:
        yield
    except Denied as denied:
        from fengni.apps.approvals import asking, services

        if denied.code == asking.REQUIRED and reason.strip():
            told = denied.params
            done = services.ask_second_person(
                actor=actor, at=datetime.now(UTC), act=str(told["act"]), resource_id=UUID(hex=str(told["resource"])),
                persons=int(told["persons"]), fields=tuple(str(told["fields"]).split()), detail=detail, reason=reason,
            )  # fmt: skip
            tell("approvals.cli.asked", request=str(done.value))
        raise


@click.group()
def approve() -> None:
    """Ask for a second person, see and answer requests."""


@approve.command(name="list")
@_token
def list_(token_file: Path | None) -> None:
    """Requests: id, state, act, persons."""
    actor = signed_in(token_file)
    from fengni.apps.approvals import queries

    page = queries.requests_page(actor=actor, at=datetime.now(UTC))
    for row in (*page.waiting, *page.own, *page.others):
        click.echo(f"{row.id}  {said('approvals.state.' + row.state)}  {row.act_text}  {row.persons}")
    for one in page.stopped:
        tell("approvals.cli.stopped", act=one.act_text, persons=one.persons, tries=one.tries)


@approve.command()
@click.argument("act")
@click.option("--resource", type=click.UUID, required=True)
@click.option("--persons", type=int, required=True)
@click.option("--fields", multiple=True)
@click.option("--detail", default="")
@click.option("--reason", required=True)
@_token
def ask(
    act: str, resource: UUID, persons: int, fields: tuple[str, ...], detail: str, reason: str, token_file: Path | None
) -> None:
    """Ask for a second person."""
    actor = signed_in(token_file)
    from fengni.apps.approvals import services

    done = services.ask_second_person(
        actor=actor, at=datetime.now(UTC), act=act, resource_id=resource, persons=persons, fields=fields,
        detail=detail, reason=reason,
    )  # fmt: skip
    click.echo(str(done.value))
    tell("approvals.cli.asked", request=str(done.value))


@approve.command()
@click.argument("request", type=click.UUID)
@_token
def give(request: UUID, token_file: Path | None) -> None:
    """Say yes."""
    actor = signed_in(token_file)
    from fengni.apps.approvals import services

    services.give_approval(actor=actor, at=datetime.now(UTC), request_id=request)
    tell("approvals.cli.given")


@approve.command()
@click.argument("request", type=click.UUID)
@click.option("--reason", default="")
@_token
def refuse(request: UUID, reason: str, token_file: Path | None) -> None:
    """Say no, or take one's own question back."""
    actor = signed_in(token_file)
    from fengni.apps.approvals import services

    services.refuse_approval(actor=actor, at=datetime.now(UTC), request_id=request, reason=reason)
    tell("approvals.cli.refused")
