"""Pages of the measures and the house: status with evidence, one page for the owner, policy, declared agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.accounts.queries import member_names
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.ledger.verification import Finding
from fengni.apps.measures import overview, queries, services
from fengni.apps.vault.queries.files import MEDIA, as_csv
from fengni.core.errors import BadInput, FengniError
from fengni.core.measuring import Mark

_SHAPES = {"effective": "ok", "due": "due", "insufficient": "unknown", "failing": "failed"}
_ENDS = {"passed": "ok", "failed": "failed", "missing": "unknown"}
# Where the rows lie that a test reads: a person looks there, and sets right there what failed.
_PLACES: Final = {
    "policy_approved": "measures:policy", "handlers_declared": "measures:agents",
    "officers_in_office": "accounts:people",
    "factors_everywhere": "accounts:people", "shares_under_agreement": "agreements:list",
    "partners_assessed": "agreements:list", "matters_under_agreement": "matters:list",
    "guests_end_in_time": "matters:list", "retention_decided": "disposals:list",
    "destructions_certified": "disposals:list", "feedback_answered": "cases:list", "feedback_asked": "matters:list",
    "ledger_verified": "ledger:entries", "ledger_sealed_in_time": "ledger:entries",
    "clear_views_carry_purpose": "ledger:entries", "transport_probed": "ledger:entries",
    "head_count_below_tier": "vault:persons",
}  # fmt: skip
_ROWS: Final = {
    "share": "agreements:share", "partner": "agreements:partner", "matter": "matters:page", "case": "cases:show",
    "disposal": "disposals:show", "file": "disposals:file",
}  # fmt: skip
_PAGES: Final = {
    "measure": "measures:measure", "measures": "measures:list", "shares": "agreements:list",
    "partner": "agreements:partner", "cases": "cases:list", "approvals": "approvals:list", "policy": "measures:policy",
    "agents": "measures:agents", "retention": "disposals:list", "reach": "reach:list",
}  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


def measures(request: ActorRequest) -> HttpResponse:
    """All measures. `?status=` narrows them."""
    at = _now()
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
        "sees_house": bool(request.actor.roles & overview.READERS),
    }
    return render(request, "measures/measures.html", context)


@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """Every measure with each of its tests as a sheet: codes, counts and dates."""
    head = [
        _("Measure"),
        _("Title"),
        _("Status"),
        _("Figure"),
        _("Test"),
        _("Outcome"),
        _("What was found"),
        _("As of"),
    ]
    lines = [
        [
            row.id, row.title, row.status_text, row.figure, test.title, said(f"measure-outcome.{test.outcome}"),
            test.said, test.at.isoformat(timespec="minutes") if test.at else "",
        ]
        for row in queries.measures(actor=request.actor, at=_now())
        for test in row.evidence
    ]  # fmt: skip
    return _sheet("measures", [head, *lines])


def measure(request: ActorRequest, measure_id: str) -> HttpResponse:
    """One measure with every test, how it ended, from when its evidence is, and the rows that show it."""
    row = _drawn(queries.measure(actor=request.actor, at=_now(), measure_id=measure_id))
    template = "measures/_evidence.html" if request.headers.get("HX-Request") else "measures/measure.html"
    may = {"may_check": bool(request.actor.roles & set(services.CHECKERS))}
    return render(request, template, {"row": row} | may)


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
        "left": 0 if row.status == "failing" else row.left,  # what is fresh of it proves nothing then
        "due": None if row.status == "failing" else row.due,
        "passed": sum(test.outcome == "passed" for test in row.evidence),
        "tests": [
            {
                "row": test,
                "shape": _ENDS[test.outcome],
                "place": reverse(_PLACES[test.test]) if test.test in _PLACES else "",
                "marks": [(_row(mark), mark.label or _called(mark)) for mark in test.marks],
            }
            for test in row.evidence
        ],
    }


def _row(mark: Mark) -> str:
    """The page of a row that a test points at; of an entry, the ledger."""
    return reverse(_ROWS[mark.kind], args=[mark.key]) if mark.kind in _ROWS else reverse("ledger:entries")


def _called(mark: Mark) -> str:
    names = {"share": _("share"), "partner": _("partner"), "case": _("case")}
    return f"{names.get(mark.kind, _('row'))} {mark.key[-4:]}"


@require_POST
def verify(request: ActorRequest) -> HttpResponse:
    """Verify the whole ledger; that it was done, and what was found, stands in the ledger too."""
    found = services.verify_ledger(actor=request.actor, at=_now()).value
    template = "measures/_verified.html" if request.headers.get("HX-Request") else "measures/verified.html"
    return render(request, template, {"found": found, "sentence": _sentence(found.finding)})


def _sentence(finding: Finding | None) -> str:
    return said(f"ledger.finding.{finding.kind}", sequence=finding.sequence) if finding else ""


@require_POST
def probe(request: ActorRequest) -> HttpResponse:
    """Probe the transport now; the finding is evidence."""
    found = services.probe_transport(actor=request.actor, at=_now()).value
    if found.holds:
        messages.success(request, _("Probed: nothing travels in clear. It stands in the ledger."))
    else:
        messages.error(request, _("Probed: something travels in clear or does not answer. See the evidence."))
    return redirect("measures:measure", "A3")


@require_safe
def house(request: ActorRequest) -> HttpResponse:
    """One page for who answers for the house."""
    page = overview.house(actor=request.actor, at=_now())
    context = {
        "page": page,
        "sentence": [(part, _page(part)) for part in page.sentence],
        "decisions": [(part, _page(part)) for part in page.decisions[: overview.SHOWN]],
        "rest": [(part, _page(part)) for part in page.decisions[overview.SHOWN :]],
        "counts": [(code, said(f"measure-status.{code}"), _SHAPES[code], page.statuses[code]) for code in _SHAPES],
        "worst": [_drawn(row) for row in page.worst],
        "at": _now(),
    }
    return render(request, "measures/house.html", context)


@require_safe
def export_house(request: ActorRequest) -> HttpResponse:
    """The sentence and every decision that waits, as a sheet."""
    page = overview.house(actor=request.actor, at=_now())
    lines = [[_("Sentence"), part.text] for part in page.sentence]
    lines += [[_("Decision"), part.text] for part in page.decisions]
    return _sheet("house", [[_("What"), _("Text")], *lines])


def _page(part: overview.Part) -> str:
    return reverse(_PAGES[part.page], args=[part.key] if part.key else [])


@require_safe
def policy(request: ActorRequest) -> HttpResponse:
    """The policy in force, the draft, and who has not read."""
    return _policy(request, "")


def _policy(request: ActorRequest, error: str, typed: str = "") -> HttpResponse:
    page = queries.policy_page(actor=request.actor)
    names = member_names()
    begun = page.draft or page.standing
    context = {
        "page": page,
        "unread": [names.get(one, "") for one in page.unread],
        "percent": round(100 * (page.members - len(page.unread)) / page.members) if page.members else 0,
        "may_draft": bool(request.actor.roles & {"owner", "dpo"}),
        "may_approve": "owner" in request.actor.roles,
        "renew": bool(page.standing and page.standing.approved_at and page.standing.approved_at < _now() - _RENEW),
        "text": typed or (begun.text if begun else page.standard),
        "error": error,
    }
    return render(request, "measures/policy.html", context, status=400 if error else 200)


_RENEW = timedelta(days=300)


@require_POST
def draft_policy(request: ActorRequest) -> HttpResponse:
    """A new version. What was typed stays on the screen when it cannot be taken."""
    typed = request.POST.get("text", "")
    try:
        services.draft_policy(actor=request.actor, at=_now(), text=typed)
    except BadInput as error:
        return _policy(request, said(error.code, **error.params), typed)
    messages.success(request, _("Drafted. It holds once the owner approves it."))
    return redirect("measures:policy")


@require_POST
def approve_policy(request: ActorRequest, policy_id: UUID) -> HttpResponse:
    """Put a version in force, or renew it."""
    digest = request.POST.get("text_hash", "")
    services.approve_policy(actor=request.actor, at=_now(), policy_id=policy_id, text_hash=digest)
    messages.success(request, _("Approved. Everybody is asked to read it now."))
    return redirect("measures:policy")


@require_POST
def read_policy(request: ActorRequest, policy_id: UUID) -> HttpResponse:
    """The reader's receipt."""
    digest = request.POST.get("text_hash", "")
    services.read_policy(actor=request.actor, at=_now(), policy_id=policy_id, text_hash=digest)
    messages.success(request, _("Thank you. Your receipt stands in the ledger."))
    return redirect("measures:policy")


def agents(request: ActorRequest) -> HttpResponse:
    """Who is declared as a registration agent; POST notes a declaration."""
    error = ""
    if request.method == "POST":
        try:
            _declare(request)
        except FengniError as wrong:
            if not isinstance(wrong, BadInput):
                raise
            error = said(wrong.code, **wrong.params)
        else:
            messages.success(request, _("Noted."))
            return redirect("measures:agents")
    today = timezone.localdate()
    context = {
        "rows": queries.handlers(actor=request.actor, at=_now()),
        "may_declare": bool(request.actor.roles & {"owner", "lead"}),
        "error": error,
        "given": request.POST,
        "today": today.isoformat(),
        "next_year": (today + timedelta(days=365)).isoformat(),
    }
    return render(request, "measures/agents.html", context, status=400 if error else 200)


def _declare(request: ActorRequest) -> None:
    try:
        member = UUID(request.POST.get("member_id", ""))
        days = [date.fromisoformat(request.POST.get(name, "")) for name in ("declared_on", "until")]
    except ValueError:
        raise BadInput("measures.declared-days") from None
    services.declare_handler(actor=request.actor, at=_now(), member_id=member, declared_on=days[0], until=days[1])


@require_safe
def export_agents(request: ActorRequest) -> HttpResponse:
    """The declared agents as a sheet."""
    head = [_("Colleague"), _("State"), _("Declared on"), _("Until")]
    lines = [
        [one.name, said(f"measures.declared.{one.state}"), str(one.declared_on or ""), str(one.until or "")]
        for one in queries.handlers(actor=request.actor, at=_now())
    ]
    return _sheet("agents", [head, *lines])


def _sheet(name: str, rows: Sequence[Sequence[str]]) -> HttpResponse:
    response = HttpResponse(as_csv(rows), content_type=MEDIA["csv"])
    response["Content-Disposition"] = f'attachment; filename="fengni-{name}.csv"'
    return response
