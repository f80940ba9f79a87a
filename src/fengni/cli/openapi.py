"""`fengni openapi`: the REST interface described by OpenAPI 3.1."""

from __future__ import annotations

import json

import click

from fengni.host import installation


@click.command()
def openapi() -> None:
    """Print the description as JSON; needs no installation."""
    installation.load_django()
    from fengni.api.main import api

    click.echo(json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1))
