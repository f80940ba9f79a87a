"""`fengni measures`: the measures with their status, computed from evidence; `--verify`, `--probe`: evidence first."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fengni.cli.session import said, signed_in, tell

if TYPE_CHECKING:
    from fengni.apps.measures.queries import EvidenceRow, MeasureRow


@click.command()
@click.option("--token-file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@click.option("--id", "measure_id")
@click.option("--verify", "verify_first", is_flag=True)
@click.option("--probe", "probe_first", is_flag=True)
def measures(
    token_file: Path | None, as_json: bool, measure_id: str | None, verify_first: bool, probe_first: bool
) -> None:
    """Measures and their status."""
    actor = signed_in(token_file)
    from fengni.apps.measures import queries, services

    at = datetime.now(UTC)
    if verify_first:
        services.verify_ledger(actor=actor, at=at)
        at = datetime.now(UTC)
    if probe_first:
        services.probe_transport(actor=actor, at=at)
        at = datetime.now(UTC)
    if measure_id is None:
        rows = queries.measures(actor=actor, at=at)
    else:
        rows = [queries.measure(actor=actor, at=at, measure_id=measure_id)]
    for row in rows:
        click.echo(json.dumps(as_object(row), ensure_ascii=False) if as_json else _line(row, measure_id is not None))
    counts = {code: sum(row.status == code for row in rows) for code in ("effective", "due", "insufficient", "failing")}
    tell("measures.summary", **counts)


def as_object(row: MeasureRow) -> dict[str, object]:
    """The JSON object of one measure."""
    return {
        "id": row.id,
        "title": row.title,
        "status": row.status,
        "figure": row.figure,
        "window_days": row.window_days,
        "evidence": [_test(one) for one in row.evidence],
        "failing": [_test(one) for one in row.failing],
    }


def _test(one: EvidenceRow) -> dict[str, object]:
    return {"test": one.test, "outcome": one.outcome, "at": one.at.isoformat() if one.at else None, "said": one.said}


def _line(row: MeasureRow, whole: bool) -> str:
    lines = [f"{row.id}\t{row.status_text}\t{row.title}\t{row.figure}"]
    if whole:
        lines += [f"  {said('measure-outcome.' + one.outcome)}\t{one.title}\t{one.said}" for one in row.evidence]
    return "\n".join(lines)
