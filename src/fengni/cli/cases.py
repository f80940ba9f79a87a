"""`fengni case list | show | record | answer | voucher`: what clients asked and what they are given."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from fengni.cli.session import lang, said, signed_in, tell

if TYPE_CHECKING:
    from fengni.apps.cases.effects import Consequences
    from fengni.apps.cases.queries import CaseRow

_token = click.option("--token-file", type=click.Path(path_type=Path))


@click.group()
def case() -> None:
    """What clients asked: questions, rights, feedback."""


@case.command(name="list")
@_token
def list_(token_file: Path | None) -> None:
    """Cases: id, state, kind, right, due; the most urgent first."""
    actor = signed_in(token_file)
    from fengni.apps.cases import queries

    for row in queries.cases_list(actor=actor, at=datetime.now(UTC)):
        click.echo(f"{row.id}  {_what(row)}  {row.due_at:%Y-%m-%d %H:%M}")


def _what(row: CaseRow) -> str:
    state, kind = said(f"cases.state.{row.state}"), said(f"cases.kind.{row.kind}")
    return f"{state}  {kind}  {said(f'cases.right.{row.right}')}" if row.right else f"{state}  {kind}"


@case.command()
@click.argument("case_id", metavar="CASE", type=click.UUID)
@_token
def show(case_id: UUID, token_file: Path | None) -> None:
    """One case: what was asked, what was answered, and the three lists of a deletion or withdrawal."""
    actor = signed_in(token_file)
    from fengni.apps.cases import queries

    at = datetime.now(UTC)
    row = queries.case(actor=actor, at=at, case_id=case_id)
    deletion = queries.deletion(actor=actor, at=at, row=row)
    click.echo(f"{row.id}  {_what(row)}  {row.due_at:%Y-%m-%d %H:%M}")
    for code, words in (("asked", row.asked), ("answer", row.answer)):
        if words:
            click.echo(said(f"cases.cli.{code}", words=words))
    lists = deletion.lists if deletion else row.lists
    if lists is not None:
        _lists(lists, done=deletion is None or deletion.done)
    if deletion and deletion.hindered:
        tell("cases.cli.hindered", why=deletion.hindered)


def _lists(lists: Consequences, *, done: bool) -> None:
    """The three lists, and who loses a view at once."""
    for one in lists.stops:
        click.echo(said("cases.cli.stops", what=one))
    for kind in lists.destroyed:
        click.echo(said("cases.cli.destroyed" if done else "cases.cli.destroys", what=said(f"field.{kind}")))
    for kind, day in lists.sealed:
        click.echo(said("cases.cli.sealed", what=said(f"field.{kind}"), until=str(day)))
    for one in lists.beyond:
        click.echo(said("cases.cli.beyond", what=one))


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


@case.command()
@click.argument("client_id", metavar="CLIENT", type=click.UUID)
@click.argument("person_id", metavar="PERSON", type=click.UUID)
@click.argument("right", type=click.Choice(["access", "copy", "correct", "delete", "withdraw"]))
@click.option("--way", type=click.Choice(["counter", "phone", "letter"]), required=True)
@click.option("--reason", required=True)
@click.option("--field", default="")
@click.option("--matter", "matter_id", type=click.UUID, default=None)
@click.option("--dry-run", is_flag=True)
@_token
def record(
    client_id: UUID, person_id: UUID, right: str, way: str, reason: str, field: str, matter_id: UUID | None,
    dry_run: bool, token_file: Path | None,
) -> None:  # fmt: skip
    """Note down what a person asked; --dry-run says what it would do and notes nothing."""
    actor = signed_in(token_file)
    from fengni.apps.cases import queries, services

    at = datetime.now(UTC)
    if dry_run:
        found = queries.foreseen(actor=actor, at=at, client_id=client_id, person_id=person_id, right=right)
        if found is not None:
            _lists(found, done=False)
        return
    done = services.record_right(
        actor=actor, at=at, client_id=client_id, person_id=person_id, right=right, way=way, reason=reason, field=field,
        matter_id=matter_id,
    )  # fmt: skip
    click.echo(str(done.value))
    tell("cases.cli.recorded")


@case.command()
@click.argument("matter_id", metavar="MATTER", type=click.UUID)
@click.argument("person_id", metavar="PERSON", type=click.UUID)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_token
def voucher(matter_id: UUID, person_id: UUID, output: Path, token_file: Path | None) -> None:
    """A person's voucher for a closed matter, as PDF."""
    actor = signed_in(token_file)
    from fengni.apps.cases import services

    done = services.issue_voucher(
        actor=actor, at=datetime.now(UTC), matter_id=matter_id, person_id=person_id, lang=lang()
    )
    output.write_bytes(done.value)
    tell("cases.cli.voucher", path=str(output))
