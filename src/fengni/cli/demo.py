"""`fengni demo load | reset`: the fictitious agency, for a demonstration installation only."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from fengni.cli.session import setup_django, tell
from fengni.cli.tour import tour
from fengni.core.access.actor import Actor
from fengni.core.errors import HostProblem
from fengni.host import backup, state, supervisor


@click.group()
def demo() -> None:
    """Load or reset the demonstration."""


@demo.command()
@click.option("--story-ahead", is_flag=True)
def load(story_ahead: bool) -> None:
    """Load what is missing of the demonstration; with the story's matter still ahead, for whoever tells it."""
    _refuse_real()
    setup_django()
    _refuse_half_loaded()
    load_demo(story_ahead=story_ahead)
    (state.directory() / "demo-loaded").touch(mode=0o600)
    tell("cli.demo-loaded")


@demo.command()
@click.option("--yes", is_flag=True)
def reset(yes: bool) -> None:
    """Delete database, keys and secrets of a demonstration that is not running."""
    _refuse_real()
    if not yes:
        raise click.UsageError("--yes")
    with supervisor.held(state.directory()):
        for folder in (state.database_home() / "data", state.keys_directory(), backup.default_folder()):
            shutil.rmtree(folder, ignore_errors=True)
        for file in ("root.key", "demo-loaded", "cli.token", "instance.json"):
            (state.directory() / file).unlink(missing_ok=True)
    tell("cli.demo-reset")


@demo.command()
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path())
def files(output: Path) -> None:
    """Write the two workbooks to try an import on: the messy one of 60 rows and the one of 10,000."""
    from fengni.demo import ledger_sheet

    output.mkdir(parents=True, exist_ok=True)
    for name, make in ((ledger_sheet.MESSY_NAME, ledger_sheet.messy), (ledger_sheet.LARGE_NAME, ledger_sheet.large)):
        (output / name).write_bytes(make())
        click.echo(str(output / name))


def load_demo(*, story_ahead: bool = False) -> None:
    """Found the agency and its team, once. Every member signs in with the installation's demo password."""
    from fengni.apps.accounts import services
    from fengni.apps.accounts.queries import all_tenants
    from fengni.apps.common.identifiers import uuid7
    from fengni.apps.disposals import horizon
    from fengni.core.access.actor import system_actor
    from fengni.demo import governing, loading, stages, story
    from fengni.demo.team import AGENCY, CONTACT, TEAM

    if any(home.demo for home in all_tenants()):
        return
    system, password = system_actor(uuid7(), channel="cli"), state.demo_password()
    first, *others = TEAM
    founded = services.found_tenant(
        actor=system,
        at=datetime.now(UTC),
        name=AGENCY,
        kind="agency",
        owner_name=first.name,
        login=first.login,
        password=password,
        demo=True,
        contact=CONTACT,
    )
    owner = Actor(id=founded.value, tenant_id=system.tenant_id, roles=frozenset(first.roles), channel="cli")
    actors: dict[str, Actor] = {}
    for colleague in others:
        invited = services.invite_member(actor=owner, at=datetime.now(UTC), name=colleague.name, roles=colleague.roles)
        services.accept_invitation(
            actor=system, at=datetime.now(UTC), token=invited.value.token, login=colleague.login, password=password
        )
        actors[colleague.login] = replace(owner, id=invited.value.member_id, roles=frozenset(colleague.roles))
    today = datetime.now(UTC)
    files = loading.load(at=today, agents=actors)
    governing.govern(at=today, owner=owner, others=actors)
    horizon.decide(backup.DEMO_DAYS, at=today - timedelta(days=90))
    stages.load(at=today, files=files, team=actors)
    partners = story.load_partners(at=today, lead=actors["zhou"])
    governing.assess(at=today, assessor=actors["su"], partners=partners)
    if not story_ahead:
        story.load(at=today, team=actors, file=files[loading.STORY][1], partners=partners)
    _keep_token(services.issue_token(actor=actors["chen"], at=datetime.now(UTC), label="fengni").value)


demo.add_command(tour)


def _keep_token(token: str) -> None:
    """The agent's token, so that commands of this box act as the demonstration's agent."""
    file = state.directory() / "cli.token"
    file.touch(mode=0o600)
    file.write_text(token, "utf-8")


def _refuse_half_loaded() -> None:
    """A story that was interrupted is not told on: whoever reads it could not tell what is missing."""
    from fengni.apps.accounts.queries import all_tenants

    if all_tenants() and not (state.directory() / "demo-loaded").exists():
        raise HostProblem("host.demo-half-loaded")


def _refuse_real() -> None:
    if state.found().kind == "real":
        raise HostProblem("host.real-state", state=str(state.directory()))
