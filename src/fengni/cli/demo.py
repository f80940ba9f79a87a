"""`fengni demo load | reset`: the fictitious agency, for a demonstration installation only."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import click

from fengni.cli.session import setup_django, tell
from fengni.core.access.actor import Actor
from fengni.core.errors import HostProblem
from fengni.host import state, supervisor


@click.group()
def demo() -> None:
    """Load or reset the demonstration."""


@demo.command()
def load() -> None:
    """Load what is missing of the demonstration."""
    _refuse_real()
    setup_django()
    load_demo()
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
        for folder in (state.database_home() / "data", state.keys_directory()):
            shutil.rmtree(folder, ignore_errors=True)
        for file in ("root.key", "demo-loaded", "cli.token", "instance.json"):
            (state.directory() / file).unlink(missing_ok=True)
    tell("cli.demo-reset")


def load_demo() -> None:
    """Found the agency and its team, once. Every member signs in with the installation's demo password."""
    from fengni.apps.accounts.queries import all_tenants
    from fengni.apps.accounts.services import accept_invitation, found_tenant, invite_member
    from fengni.apps.common.identifiers import uuid7
    from fengni.core.access.actor import system_actor
    from fengni.demo.team import AGENCY, TEAM

    if any(home.demo for home in all_tenants()):
        return
    system, password = system_actor(uuid7(), channel="cli"), state.demo_password()
    first, *others = TEAM
    founded = found_tenant(
        actor=system,
        at=datetime.now(UTC),
        name=AGENCY,
        kind="agency",
        owner_name=first.name,
        login=first.login,
        password=password,
        demo=True,
    )
    owner = Actor(id=founded.value, tenant_id=system.tenant_id, roles=frozenset(first.roles), channel="cli")
    for colleague in others:
        invited = invite_member(actor=owner, at=datetime.now(UTC), name=colleague.name, roles=colleague.roles)
        accept_invitation(
            actor=system, at=datetime.now(UTC), token=invited.value.token, login=colleague.login, password=password
        )


def _refuse_real() -> None:
    if state.found().kind == "real":
        raise HostProblem("host.real-state", state=str(state.directory()))
