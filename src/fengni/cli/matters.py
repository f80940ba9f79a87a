"""`fengni matter`: a change of registration from opening to closing, without the console.

Rules: lists are masked; a link's path goes to stdout once and nowhere else; reasons and notes are sealed. Data to
stdout, everything else to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from fengni.cli.session import lang, said, signed_in, tell
from fengni.core.errors import BadInput
from fengni.host import state as host

_token = click.option("--token-file", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True)
_matter = click.argument("matter_id", type=click.UUID)
_item = click.argument("item_id", type=click.UUID)


@click.group()
def matter() -> None:
    """Matters."""


@matter.command("list")
@click.option("--state", default="")
@click.option("--waiting", default="")
@click.option("--page", type=click.IntRange(min=1), default=1)
@_token
@_json
def list_matters(state: str, waiting: str, page: int, token_file: Path | None, as_json: bool) -> None:
    """What is missing, who is waited for, days left."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    found = queries.matters_page(actor=actor, at=datetime.now(UTC), page=page, state=state, waiting=waiting)
    for row in found.rows:
        shown = (
            str(row.id), row.number, row.client_name, said(f"matters.waiting.{row.waiting}"),
            "" if row.days_left is None else str(row.days_left), f"{row.ready}/{row.total}",
        )  # fmt: skip
        click.echo(_line(asdict(row)) if as_json else "\t".join(shown))
    tell("cli.matter.page", total=found.total)


@matter.command("show")
@_matter
@_token
@_json
def show_matter(matter_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """One matter and its checklist."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    page = queries.matter_page(actor=actor, at=datetime.now(UTC), matter_id=matter_id)
    if as_json:
        click.echo(_line(asdict(page)))
        return
    row = page.row
    click.echo(f"{row.number}  {row.client_name}  {said(f'matters.waiting.{row.waiting}')}  {row.deadline.isoformat()}")
    for one in page.items:
        why = said(f"matters.return.{one.row.return_code}") if one.row.return_code else ""
        told = (said(f"matters.item-state.{one.row.state}"), one.name, one.person, why, one.word)
        click.echo("\t".join((str(one.row.id), *told)).rstrip())
    for who in page.people:
        parts = _together(tuple(said(f"matters.part.{part}") for part in who.parts))
        link = said(f"guests.state.{who.link.state}") if who.link else ""
        click.echo("\t".join((str(who.person_id), who.name, parts, link)).rstrip())


@matter.command("types")
@_json
def list_types(as_json: bool) -> None:
    """Kinds of change: code, name, when to file."""
    from fengni.apps.matters import checklist

    for one in checklist.types().values():
        shown = {"type": one.code, "name": _spoken(one.names), "term": _spoken(one.terms), "law": _spoken(one.laws)}
        click.echo(_line(shown) if as_json else "\t".join(tuple(shown.values())[:3]))


@matter.command("minimal")
@click.option("--type", "types", multiple=True, required=True)
@click.option("--region", default="same")
@click.option("--from", "counted_from", type=click.DateTime(["%Y-%m-%d"]))
@_json
def minimal(types: tuple[str, ...], region: str, counted_from: datetime | None, as_json: bool) -> None:
    """The least that changes need, before anything is opened."""
    from fengni.apps.matters import checklist

    asked, usual = checklist.minimal(types, region), checklist.usual_count(types, region)
    for one in asked:
        row = {
            "name": one.name(lang()), "purpose": said(one.purpose), "basis": said(f"matters.basis.{one.basis}"),
            "law": one.law(lang()), "kept": said(f"retention.{one.retention}"),
            "readers": _together(tuple(said(f"matters.reader.{reader}") for reader in one.readers)),
        }  # fmt: skip
        click.echo(_line({"code": one.code, "subject": one.subject} | row) if as_json else "\t".join(row.values()))
    parts = _together(checklist.takeable(types, region))
    last = checklist.deadline(types, region, (counted_from or datetime.now().astimezone()).date())
    if usual is None:
        tell("cli.matter.least-plain", asked=len(asked), parts=parts, last=last.isoformat())
    else:
        left = usual - len(asked)
        tell("cli.matter.least", asked=len(asked), usual=usual, left=left, parts=parts, last=last.isoformat())


@matter.command("open")
@click.argument("client_id", type=click.UUID)
@click.option("--type", "types", multiple=True, required=True)
@click.option("--region", default="same")
@click.option("--from", "counted_from", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--person", "people", multiple=True)
@click.option("--lead", "lead_id", type=click.UUID)
@click.option("--team", "team", type=click.UUID, multiple=True)
@click.option("--number", default="")
@_token
@_json
def open_matter(
    client_id: UUID,
    types: tuple[str, ...],
    region: str,
    counted_from: datetime,
    people: tuple[str, ...],
    lead_id: UUID | None,
    team: tuple[UUID, ...],
    number: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Open a matter with its minimal checklist."""
    actor = signed_in(token_file)
    from fengni.apps.matters import checklist, services

    done = services.open_matter(
        actor=actor,
        at=datetime.now(UTC),
        client_id=client_id,
        types=types,
        region=region,
        counted_from=counted_from.date(),
        people=_people(people, checklist.takeable(types, region)),
        lead_id=lead_id,
        team=team,
        number=number,
    )
    made = done.value
    if as_json:
        click.echo(_line(asdict(made) | {"entry_id": done.entry_id}))
        return
    click.echo(str(made.matter_id))
    if made.usual is None:
        tell("cli.matter.opened-plain", number=made.number, asked=made.asked)
    else:
        tell("cli.matter.opened", number=made.number, asked=made.asked, usual=made.usual)


@matter.command("invite")
@_matter
@click.argument("person_id", type=click.UUID)
@click.option("--contact", type=click.Choice(["mobile", "email", "none"]), default="mobile", show_default=True)
@click.option("--address", default=f"http://localhost:{host.WEB_PORT}/", show_default=True)
@_token
@_json
def invite(
    matter_id: UUID, person_id: UUID, contact: str, address: str, token_file: Path | None, as_json: bool
) -> None:
    """A link of the person's own, shown once."""
    actor = signed_in(token_file)
    from fengni.apps.matters import services

    done = services.invite_person(
        actor=actor, at=datetime.now(UTC), matter_id=matter_id, person_id=person_id,
        contact="" if contact == "none" else contact,
    )  # fmt: skip
    made = done.value
    click.echo(_line(asdict(made) | {"entry_id": done.entry_id}) if as_json else address.rstrip("/") + made.path)
    tell("cli.matter.link-once", link=str(made.link_id))


@matter.command("contact")
@_matter
@click.argument("person_id", type=click.UUID)
@_token
@_json
def contact(matter_id: UUID, person_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Name who speaks for the enterprise."""
    _act("add_contact", token_file, as_json, matter_id=matter_id, person_id=person_id)


@matter.command("team")
@_matter
@click.option("--add", type=click.UUID, multiple=True)
@click.option("--remove", type=click.UUID, multiple=True)
@click.option("--lead", "lead_id", type=click.UUID)
@_token
@_json
def team(
    matter_id: UUID, add: tuple[UUID, ...], remove: tuple[UUID, ...], lead_id: UUID | None, token_file: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Put colleagues on the team, take them off, hand the lead over."""
    _act("change_team", token_file, as_json, matter_id=matter_id, add=add, remove=remove, lead_id=lead_id)


@matter.command("close")
@_matter
@click.option("--reason", default="")
@_token
@_json
def close(matter_id: UUID, reason: str, token_file: Path | None, as_json: bool) -> None:
    """Shares end, clients' links only read and use rights for 90 days, retention starts."""
    _act("close_matter", token_file, as_json, matter_id=matter_id, reason=reason)


@matter.command("desk")
@_token
@_json
def desk(token_file: Path | None, as_json: bool) -> None:
    """What waits for a verdict, oldest first."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    for one in queries.desk(actor=actor, at=datetime.now(UTC)).rows:
        shown = (str(one.item.row.id), one.number, one.item.name, one.item.person, str(one.item.held_by or "-"))
        click.echo(_line(asdict(one)) if as_json else "\t".join(shown))


@matter.command("sheet")
@_matter
@_token
@_json
def sheet(matter_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """What is copied into the registry's form, masked."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    for part in queries.filing_sheet(actor=actor, at=datetime.now(UTC), matter_id=matter_id):
        if as_json:
            click.echo(_line(asdict(part)))
            continue
        for one in part.fields:
            click.echo("\t".join((str(part.subject_id), part.name, said(f"field.{one.kind}"), one.shown)))


@matter.command("papers")
@_matter
@_token
@_json
def list_papers(matter_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Papers that can be made, and what they lack."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    for one in queries.papers_page(actor=actor, at=datetime.now(UTC), matter_id=matter_id).papers:
        row = {"paper": one.code, "part": one.part, "name": one.name, "lacks": one.lacks, "opens": one.kinds}
        click.echo(_line(row) if as_json else "\t".join((one.code, one.part, one.name, _together(one.lacks))))


@matter.command("paper")
@_matter
@click.argument("paper")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sensitive", is_flag=True)
@click.option("--given", "given", multiple=True)
@_token
def make_paper(
    matter_id: UUID, paper: str, output: Path, sensitive: bool, given: tuple[str, ...], token_file: Path | None
) -> None:
    """Make one: docx or pdf, by the end of the file's name."""
    actor = signed_in(token_file)
    from fengni.apps.matters import services

    made = services.make_paper(
        actor=actor, at=datetime.now(UTC), matter_id=matter_id, paper=paper,
        part="sensitive" if sensitive else "rest", purpose="purpose.fill_form", form=output.suffix.lower()[1:],
        lang=lang(), given=dict(_pair(one) for one in given),
    )  # fmt: skip
    output.write_bytes(made.value.content)
    tell("cli.matter.paper-made", path=str(output), entry=str(made.entry_id))


def _pair(given: str) -> tuple[str, str]:
    """INPUT=TEXT."""
    name, _, value = given.partition("=")
    return name, value


@matter.group("item")
def item() -> None:
    """One item."""


@item.command("receive")
@_item
@click.option("--material", "material_id", type=click.UUID)
@click.option("--on-paper", is_flag=True)
@_token
@_json
def receive(item_id: UUID, material_id: UUID | None, on_paper: bool, token_file: Path | None, as_json: bool) -> None:
    """Note it as received."""
    _act("receive_item", token_file, as_json, item_id=item_id, material_id=material_id, on_paper=on_paper)


@item.command("claim")
@_item
@_token
@_json
def claim(item_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Take it to the desk."""
    _act("claim_item", token_file, as_json, item_id=item_id)


@item.command("show")
@_item
@_token
@_json
def show_item(item_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """One item beside what lies sealed, masked."""
    actor = signed_in(token_file)
    from fengni.apps.matters import queries

    found = queries.desk_item(actor=actor, at=datetime.now(UTC), item_id=item_id)
    if as_json:
        click.echo(_line(asdict(found)))
        return
    for one in found.fields:
        click.echo("\t".join((said(f"field.{one.kind}"), one.shown)))
    for check in found.checks:
        about = f"{said(f'field.{check.kind}')}: " if check.kind else ""
        click.echo(f"{check.state}\t{about}{said(f'matters.check.{check.code}')}")
    if not found.mine:
        tell("cli.matter.item.not-mine")


@item.command("compare")
@_item
@click.argument("person_id", type=click.UUID)
@click.option("--kind", default="id_number")
@click.option("--file", "other_client_id", type=click.UUID)
@_token
@_json
def compare(
    item_id: UUID, person_id: UUID, kind: str, other_client_id: UUID | None, token_file: Path | None, as_json: bool
) -> None:
    """Hold a number from stdin, or another file of the person, against what lies sealed."""
    actor = signed_in(token_file)
    from fengni.apps.matters import services

    given = "" if other_client_id else sys.stdin.readline().strip()
    done = services.compare_item(
        actor=actor, at=datetime.now(UTC), item_id=item_id, person_id=person_id, kind=kind, given=given,
        purpose="purpose.verify_identity", other_client_id=other_client_id,
    )  # fmt: skip
    found = done.value
    if as_json:
        click.echo(_line(asdict(found) | {"same": found.same, "entry_id": done.entry_id}))
    elif found.lengths:
        click.echo(said("cli.matter.item.lengths", one=found.lengths[0], other=found.lengths[1]))
    elif found.same:
        click.echo(said("cli.matter.item.same", n=found.digits))
    else:
        spans = [str(first) if first == last else f"{first}–{last}" for first, last in found.spans]
        click.echo(said("cli.matter.item.differs", places=_together(tuple(spans))))


@item.command("release")
@_item
@_token
@_json
def release(item_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Put it back."""
    _act("release_item", token_file, as_json, item_id=item_id)


@item.command("accept")
@_item
@_token
@_json
def accept(item_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Accept it."""
    _act("accept_item", token_file, as_json, item_id=item_id)


@item.command("return")
@_item
@click.option("--code", required=True)
@click.option("--reason", default="")
@_token
@_json
def return_item(item_id: UUID, code: str, reason: str, token_file: Path | None, as_json: bool) -> None:
    """Return it, with a code."""
    _act("return_item", token_file, as_json, item_id=item_id, code=code, reason=reason)


@item.command("waive")
@_item
@click.option("--reason", required=True)
@_token
@_json
def waive(item_id: UUID, reason: str, token_file: Path | None, as_json: bool) -> None:
    """Do without it."""
    _act("waive_item", token_file, as_json, item_id=item_id, reason=reason)


@matter.group("filing")
def filing() -> None:
    """Filings."""


@filing.command("submit")
@_matter
@click.argument("receipt_number")
@click.option("--agent", "agent_id", type=click.UUID)
@_token
@_json
def submit(matter_id: UUID, receipt_number: str, agent_id: UUID | None, token_file: Path | None, as_json: bool) -> None:
    """The registry has it."""
    _act("submit_filing", token_file, as_json, matter_id=matter_id, receipt_number=receipt_number, agent_id=agent_id)


@filing.command("return")
@_matter
@click.option("--code", required=True)
@click.option("--reason", default="")
@_token
@_json
def return_filing(matter_id: UUID, code: str, reason: str, token_file: Path | None, as_json: bool) -> None:
    """The registry returned it."""
    _act("return_filing", token_file, as_json, matter_id=matter_id, code=code, reason=reason)


@filing.command("approve")
@_matter
@_token
@_json
def approve(matter_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """The registry approved it."""
    _act("approve_filing", token_file, as_json, matter_id=matter_id)


def _act(name: str, token_file: Path | None, as_json: bool, **given: Any) -> None:  # Any: an act's arguments
    actor = signed_in(token_file)
    from fengni.apps.matters import services

    act: Callable[..., Any] = getattr(services, name)
    done = act(actor=actor, at=datetime.now(UTC), **given)
    if as_json:
        value = asdict(done.value) if hasattr(done.value, "__dataclass_fields__") else {"value": done.value}
        click.echo(_line(value | {"entry_id": done.entry_id}))
    else:
        tell("cli.matter.done", entry=str(done.entry_id))


def _people(given: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, tuple[UUID, ...]]:
    """PART=PERSON-ID, by part."""
    found: dict[str, tuple[UUID, ...]] = {}
    for one in given:
        part, _, written = one.partition("=")
        try:
            person = UUID(written)
        except ValueError:
            raise BadInput("cli.matter.people-wrong", parts=_together(parts)) from None
        if part not in parts:
            raise BadInput("cli.matter.people-wrong", parts=_together(parts))
        found[part] = (*found.get(part, ()), person)
    return found


def _spoken(pair: tuple[str, str]) -> str:
    """A text that is there in both languages."""
    return pair[lang() == "en"]


def _together(parts: tuple[str, ...]) -> str:
    return (", " if lang() == "en" else "、").join(parts)


def _line(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)
