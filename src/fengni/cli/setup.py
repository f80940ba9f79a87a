"""`fengni setup`: database, schema and translations of this installation."""

from __future__ import annotations

import click

from fengni.cli.session import tell
from fengni.host import installation, state


@click.command()
def setup() -> None:
    """Prepare what is missing."""
    if installation.is_prepared():
        installation.compile_translations()
    else:
        tell("cli.setup-begins")
        installation.prepare()
    tell("cli.setup-done", path=str(state.directory()))
