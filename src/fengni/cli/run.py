"""`fengni run`: the whole installation under one supervisor, until Ctrl-C."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from fengni.cli.session import said, tell
from fengni.core.errors import HostProblem
from fengni.host import health, installation, secret_input, state, supervisor
from fengni.keys import roots

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@click.command()
@click.option("--demo", is_flag=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64))
@click.option("--passphrase-file", type=click.Path(path_type=Path))
def run(demo: bool, host: str, port: int | None, workers: int | None, passphrase_file: Path | None) -> None:
    """Prepare what is missing, decide what kind of installation this is, and keep it running."""
    if not installation.is_prepared():
        subprocess.run(
            [sys.executable, "-m", "fengni.cli.main", "setup"], check=False
        )  # a process of its own: Django goes
        if not installation.is_prepared():
            sys.exit(1)  # it has said why
    fresh_demo = _decide_kind(demo)
    known = state.found()
    if known.kind == "demo" and host not in _LOOPBACK:
        raise HostProblem("host.demo-loopback-only")
    sealed = roots.read(state.root_file())
    plan = supervisor.Plan(
        host=host,
        port=port or known.web_port,
        workers=workers or min(len(os.sched_getaffinity(0)), 4),
        passphrase=secret_input.for_root(sealed, passphrase_file) if sealed.asks else None,
    )
    os.environ.setdefault("FENGNI_HOSTS", f"127.0.0.1,localhost,{host}")
    keeper = supervisor.Supervisor(plan)
    keeper.run(lambda: _say_ready(keeper, load=fresh_demo))


def _decide_kind(demo: bool) -> bool:
    """Whether the demonstration must still be loaded. Raises HostProblem when the installation is of another kind."""
    known = state.found()
    if known.kind == "new":
        if not demo:
            raise HostProblem("host.not-founded")
        if not state.root_file().exists():
            roots.create(state.root_file(), passphrase=roots.DEMO_PASSPHRASE, demo=True)
        known = state.change(kind="demo")
    if demo and known.kind == "real":
        raise HostProblem("host.real-state", state=str(state.directory()))
    return known.kind == "demo" and not (state.directory() / "demo-loaded").exists()


def _say_ready(keeper: supervisor.Supervisor, *, load: bool) -> None:
    if load:
        tell("cli.demo-begins")
        if keeper.see_through("-m", "fengni.cli.main", "demo", "load") != 0 and not keeper.stopping:
            tell("cli.demo-failed")
        if keeper.stopping:
            return
    locked = health.why_locked()
    if locked is not None:
        tell("cli.running-locked")
        tell(locked.code, **locked.params)
    click.echo(said("cli.running", address=keeper.address))
    if state.demo():
        from fengni.demo.team import TEAM

        click.echo(said("cli.demo-logins", password=state.demo_password()))
        for member in TEAM:
            click.echo(f"  {member.login:<8} {member.name}  {'、'.join(said(f'role.{role}') for role in member.roles)}")
    sys.stdout.flush()
