"""`fengni init`: a real installation with its own organisation, passphrase and recovery sheet."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from fengni.apps.accounts.contact import Contact, checked
from fengni.cli.session import said, setup_django, tell
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import HostProblem
from fengni.core.vault.root_file import recovery_sheet
from fengni.core.vault.suites import Suite
from fengni.host import installation, secret_input, state, supervisor
from fengni.keys import roots

SUITES = {
    "aes": Suite.AES_256_GCM,
    "aes-siv": Suite.AES_256_GCM_SIV,
    "sm4": Suite.SM4_GCM,
    "chacha20": Suite.CHACHA20_POLY1305,
}


@click.command()
@click.option("--name", required=True)
@click.option("--owner", required=True)
@click.option("--kind", type=click.Choice(["agency", "enterprise"]), default="agency", show_default=True)
@click.option("--suite", type=click.Choice(list(SUITES)), default="aes", show_default=True)
@click.option("--passphrase-file", type=click.Path(path_type=Path))
@click.option("--address", default=f"http://localhost:{state.WEB_PORT}/", show_default=True)
@click.option("--contact", default="")
@click.option("--phone", default="")
@click.option("--email", default="")
@click.option("--street", default="")
def init(
    name: str, owner: str, kind: str, suite: str, passphrase_file: Path | None, address: str,
    contact: str, phone: str, email: str, street: str,
) -> None:  # fmt: skip
    """Make root file and organisation, and print the recovery sheet and the owner's invitation."""
    passphrase = _passphrase(passphrase_file)
    reach = _reach(contact, phone, email, street)
    if not installation.is_prepared():
        installation.prepare()
    with supervisor.held(state.directory()), installation.database_running():
        if passphrase is not None:
            _make_root(passphrase)
        token = _found(name=name, owner=owner, kind=kind, suite=SUITES[suite], reach=reach)
    click.echo(said("cli.init-invitation", name=owner, link=invitation_link(address, token)))
    tell("cli.init-done")
    if reach is None:
        tell("cli.init-no-contact")


def invitation_link(address: str, token: str) -> str:
    """The one-time link; the token is a fragment, which reaches no server log."""
    return f"{address.rstrip('/')}/people/accept/#{token}"


def _reach(contact: str, phone: str, email: str, street: str) -> Contact | None:
    """Who answers clients: as given, asked for at a terminal, or None. Raises BadInput when it reaches nobody."""
    if not contact and sys.stdin.isatty():
        contact = click.prompt(said("cli.init-contact"), default="", show_default=False)
        phone = phone or (click.prompt(said("cli.init-phone"), default="", show_default=False) if contact else "")
        email = email or (click.prompt(said("cli.init-email"), default="", show_default=False) if contact else "")
    return checked(Contact(contact, phone, email, street)) if contact or phone or email else None


def _passphrase(file: Path | None) -> str | None:
    """The passphrase to be, or None when an earlier call got as far as the root file."""
    known = state.instance()
    if known is not None and known.kind == "demo":
        raise HostProblem("host.demo-state", state=str(state.directory()))
    if known is not None and known.kind == "real":
        return None
    return secret_input.passphrase(file, twice=True, prompt=said("cli.init-passphrase"))


def _make_root(passphrase: str) -> None:
    root = roots.create(state.root_file(), passphrase=passphrase, demo=False)
    state.change(kind="real")
    tell("cli.init-sheet")
    click.echo(recovery_sheet(root))


def _found(*, name: str, owner: str, kind: str, suite: Suite, reach: Contact | None) -> str:
    setup_django()
    from fengni.apps.accounts.queries import all_tenants
    from fengni.apps.accounts.services import found_tenant, reinvite_member
    from fengni.apps.common.identifiers import uuid7

    if all_tenants():
        raise HostProblem("host.already-founded")
    at, system = datetime.now(UTC), system_actor(uuid7(), channel="cli")
    done = found_tenant(
        actor=system, at=at, name=name, kind=kind, owner_name=owner, login=None, password=None, suite=int(suite),
        contact=reach,
    )  # fmt: skip
    founder = Actor(id=done.value, tenant_id=system.tenant_id, roles=frozenset({"owner", "admin"}), channel="cli")
    return reinvite_member(actor=founder, at=at, member_id=founder.id).value.token
