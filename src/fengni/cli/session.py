"""What commands share: loading the server part, and the member in whose name a command acts.

Rules: a command acts as the member whose API token lies in --token-file, FENGNI_TOKEN_FILE or `<state>/cli.token`; a
token is never an argument. The token file must be closed to others.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from fengni.cli.main import language
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied
from fengni.definitions import Lang, text
from fengni.host import installation, state

F = TypeVar("F", bound=click.Command)


def lang() -> Lang:
    """The language this command speaks."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().obj if context else None
    return chosen if chosen in {"zh", "en"} else language()


def said(code: str, **params: str | int) -> str:
    """The sentence of a code in the reader's language."""
    return text(code, lang(), **params)


def tell(code: str, **params: str | int) -> None:
    """Say something on stderr: progress and results for people; data goes to stdout."""
    click.echo(said(code, **params), err=True)


def setup_django() -> None:
    """Load the settings and areas, and speak the reader's language. Raises HostProblem when nothing is set up."""
    if state.own_database():
        state.found()
    installation.load_django()
    from django.utils import translation

    translation.activate("en" if lang() == "en" else "zh-hans")


def signed_in(token_file: Path | None = None) -> Actor:
    """The member behind the token file, with the tenant bound for the rest of this command.

    Raises BadInput without a usable file, Denied when the token is unknown, revoked or expired, or its member blocked.
    """
    setup_django()
    from dataclasses import replace

    from fengni.apps.accounts.queries import actor_of_token, admit
    from fengni.apps.common.tenancy import set_tenant

    stated = os.environ.get("FENGNI_TOKEN_FILE")
    path = token_file or (Path(stated) if stated else state.directory() / "cli.token")
    actor = actor_of_token(read_token(path), datetime.now(UTC))
    if actor is None:
        raise Denied("cli.token-refused")
    set_tenant(actor.tenant_id)
    admit(actor=actor, at=datetime.now(UTC))
    return replace(actor, channel="cli")


def read_token(path: Path) -> str:
    """The API token in a file that is closed to others. Raises BadInput without a usable one."""
    try:
        if path.stat().st_mode & 0o077:
            raise BadInput("cli.token-file-open", path=str(path))
        return path.read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput("cli.no-token-file", path=str(path)) from None
    except (PermissionError, IsADirectoryError, UnicodeDecodeError):
        raise BadInput("cli.token-file-unreadable", path=str(path)) from None
