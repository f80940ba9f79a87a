"""The data catalogue against what is stored and done."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from fengni.apps.measures.evidence.reading import NOT_CLEAR, as_json, bodies, decided, rows
from fengni.core.measuring import Ended, Mark, missing
from fengni.core.vault.catalogue import ELEMENTS, purposes, recipients
from fengni.definitions import has_text


def catalogue_covers_fields(at: datetime) -> Ended:
    """What is stored is of classes the catalogue knows, and each of its kinds has grade, basis and retention."""
    name = "catalogue_covers_fields"
    known = {(one.subject, one.record_class) for one in ELEMENTS.values()}
    stored = {tuple(row) for row in rows("SELECT DISTINCT subject_kind, record_class FROM vault_record")}
    described = [
        one
        for one in ELEMENTS.values()
        if has_text(f"field.{one.kind}") and has_text(f"basis.{one.basis}") and has_text(f"retention.{one.retention}")
    ]
    params = {"covered": len(described), "kinds": len(ELEMENTS)}
    if stored - known or len(described) < len(ELEMENTS):
        return Ended(name, "failed", at, params | {"unknown": len(stored - known)})
    return Ended(name, "passed", at, params) if stored else missing(name, **params)


def catalogue_complete(at: datetime) -> Ended:
    """Each kind says for what and for whom it is kept, and nothing was opened or is shared beyond that in 90 days."""
    name, since = "catalogue_complete", at - timedelta(days=90)
    told = [kind for kind in ELEMENTS if _purposes(kind) and _recipients(kind)]
    strayed, marks = 0, []
    for body in bodies(NOT_CLEAR):
        try:
            entry = json.loads(body)
            when, purpose, fields = datetime.fromisoformat(entry["at"]), entry["purpose"], entry["fields"]
            seen = entry["clear"] > 0 and entry["outcome"] == "done" and when >= since
            strays = seen and any(kind in ELEMENTS and purpose not in _purposes(kind) for kind in fields)
        except (ValueError, TypeError, KeyError):
            continue  # clear_views_carry_purpose counts it
        if strays and purpose:  # one without any purpose is that test's as well
            strayed += 1
            marks.append(Mark("entry", entry["id"], entry["at"][:10]))
    beyond = [
        (share, selection)
        for share, selection in rows(
            "SELECT id, selection FROM agreements_share"
            " WHERE sent_at IS NOT NULL AND recalled_at IS NULL AND until > %s",
            at,
        )
        if any(kind not in ELEMENTS or "partner" not in _recipients(kind) for _, kind in as_json(selection))
    ]
    marks += [Mark("share", str(share), "") for share, _ in beyond]
    params = {"told": len(told), "kinds": len(ELEMENTS), "strayed": strayed, "beyond": len(beyond)}
    return decided(name, len(told) == len(ELEMENTS) and not strayed and not beyond, at, params, marks)


def _purposes(kind: str) -> set[str]:
    """The purposes of a kind that people can read."""
    return {code for code in purposes(kind) if has_text(code)}


def _recipients(kind: str) -> set[str]:
    return {code for code in recipients(kind) if has_text(f"recipient.{code}")}
