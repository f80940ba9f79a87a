"""`fengni case list | answer`: what clients asked, without the console."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell

_token = click.option("--token-file", type=click.Path(path_type=Path))


@click.group()
def case() -> None:
    """What clients asked: questions, rights, feedback."""


@case.command(name="list")
@_token
def list_(token_file: Path | None) -> None:
    """Cases: id, state, kind, due; the most urgent first."""
    actor = signed_in(token_file)
    from fengni.apps.cases import queries

    for row in queries.cases_list(actor=actor, at=datetime.now(UTC)):
        state, kind = said(f"cases.state.{row.state}"), said(f"cases.kind.{row.kind}")
        click.echo(f"{row.id}  {state}  {kind}  {row.due_at:%Y-%m-%d %H:%M}")


@case.command()
@click.argument("case_id", metavar="CASE", type=click.UUID)
@click.option("--reason", required=True)
@click.option("--verdict", type=click.Choice(["in_order", "not_in_order"]), default=None)
@click.option("--refuse", is_flag=True)
@_token
def answer(case_id: UUID, reason: str, verdict: str | None, refuse: bool, token_file: Path | None) -> None:
    """Answer one."""
    actor = signed_in(token_file)
    from fengni.apps.cases.answering import answer_case

    answer_case(
        actor=actor, at=datetime.now(UTC), case_id=case_id, reason=reason, verdict=verdict or "", granted=not refuse
    )
    tell("cases.cli.answered")
