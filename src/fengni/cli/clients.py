"""`fengni client | person | search | reveal | export`: the console's lists, pages and acts without the console.

Rules: lists are masked; a clear value goes to stdout alone, for a purpose and a reason; numbers to search for come from
stdin, never from arguments, which shells and process lists keep. Data to stdout, everything else to stderr.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from fengni.cli.session import said, signed_in, tell
from fengni.core.errors import BadInput

_token = click.option("--token-file", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True)
_page = click.option("--page", type=click.IntRange(min=1), default=1)


@click.group()
def client() -> None:
    """Clients."""


@client.command("list")
@_token
@_json
@_page
def list_clients(token_file: Path | None, as_json: bool, page: int) -> None:
    """Clients of one's scope, newest first, masked."""
    actor = signed_in(token_file)
    from fengni.apps.vault import queries

    found = queries.clients_page(actor=actor, at=datetime.now(UTC), page=page)
    _rows(found.rows, as_json, lambda row: (str(row.id), row.name, row.uscc, str(row.persons)))
    tell("cli.clients.page", page=found.page, pages=found.pages, total=found.total)


@client.command("show")
@click.argument("client_id", type=click.UUID)
@_token
@_json
def show_client(client_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """One client, masked."""
    actor = signed_in(token_file)
    from fengni.apps.vault import queries

    page = queries.client_page(actor=actor, at=datetime.now(UTC), client_id=client_id)
    _shown(page, as_json)
    if not as_json:
        _rows(page.persons, False, lambda row: (str(row.person_id), row.name, row.id_number, row.mobile))


@click.group()
def person() -> None:
    """Persons."""


@person.command("list")
@click.option("--client", "client_id", type=click.UUID)
@_token
@_json
@_page
def list_persons(client_id: UUID | None, token_file: Path | None, as_json: bool, page: int) -> None:
    """Persons in the client files of one's scope, masked."""
    actor = signed_in(token_file)
    from fengni.apps.vault import queries

    found = queries.persons_page(actor=actor, at=datetime.now(UTC), page=page, client_id=client_id)
    _rows(found.rows, as_json, lambda row: (str(row.person_id), row.name, row.id_number, row.mobile, row.client_name))
    tell("cli.clients.page", page=found.page, pages=found.pages, total=found.total)


@person.command("show")
@click.argument("person_id", type=click.UUID)
@click.option("--client", "client_id", type=click.UUID)
@_token
@_json
def show_person(person_id: UUID, client_id: UUID | None, token_file: Path | None, as_json: bool) -> None:
    """One person in a client file, masked."""
    actor = signed_in(token_file)
    from fengni.apps.vault import queries

    file = client_id or _only_file(person_id)
    _shown(queries.person_page(actor=actor, at=datetime.now(UTC), client_id=file, person_id=person_id), as_json)


@click.command()
@click.argument("words", required=False)
@click.option("--id", "number", type=click.File("r"))
@_token
@_json
def search(words: str | None, number: Any, token_file: Path | None, as_json: bool) -> None:  # Any: a text stream
    """By words; with `--id -` by a full number read from stdin."""
    if (words is None) == (number is None):
        raise click.UsageError(said("cli.clients.words-or-id"))
    actor = signed_in(token_file)
    from fengni.apps.vault import queries, services

    at = datetime.now(UTC)
    if number is not None:
        rows = services.search_number(actor=actor, at=at, number=number.readline().strip()).value.rows
    else:
        found = queries.search(actor=actor, at=at, words=words or "")
        if found.full_number:
            raise BadInput("cli.clients.number-on-stdin")
        rows = found.rows
    _rows(
        rows,
        as_json,
        lambda row: (
            f"person/{row.person_id}" if row.person_id else f"client/{row.client_id}", row.name or row.client_name,
            row.id_number, row.mobile, row.client_name,
        ),
    )  # fmt: skip


@click.command()
@click.argument("subject")
@click.argument("kind")
@click.option("--purpose", required=True)
@click.option("--reason", required=True)
@click.option("--client", "client_id", type=click.UUID)
@_token
def reveal(subject: str, kind: str, purpose: str, reason: str, client_id: UUID | None, token_file: Path | None) -> None:
    """One clear value of person/ID or client/ID, for a purpose and a reason; it stands in the ledger."""
    actor = signed_in(token_file)
    from fengni.apps.vault import services

    what, _, written = subject.partition("/")
    try:
        subject_id = UUID(written)
    except ValueError:
        raise BadInput("cli.clients.subject-wrong") from None
    if what not in ("person", "client"):
        raise BadInput("cli.clients.subject-wrong")
    file = subject_id if what == "client" else client_id or _only_file(subject_id)
    done = services.reveal_field(
        actor=actor,
        at=datetime.now(UTC),
        client_id=file,
        subject_id=subject_id,
        kind=kind,
        purpose=purpose if purpose.startswith("purpose.") else f"purpose.{purpose}",
        reason=reason,
    )
    click.echo(done.value.value)
    tell("cli.clients.in-ledger", entry=str(done.entry_id))


@click.command()
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--list", "what", type=click.Choice(["clients", "persons"]), default="clients")
@click.option("--reason", default="")
@click.option("--tokens", "as_tokens", is_flag=True)
@click.option("--partner", type=click.UUID)
@_token
def export(
    output: Path, what: str, reason: str, as_tokens: bool, partner: UUID | None, token_file: Path | None
) -> None:
    """The masked list as .xlsx or .csv; with a reason, a second person is asked where one is needed."""
    actor = signed_in(token_file)
    if as_tokens or partner:
        from fengni.apps.tokens import services as tokens

        made = tokens.export_sheet(actor=actor, at=datetime.now(UTC), partner_id=partner)
        output.write_bytes(made.value.content)
        sheet = made.value
        tell(
            "tokens.cli.sheet", rows=sheet.rows, tokens=sheet.tokens, canaries=sheet.canaries, entry=str(made.entry_id)
        )
        return
    from fengni.apps.vault import services
    from fengni.cli.approvals import asking_when_refused

    form = output.suffix.lower().removeprefix(".")
    with asking_when_refused(actor, reason, detail=what):
        done = services.export_list(actor=actor, at=datetime.now(UTC), what=what, form=form)
    output.write_bytes(done.value.content)
    tell("cli.clients.exported", rows=done.value.rows, entry=str(done.entry_id))


def _only_file(person_id: UUID) -> UUID:
    """The one client file a person is in. Raises BadInput when there are several: --client says which."""
    from fengni.apps.parties import queries as parties

    files = parties.files_of(person_id=person_id)
    if len(files) != 1:
        raise BadInput("cli.clients.which-file", files=len(files))
    return files[0]


def _rows(rows: Sequence[Any], as_json: bool, columns: Callable[[Any], tuple[str, ...]]) -> None:  # Any: row types
    for row in rows:
        click.echo(_line(asdict(row)) if as_json else "\t".join(columns(row)))


def _shown(page: Any, as_json: bool) -> None:  # Any: a client's or a person's page
    if as_json:
        click.echo(_line(asdict(page)))
        return
    click.echo(page.name)
    for row in page.fields:
        mark = f" ({said(f'vault.state.{row.state}')})" if row.state else ""
        click.echo(f"  {said(f'field.{row.kind}')}\t{row.shown.replace(chr(10), ' / ')}{mark}\t{row.grade}")


def _line(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)
