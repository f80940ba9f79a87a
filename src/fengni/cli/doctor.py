"""`fengni doctor`: whether this installation is well, and what to do where it is not."""

from __future__ import annotations

import json
import sys

import click

from fengni.cli.session import said
from fengni.definitions import has_text
from fengni.host import health, state

_SIGNS = {"ok": "✔", "warning": "!", "problem": "✘", "unknown": "?"}


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Print one line per check; exit with 1 when something must be mended."""
    if state.own_database():
        state.found()
    broken = False
    for finding in health.examine():
        broken |= finding.status in {"problem", "unknown"}
        conclusion, remedy = _sentences(finding)
        if as_json:
            row = {"check": finding.check, "status": finding.status, "conclusion": conclusion, "remedy": remedy}
            click.echo(json.dumps(row | {"params": finding.params}, ensure_ascii=False))
        else:
            click.echo(f"{_SIGNS[finding.status]} {conclusion}" + (f" → {remedy}" if remedy else ""))
    if broken:
        sys.exit(1)


def _sentences(finding: health.Finding) -> tuple[str, str]:
    code = f"doctor.{finding.check}.{finding.status}"
    conclusion = said(code if has_text(code) else "doctor.not-looked-at", check=finding.check, **finding.params)
    if finding.because is not None:
        return conclusion, said(finding.because.code, **finding.because.params)
    return conclusion, "" if finding.status == "ok" else said(f"doctor.{finding.check}.fix", **finding.params)
