"""`fengni partner` and `fengni share`: who may see which fields, without the console.

Rules: lists are masked; a link's path goes to stdout once and nowhere else. Data to stdout, everything else to stderr.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from fengni.cli.session import lang, said, signed_in, tell
from fengni.core.errors import BadInput

_token = click.option("--token-file", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True)
_partner = click.argument("partner_id", type=click.UUID)
_share = click.argument("share_id", type=click.UUID)


@click.group()
def partner() -> None:
    """Partners and their agreements."""


@click.group()
def share() -> None:
    """Shares of named fields."""


@partner.command("list")
@_token
@_json
def list_partners(token_file: Path | None, as_json: bool) -> None:
    """Partners, agreements, live shares."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import queries

    for row in queries.partners_page(actor=actor, at=datetime.now(UTC)):
        state = said(f"agreements.state.{row.agreement.state}") if row.agreement else "-"
        click.echo(_line(asdict(row)) if as_json else "\t".join((str(row.id), row.name, state, str(row.shares))))


@partner.command("agreement")
@click.argument("agreement_id", type=click.UUID)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_token
def agreement(agreement_id: UUID, output: Path, token_file: Path | None) -> None:
    """An agreement of a partner or client, as PDF."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import queries

    made = queries.agreement_paper(actor=actor, at=datetime.now(UTC), agreement_id=agreement_id, lang=lang())
    output.write_bytes(made)
    tell("agreements.cli.paper", path=str(output))


@partner.command("add")
@click.argument("name")
@click.option("--contact", default="")
@click.option("--mobile", default="")
@click.option("--email", default="")
@_token
@_json
def add_partner(name: str, contact: str, mobile: str, email: str, token_file: Path | None, as_json: bool) -> None:
    """Register a partner."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    done = services.add_partner(
        actor=actor, at=datetime.now(UTC), name=name, contact=contact, mobile=mobile, email=email
    )
    click.echo(_line({"partner_id": done.value, "entry_id": done.entry_id}) if as_json else str(done.value))


@partner.command("edit")
@_partner
@click.option("--name", default="")
@click.option("--contact", default="")
@click.option("--mobile", default="")
@click.option("--email", default="")
@_token
def edit_partner(partner_id: UUID, name: str, contact: str, mobile: str, email: str, token_file: Path | None) -> None:
    """Another name or way to reach it; what is left out stays."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    done = services.edit_partner(
        actor=actor, at=datetime.now(UTC), partner_id=partner_id, name=name, contact=contact, mobile=mobile, email=email
    )
    tell("cli.matter.done", entry=str(done.entry_id))


@partner.command("agreements")
@click.argument("matter_id", type=click.UUID)
@_token
@_json
def agreements(matter_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """The client's agreements for one matter."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import queries

    for row in queries.matter_agreements(actor=actor, at=datetime.now(UTC), matter_id=matter_id):
        shown = (str(row.id), row.version, said(f"agreements.state.{row.state}"), row.text_hash[:16])
        click.echo(_line(asdict(row)) if as_json else "\t".join(shown))


@partner.command("end-agreement")
@click.argument("agreement_id", type=click.UUID)
@_token
def end_agreement(agreement_id: UUID, token_file: Path | None) -> None:
    """End one agreement before its time."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    done = services.end_agreement(actor=actor, at=datetime.now(UTC), agreement_id=agreement_id)
    tell("cli.share.ended", shares=done.value)


@partner.command("invite")
@_partner
@_token
def invite_partner(partner_id: UUID, token_file: Path | None) -> None:
    """A link to the agreement."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    at = datetime.now(UTC)
    done = services.invite_partner(actor=actor, at=at, partner_id=partner_id, expires_at=at + timedelta(days=7))
    tell("cli.share.link-once")
    click.echo(done.value.path)


@partner.command("assess")
@_partner
@click.option("--no", "refused", multiple=True, metavar="CODE")
@click.option("--trained-on", type=click.DateTime(["%Y-%m-%d"]))
@_token
def assess_partner(
    partner_id: UUID, refused: tuple[str, ...], trained_on: datetime | None, token_file: Path | None
) -> None:
    """The yearly questionnaire: yes to everything but what `--no` names."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import assessing, services

    codes = [one.code for one in assessing.questions()]
    if set(refused) - set(codes):
        raise BadInput("agreements.question-unknown", codes=", ".join(codes))
    done = services.assess_partner(
        actor=actor, at=datetime.now(UTC), partner_id=partner_id,
        answers={code: code not in refused for code in codes},
        trained_on=trained_on.date() if trained_on else None,
    )  # fmt: skip
    tell("cli.partner.assessed" if done.value else "cli.partner.assessed-short")


@partner.command("end")
@_partner
@_token
def end_partner(partner_id: UUID, token_file: Path | None) -> None:
    """Stop working with a partner."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    done = services.end_partner(actor=actor, at=datetime.now(UTC), partner_id=partner_id)
    tell("cli.share.ended", shares=done.value)


@share.command("list")
@click.option("--matter", "matter_id", type=click.UUID)
@_token
@_json
def list_shares(matter_id: UUID | None, token_file: Path | None, as_json: bool) -> None:
    """Shares, the newest first."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import queries

    for row in queries.shares_page(actor=actor, at=datetime.now(UTC), matter_id=matter_id):
        shown = (
            str(row.id), row.client, row.partner, said(row.purpose), said(f"agreements.share.{row.state}"),
            row.until.isoformat(timespec="minutes"), f"{row.views}/{row.most_views}",
        )  # fmt: skip
        click.echo(_line(asdict(row)) if as_json else "\t".join(shown))


@share.command("create")
@click.argument("client_id", type=click.UUID)
@click.argument("matter_id", type=click.UUID)
@click.argument("partner_id", type=click.UUID)
@click.option("--purpose", required=True)
@click.option("--field", "fields", multiple=True)
@click.option("--page", "pages", multiple=True, type=click.UUID)
@click.option("--days", type=click.IntRange(1, 90), default=7)
@click.option("--views", type=click.IntRange(1, 200), default=20)
@_token
@_json
def create_share(
    client_id: UUID, matter_id: UUID, partner_id: UUID, purpose: str, fields: tuple[str, ...], pages: tuple[UUID, ...],
    days: int, views: int, token_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Prepare a share."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    at = datetime.now(UTC)
    done = services.prepare_share(
        actor=actor, at=at, client_id=client_id, matter_id=matter_id, partner_id=partner_id, purpose=purpose,
        selection=[_field(one) for one in fields], pages=pages, until=at + timedelta(days=days), most_views=views,
    )  # fmt: skip
    click.echo(_line({"share_id": done.value, "entry_id": done.entry_id}) if as_json else str(done.value))
    tell("cli.share.prepared")


@share.command("show")
@_share
@_token
@_json
def show_share(share_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """A share as its partner sees it; nothing is opened."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import queries

    page = queries.share(actor=actor, at=datetime.now(UTC), share_id=share_id)
    if as_json:
        click.echo(_line(asdict(page)))
        return
    row = page.row
    until = row.until.isoformat(timespec="minutes")
    click.echo("\t".join((row.partner, said(row.purpose), said(f"agreements.share.{row.state}"), until)))
    for one in page.subjects:
        for how, kinds in (("open", one.open_kinds), ("alone", one.sensitive_kinds)):
            for kind in kinds:
                click.echo("\t".join((one.name, said(f"field.{kind}"), said(f"cli.share.shown-{how}"))))
    for document in page.pages:
        click.echo("\t".join((said(f"field.material_{document.kind}"), said("cli.share.shown-picture"))))
    for view in page.seen:
        opened = ", ".join(said(f"field.{kind}") for kind in view.kinds)
        click.echo("\t".join((view.at.isoformat(timespec="minutes"), view.name, opened)))


@share.command("asks")
@_share
@_token
def asks(share_id: UUID, token_file: Path | None) -> None:
    """Whose yes a share rests on."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import queries

    for one in queries.share(actor=actor, at=datetime.now(UTC), share_id=share_id).asks:
        click.echo(f"{one.person_id}  {said(f'agreements.ask.{one.state}')}")


@share.command("send")
@_share
@_token
def send_share(share_id: UUID, token_file: Path | None) -> None:
    """Send a prepared share."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    done = services.send_share(actor=actor, at=datetime.now(UTC), share_id=share_id)
    tell("cli.share.link-once")
    click.echo(done.value.path)


@share.command("recall")
@_share
@_token
@_json
def recall_share(share_id: UUID, token_file: Path | None, as_json: bool) -> None:
    """Recall a share."""
    actor = signed_in(token_file)
    from fengni.apps.agreements import services

    done = services.recall_share(actor=actor, at=datetime.now(UTC), share_id=share_id)
    if as_json:
        click.echo(_line({**asdict(done.value), "entry_id": done.entry_id}))
    else:
        tell("cli.share.recalled-opened" if done.value.opened else "cli.share.recalled")


def _field(given: str) -> tuple[UUID, str]:
    """SUBJECT:KIND. Raises BadInput."""
    subject, _, kind = given.partition(":")
    try:
        return UUID(subject), kind
    except ValueError:
        raise BadInput("agreements.field-unknown") from None


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
