"""The end of things: nothing past its day is undecided, and every destruction has a certificate that verifies."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from fengni.apps.disposals import certificates, files
from fengni.apps.disposals.models import Certificate, Disposal
from fengni.apps.disposals.retention import rule
from fengni.apps.ledger.queries import log_fingerprint
from fengni.apps.measures.evidence.reading import decided, recorded, rows
from fengni.core.errors import FengniError
from fengni.core.ledger import verifier
from fengni.core.measuring import Ended, Mark, missing

DECIDE_WITHIN: Final = timedelta(days=7)
CERTIFY_WITHIN: Final = timedelta(days=3)
_WHOLE: Final = 3  # newest certificates verified as somebody outside would; the others against their entries
_COMMITS: Final = "disposals:certificate:issue"


def retention_decided(at: datetime) -> Ended:
    """Every class that is stored has a rule, and what became due over seven days ago was decided by two persons."""
    name, late = "retention_decided", timezone.localdate(at) - DECIDE_WITHIN
    stored = rows("SELECT retention_class, count(*) FROM vault_unit WHERE state = 'live' GROUP BY 1")
    unruled = sum(count for kept, count in stored if rule(kept) is None)
    clients = files.closed_files()
    proposed = dict(Disposal.objects.filter(state=Disposal.State.PROPOSED).values_list("client_id", "proposed_at"))
    approved = dict(Disposal.objects.filter(state=Disposal.State.APPROVED).values_list("client_id", "approved_at"))
    due, overdue = 0, []
    for client, file in files.files(clients, at).items():
        waiting = file.due()
        due += len(waiting)
        since = proposed.get(client) or approved.get(client)
        decided_lately = since is not None and since + DECIDE_WITHIN > at
        old = [one for one in waiting if one.on is None or one.on <= late]
        if old and not decided_lately:
            overdue.append((client, file.number, len(old)))
    params = {
        "units": sum(count for _, count in stored), "unruled": unruled, "due": due,
        "overdue": sum(number for _, _, number in overdue), "files": len(overdue),
    }  # fmt: skip
    if not stored:
        return missing(name, **params)
    marks = [Mark("file", str(client), number) for client, number, _ in overdue]
    return decided(name, not unruled and not overdue, at, params, marks)


def destructions_certified(at: datetime) -> Ended:
    """Whatever is destroyed was so by a disposal, and each disposal that is done has a certificate that verifies."""
    name = "destructions_certified"
    done = list(Disposal.objects.filter(state=Disposal.State.DONE).order_by("-finished_at"))
    issued = {one.disposal_id: one for one in Certificate.objects.filter(disposal_id__in=[one.id for one in done])}
    bare = [one for one in done if one.id not in issued and _needs_one(one, at)]
    certified = [one for one in done if one.id in issued]
    broken = [
        one for place, one in enumerate(certified)
        if not (_verifies(issued[one.id], one, at) if place < _WHOLE else _stands(issued[one.id]))
    ]  # fmt: skip
    [(stray,)] = rows(
        "SELECT count(*) FROM vault_unit u WHERE u.state = 'destroyed' AND u.subject_kind <> 'material'"
        " AND u.retention_class <> 'secret_box' AND NOT EXISTS (SELECT FROM disposals_part p"
        " WHERE p.tenant_id = u.tenant_id AND p.unit_id = u.id AND p.fate = 'destroy' AND p.done_at IS NOT NULL)"
    )
    params = {
        "destroyed": len(done), "certified": len(certified), "bare": len(bare), "broken": len(broken), "stray": stray,
    }  # fmt: skip
    if not done and not stray:
        return missing(name, **params)
    marks = [Mark("disposal", str(one.id), one.number) for one in (*broken, *bare)]
    if broken or bare or stray:
        return decided(name, False, at, params, marks)
    return Ended(name, "passed", at, params) if certified else missing(name, **params)


def _needs_one(disposal: Disposal, at: datetime) -> bool:
    """Whether something was destroyed, and the days for its certificate are over."""
    [(count,)] = rows("SELECT count(*) FROM disposals_part WHERE disposal_id = %s AND fate = 'destroy'", disposal.id)
    return bool(count) and disposal.finished_at is not None and disposal.finished_at + CERTIFY_WITHIN <= at


def _stands(certificate: Certificate) -> bool:
    """Whether the entry of the issue commits to this very statement."""
    commits = f'"commits":"{hashlib.sha256(bytes(certificate.statement)).hexdigest()}"'.encode()
    return certificate.entry_id in recorded([certificate.entry_id], _COMMITS, containing=commits)


def _verifies(certificate: Certificate, disposal: Disposal, at: datetime) -> bool:
    """Whether the file that leaves the house verifies against the key of the own log."""
    try:
        file = certificates.file_of(certificate, disposal)
    except FengniError as error:  # its entry gets its place in the first minute
        return error.code == "ledger.not-sealed-yet" and certificate.issued_at + timedelta(minutes=5) > at
    return verifier.check(file, key=log_fingerprint()).status == "verified"
