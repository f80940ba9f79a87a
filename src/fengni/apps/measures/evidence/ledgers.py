"""What the ledger shows: verified, sealed in time, and that every clear view says what for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from fengni.apps.common.language import said
from fengni.apps.disposals.horizon import last_tested
from fengni.apps.measures.evidence.reading import NOT_CLEAR, bodies, decided, rows
from fengni.core.measuring import Ended, missing
from fengni.definitions import load

VERIFY: Final = "measures:ledger:verify"
SEALED_WITHIN: Final = timedelta(seconds=60)


def clear_views_carry_purpose(at: datetime) -> Ended:
    """Every entry of the last 30 days by which clear values left says what for."""
    name = "clear_views_carry_purpose"
    views, without = clear_views(at - timedelta(days=load("measures")["M02"]["window_days"]))
    params = {"views": views, "without": without}
    if without:
        return Ended(name, "failed", at, params)
    return Ended(name, "passed", at, params) if views else missing(name, **params)


def clear_views(since: datetime) -> tuple[int, int]:
    """Entries since an instant by which clear values left, and those of them that do not say what for."""
    views, without = 0, 0
    for body in bodies(NOT_CLEAR):
        try:
            told = json.loads(body)
            seen, purpose = told["clear"] > 0 and told["outcome"] == "done", told["purpose"]
            if datetime.fromisoformat(told["at"]) < since:
                continue
        except (ValueError, TypeError, KeyError):
            seen, purpose = True, None  # an entry that cannot be read excuses nobody
        views, without = views + seen, without + (seen and not purpose)
    return views, without


def restore_tested(at: datetime) -> Ended:
    """A backup of the installation was restored, and everything that was looked at held. The last test counts."""
    last = last_tested(at)
    if last is None:
        return missing("restore_tested")
    if last.code:
        return Ended("restore_tested", "failed", last.at, {"cause": said(last.code, **last.params)})
    return Ended("restore_tested", "passed", last.at)


def ledger_verified(at: datetime) -> Ended:
    """The last full verification found nothing, and no sequence is missing now."""
    name, figures = "ledger_verified", _ledger()
    if figures["gap"]:
        return Ended(name, "failed", at, figures)
    for body in bodies(None, act=VERIFY):
        try:
            told = json.loads(body)
            done, holds = told["outcome"] == "done", told["facts"].get("finding") == "none"
            when = datetime.fromisoformat(told["at"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return Ended(name, "failed", at, figures)  # somebody wrote into the record of verifications
        if done:
            return decided(name, holds, when, figures)
    return missing(name, **figures)


def ledger_sealed_in_time(at: datetime) -> Ended:
    """No entry has waited longer than a minute to get its place."""
    [(oldest,)] = rows("SELECT min(created_at) FROM ledger_inbox")
    figures = _ledger()
    if oldest is not None and oldest < at - SEALED_WITHIN:
        return Ended("ledger_sealed_in_time", "failed", at, figures)
    return (
        Ended("ledger_sealed_in_time", "passed", at, figures)
        if figures["entries"]
        else missing("ledger_sealed_in_time")
    )


def _ledger() -> dict[str, int | str]:
    [(entries, last, head, waiting)] = rows(
        "SELECT count(*), max(sequence), (SELECT max(size) FROM ledger_checkpoint), (SELECT count(*) FROM ledger_inbox)"
        " FROM ledger_entry"
    )
    gap = entries != (-1 if last is None else last) + 1 or (head or 0) != entries
    return {"entries": entries, "waiting": waiting, "gap": int(gap)}
