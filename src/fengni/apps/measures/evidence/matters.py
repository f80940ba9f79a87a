"""What matters show: an agreement with the client, declared handlers, feedback asked and answered.

Rules: a matter may stand without the client's agreement for seven days while nothing of it was received, filed or
shared; feedback counts as asked when somebody who takes part could come in after the closing, or gave it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from fengni.apps.agreements import signing
from fengni.apps.matters.models import Matter
from fengni.apps.measures.declaring import ACT, declarations
from fengni.apps.measures.evidence.reading import MARKS, decided, recorded, rows
from fengni.core.measuring import Ended, Mark, missing

SIGN_WITHIN: Final = timedelta(days=7)
ASK_WITHIN: Final = timedelta(days=3)
_YEAR: Final = timedelta(days=365)
_TOUCHED: Final = (
    "SELECT i.matter_id FROM matters_item i JOIN matters_matter m ON m.tenant_id = i.tenant_id AND m.id = i.matter_id"
    " WHERE i.received_at > m.opened_at"  # what lay sealed before counts as there from the opening on
    " UNION SELECT matter_id FROM matters_filing"
    " UNION SELECT matter_id FROM agreements_share WHERE sent_at IS NOT NULL"
)


def matters_under_agreement(at: datetime) -> Ended:
    """Every open matter has the client's agreement in force before anything of it is worked on."""
    name = "matters_under_agreement"
    opened = list(Matter.objects.exclude(state=Matter.State.CLOSED).order_by("number"))
    covered = signing.matters_covered([one.id for one in opened], at)
    touched = {one for (one,) in rows(_TOUCHED)}
    bare = [one for one in opened if one.id not in covered]
    wrong = [one for one in bare if one.id in touched or one.opened_at + SIGN_WITHIN <= at]
    params = {"open": len(opened), "covered": len(covered), "waiting": len(bare) - len(wrong), "wrong": len(wrong)}
    if not wrong and not covered:
        return missing(name, **params)
    return decided(name, not wrong, at, params, [Mark("matter", str(one.id), one.number) for one in wrong])


def handlers_declared(at: datetime) -> Ended:
    """Whoever filed within a year was a declared agent then, and whoever leads an open matter is one now."""
    name = "handlers_declared"
    declared = declarations()
    there = recorded([one.entry_id for ones in declared.values() for one in ones], ACT)
    today = at.date()
    filings = rows(
        "SELECT f.agent_id, f.submitted_at, m.id, m.number FROM matters_filing f"
        " JOIN matters_matter m ON m.tenant_id = f.tenant_id AND m.id = f.matter_id WHERE f.submitted_at > %s",
        at - _YEAR,
    )
    leads = rows("SELECT lead_id, id, number FROM matters_matter WHERE state <> 'closed' ORDER BY number")
    wanted = [(who, when.date(), matter, number) for who, when, matter, number in filings]
    wanted += [(who, today, matter, number) for who, matter, number in leads]
    handlers = {who for who, _, _, _ in wanted}
    wrong = [
        (who, Mark("matter", str(matter), number))
        for who, day, matter, number in wanted
        if not any(one.declared_on <= day < one.until and one.entry_id in there for one in declared.get(who, ()))
    ]
    right, answered = _first_time(at)
    undeclared = len({who for who, _ in wrong})
    params = {"handlers": len(handlers), "undeclared": undeclared, "right": right, "answered": answered}
    params["percent"] = round(100 * right / answered) if answered else 0
    if not handlers:
        return missing(name, **params)
    return decided(name, not wrong, at, params, list(dict.fromkeys(mark for _, mark in wrong)))


def _first_time(at: datetime) -> tuple[int, int]:
    """Matters whose first filing within a year was approved at once, and all whose first filing was answered."""
    [(right, answered)] = rows(
        "SELECT count(*) FILTER (WHERE state = 'approved'), count(*) FROM (SELECT DISTINCT ON (matter_id) state,"
        " submitted_at FROM matters_filing ORDER BY matter_id, submitted_at) f"
        " WHERE state <> 'submitted' AND submitted_at > %s",
        at - _YEAR,
    )
    return right, answered


def feedback_asked(at: datetime) -> Ended:
    """Of every matter closed within a year somebody who took part could say how it went."""
    name = "feedback_asked"
    closed = rows(
        "SELECT m.id, m.number, m.closed_at, bool_or(EXISTS (SELECT FROM guests_guest g JOIN guests_link l"
        " ON l.tenant_id = g.tenant_id AND l.guest_id = g.id WHERE g.tenant_id = p.tenant_id AND g.kind = 'client'"
        " AND g.subject_id = p.person_id AND g.client_id = m.client_id AND l.expires_at > m.closed_at"
        " AND (l.recalled_at IS NULL OR l.recalled_at > m.closed_at)) OR EXISTS (SELECT FROM cases_case c"
        " WHERE c.tenant_id = m.tenant_id AND c.matter_id = m.id AND c.kind = 'feedback'))"
        " FROM matters_matter m JOIN matters_participant p ON p.tenant_id = m.tenant_id AND p.matter_id = m.id"
        " WHERE m.state = 'closed' AND m.closed_at > %s GROUP BY m.id, m.number, m.closed_at ORDER BY m.number",
        at - _YEAR,
    )
    asked = [row for row in closed if row[3]]
    wrong = [row for row in closed if not row[3] and row[2] + ASK_WITHIN <= at]
    params = {"closed": len(closed), "asked": len(asked), "wrong": len(wrong)}
    if not asked and not wrong:
        return missing(name, **params)
    return decided(name, not wrong, at, params, [Mark("matter", str(row[0]), row[1]) for row in wrong])


def feedback_answered(at: datetime) -> Ended:
    """Whoever gave feedback was told within 14 days what came of it."""
    name = "feedback_answered"
    given = rows(
        "SELECT id, score, due_at, answered_at FROM cases_case WHERE kind = 'feedback' AND raised_at > %s"
        " ORDER BY due_at",
        at - _YEAR,
    )
    late = [row for row in given if (row[3] or at) > row[2]]
    scores = [row[1] for row in given if row[1] is not None]
    params: dict[str, int | str] = {"given": len(given), "late": len(late)}
    params["score"] = f"{sum(scores) / len(scores):.1f}" if scores else "–"
    if not given:
        return missing(name, **params)
    open_late = [row for row in late if row[3] is None]
    marks = [Mark("case", str(row[0]), "") for row in (open_late or late)]
    return Ended(name, "failed", at, params, marks=tuple(marks[:MARKS])) if late else Ended(name, "passed", at, params)
