"""Pages of the measures: all with their status, one with its evidence; verifying the ledger, which is evidence too."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.ledger.verification import Finding
from fengni.apps.measures import queries, services

_SHAPES = {"effective": "ok", "due": "due", "insufficient": "unknown", "failing": "failed"}
_ENDS = {"passed": "ok", "failed": "failed", "missing": "unknown"}


def measures(request: ActorRequest) -> HttpResponse:
    """All measures. `?status=` narrows them."""
    at = datetime.now(UTC)
    rows = [_drawn(row) for row in queries.measures(actor=request.actor, at=at)]
    numbers = Counter(row["status"] for row in rows)
    wanted = request.GET.get("status", "")
    counts = [(status, said(f"measure-status.{status}"), shape, numbers[status]) for status, shape in _SHAPES.items()]
    context = {
        "rows": [row for row in rows if wanted not in _SHAPES or row["status"] == wanted],
        "counts": counts,
        "wanted": wanted if wanted in _SHAPES else "",
        "total": len(rows),
        "at": at,
    }
    return render(request, "measures/measures.html", context)


def measure(request: ActorRequest, measure_id: str) -> HttpResponse:
    """One measure with every test, how it ended and from when its evidence is."""
    at = datetime.now(UTC)
    row = _drawn(queries.measure(actor=request.actor, at=at, measure_id=measure_id))
    template = "measures/_evidence.html" if request.headers.get("HX-Request") else "measures/measure.html"
    return render(request, template, {"row": row})


def _drawn(row: queries.MeasureRow) -> dict[str, Any]:
    """A measure with what is drawn of it: its shape and those of its tests."""
    return {
        "id": row.id,
        "title": row.title,
        "status": str(row.status),
        "status_text": row.status_text,
        "shape": _SHAPES[str(row.status)],
        "figure": row.figure,
        "window_days": row.window_days,
        "left": row.left,
        "due": row.due,
        "passed": sum(test.outcome == "passed" for test in row.evidence),
        "tests": [{"row": test, "shape": _ENDS[test.outcome]} for test in row.evidence],
    }


@require_POST
def verify(request: ActorRequest) -> HttpResponse:
    """Verify the whole ledger; that it was done, and what was found, stands in the ledger too."""
    found = services.verify_ledger(actor=request.actor, at=datetime.now(UTC)).value
    template = "measures/_verified.html" if request.headers.get("HX-Request") else "measures/verified.html"
    return render(request, template, {"found": found, "sentence": _sentence(found.finding)})


def _sentence(finding: Finding | None) -> str:
    return said(f"ledger.finding.{finding.kind}", sequence=finding.sequence) if finding else ""
